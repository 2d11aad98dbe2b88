import { z } from 'zod';
import { cloudEventSchema, parseEvent, shortEventSchema } from '../domain/event.ts';
import type { IdFactory } from '../domain/ids.ts';
import { checkJsonValue, stringifyLossless } from '../domain/lossless-json.ts';
import type { Database } from '../store/database.ts';
import { AlertRule } from '../store/entities/alert-rule.ts';
import type { TrialLog } from '../store/trial-log.ts';
import { readTriedRule, writableOf } from './alert-rule-body.ts';
import { alertRuleCreateSchema } from './alert-rule-fields.ts';
import { type FieldError, invalid, notFound } from './problem.ts';
import { type Route, route } from './route.ts';
import { backtestSchema, eventTestSchema, showBacktest, showEventTest } from './rule-trial-view.ts';
import { createRuleTrials, type RuleOnTrial } from './rule-trials.ts';
import { bodyReplies, commonReplies, idParams } from './schemas.ts';

export interface AlertRuleTestDeps {
  database: Database;
  trialLog: TrialLog;
  newId: IdFactory;
  now: () => number;
}

const MOST_EVENTS = 1_000;
const ONE_OF = 'Either `event` or `last`';

const asked = {
  event: z.unknown().optional(),
  last: z
    .int('must be a whole number')
    .min(1, `must be from 1 to ${MOST_EVENTS}`)
    .max(MOST_EVENTS, `must be from 1 to ${MOST_EVENTS}`)
    .optional()
    .describe('So many of the newest stored events of the namespace'),
};
const event = z.union([shortEventSchema, cloudEventSchema]).optional().describe('One event, as it would be sent');
const savedBody = z.strictObject(asked);
const unsavedBody = z.strictObject({ rule: z.record(z.string(), z.unknown(), 'must be an object'), ...asked });
const savedDocument = z.strictObject({ ...asked, event }).meta({ id: 'AlertRuleTest', description: ONE_OF });
const unsavedDocument = z
  .strictObject({
    rule: z.strictObject({ ...alertRuleCreateSchema.shape, name: alertRuleCreateSchema.shape.name.optional() }),
    ...asked,
    event,
  })
  .meta({ id: 'UnsavedAlertRuleTest', description: ONE_OF });

/** `/v1/alert-rules/{id}/test` and `/v1/alert-rules/test`: what would fire, and why not. Nothing is saved or sent. */
export function alertRuleTestRoutes(deps: AlertRuleTestDeps): Route[] {
  const trials = createRuleTrials(deps);
  const shared = {
    method: 'post',
    tag: 'Alert rules',
    description:
      'With `event`, what it would do now; with `last`, what the newest stored events would have done, had the rule been there. Silences and `notify` are not asked. Nothing is saved or sent.',
  } as const;
  const tried = {
    description: 'What would have fired, and why not',
    schema: z.union([eventTestSchema, backtestSchema]),
  };
  return [
    route({
      ...shared,
      path: '/v1/alert-rules/test',
      scope: 'rules:read',
      operationId: 'testUnsavedAlertRule',
      audit: { none: 'saves and sends nothing' },
      summary: 'Try a rule that is not saved',
      body: { schema: unsavedBody, documentAs: unsavedDocument, lossless: true },
      replies: { 200: tried, ...commonReplies(429, ...bodyReplies) },
      async handle({ caller, body }) {
        const em = deps.database.inNamespace(caller.namespace);
        const { rule, errors } = await readTriedRule(em, plainRule(body.rule));
        const faults = [...errors.map(({ path, ...error }) => ({ ...error, path: `rule.${path}` })), ...faultsOf(body)];
        if (rule === undefined || faults.length > 0) throw invalid(faults);
        return await answer(caller.namespace, { ...rule, id: deps.newId('ar'), meaning: null }, body);
      },
    }),
    route({
      ...shared,
      path: '/v1/alert-rules/{id}/test',
      scope: 'rules:read',
      operationId: 'testAlertRule',
      audit: { none: 'saves and sends nothing' },
      summary: 'Try an alert rule',
      params: idParams,
      body: { schema: savedBody, documentAs: savedDocument, lossless: true },
      replies: { 200: tried, ...commonReplies(404, 429, ...bodyReplies) },
      async handle({ caller, params, body }) {
        const where = { id: params.id };
        const saved = await deps.database.inNamespace(caller.namespace).findOne(AlertRule, where);
        if (!saved) throw notFound('alert rule');
        const faults = faultsOf(body);
        if (faults.length > 0) throw invalid(faults);
        const { id, meaning } = saved;
        return await answer(caller.namespace, { ...writableOf(saved), id, meaning }, body);
      },
    }),
  ];

  async function answer(namespace: string, rule: RuleOnTrial, body: z.infer<typeof savedBody>) {
    if (body.last !== undefined) {
      return { status: 200, body: showBacktest(await trials.backtest(rule, namespace, body.last)) };
    }
    const parsed = parseEvent(body.event, { namespace, receivedAt: deps.now(), id: deps.newId('ev') });
    if (!parsed.ok) throw invalid(parsed.errors.map(({ path, message }) => ({ path: under('event', path), message })));
    return {
      status: 200,
      body: showEventTest(rule, parsed.event, await trials.tryEvent(rule, namespace, parsed.event)),
    };
  }
}

/** The rule of a body whose numbers are kept as written: its own are plain ones. */
function plainRule(rule: Record<string, unknown>): Record<string, unknown> {
  const plain = JSON.parse(stringifyLossless(rule)) as Record<string, unknown>;
  const faults = checkJsonValue(plain, { protoKey: false });
  if (faults.length > 0) throw invalid(faults.map(({ path, message }) => ({ path: under('rule', path), message })));
  return plain;
}

function faultsOf(body: z.infer<typeof savedBody>): FieldError[] {
  const { event: one, last } = body;
  if ((one === undefined) !== (last === undefined)) return [];
  return [{ path: 'event', message: 'give either `event` (one event) or `last` (how many stored events)' }];
}

const under = (parent: string, path: string) => (path === '' ? parent : `${parent}.${path}`);
