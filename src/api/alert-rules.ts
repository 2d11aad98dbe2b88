import { z } from 'zod';
import { compileCondition } from '../domain/condition.ts';
import { eventTypePatternSchema } from '../domain/event.ts';
import type { IdFactory } from '../domain/ids.ts';
import { retryPolicySchema } from '../domain/retry-policy.ts';
import { severities } from '../domain/rule.ts';
import type { Database } from '../store/database.ts';
import { AlertRule } from '../store/entities/alert-rule.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import { mergePatch } from './merge-patch.ts';
import { idBounds, pageOf, pageQuery, toPage } from './page.ts';
import { type FieldError, invalid, notFound } from './problem.ts';
import { parseMerged, type Route, route } from './route.ts';
import { bodyReplies, commonReplies, descriptionSchema, idParams, nameSchema, timeSchema } from './schemas.ts';
import { orNameTaken } from './webhooks.ts';

export interface AlertRuleDeps {
  database: Database;
  newId: IdFactory;
  now: () => number;
}

const MAX_EVENT_TYPES = 50;
/** One rule may tell this many endpoints; the fan-out beyond 500 is paged by the workflow. */
const MAX_ENDPOINTS = 2_000;

const distinct = (values: string[]) => new Set(values).size === values.length;
const eventTypes = z
  .array(eventTypePatternSchema)
  .min(1)
  .max(MAX_EVENT_TYPES)
  .refine(distinct, 'must not repeat a type');
const endpointIds = z.array(z.string()).min(1).max(MAX_ENDPOINTS).refine(distinct, 'must not repeat an endpoint');

const writable = {
  name: nameSchema,
  event_types: eventTypes.describe('Exact types, `workflow.*`, or `*`'),
  condition: z
    .string()
    .nullable()
    .default(null)
    .describe('CEL over `event`, true or false; null: every event of these types'),
  webhook_endpoint_ids: endpointIds.describe('Whom to tell'),
  is_active: z.boolean().default(true),
  severity: z.enum(severities).default('error'),
  trigger: z.strictObject({ kind: z.literal('event', 'only "event" is known') }).default({ kind: 'event' }),
  retry_policy: retryPolicySchema.nullable().default(null).describe("Overrides the endpoint's, field by field"),
  description: descriptionSchema,
};

/** What a rule as a whole must be, with the list forms of its singular fields. */
const wholeSchema = z.strictObject(writable);

const createSchema = z
  .strictObject({
    ...writable,
    event_types: writable.event_types.optional(),
    event_type: eventTypePatternSchema.optional().describe('Instead of `event_types`'),
    webhook_endpoint_ids: writable.webhook_endpoint_ids.optional(),
    webhook_endpoint_id: z.string().optional().describe('Instead of `webhook_endpoint_ids`'),
  })
  .meta({ id: 'AlertRuleCreate' });

const patchSchema = z.strictObject(
  Object.fromEntries(Object.keys(createSchema.shape).map((name) => [name, z.unknown().optional()])) as Record<
    keyof typeof createSchema.shape,
    z.ZodOptional<z.ZodUnknown>
  >,
);

const ruleSchema = z
  .object({
    id: z.string(),
    ...writable,
    revision: z.int().describe('Counts the changes of meaning'),
    health: z.enum(['ok', 'degraded']),
    health_message: z.string().nullable(),
    created_by: z.string(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'AlertRule' });

/** `/v1/alert-rules`: which events to tell whom about. */
export function alertRuleRoutes(deps: AlertRuleDeps): Route[] {
  const tag = 'Alert rules';
  return [
    route({
      method: 'post',
      path: '/v1/alert-rules',
      operationId: 'createAlertRule',
      summary: 'Create an alert rule',
      tag,
      body: { schema: z.unknown(), documentAs: createSchema },
      replies: { 201: { description: 'Created', schema: ruleSchema }, ...commonReplies(409, ...bodyReplies) },
      async handle({ caller, body }) {
        const whole = parseMerged(wholeSchema, toLists(body));
        const errors = [
          ...conditionErrors(whole.condition),
          ...(await endpointErrors(caller.namespace, whole.webhook_endpoint_ids)),
        ];
        if (errors.length > 0) throw invalid(errors);
        const at = new Date(deps.now());
        const em = deps.database.fork();
        const rule = em.create(AlertRule, {
          id: deps.newId('ar'),
          namespace: caller.namespace,
          ...whole,
          revision: 1,
          health: 'ok',
          health_message: null,
          created_by: caller.keyId,
          created_at: at,
          updated_at: at,
        });
        await orNameTaken(em.persist(rule).flush());
        return { status: 201, body: present(rule) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/alert-rules',
      operationId: 'listAlertRules',
      summary: 'List alert rules',
      tag,
      query: z.strictObject({
        ...pageQuery,
        endpoint_id: z.string().optional().describe('Those that tell this endpoint'),
      }),
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(ruleSchema, 'AlertRulePage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const where = {
          namespace: caller.namespace,
          id: idBounds('ar', query),
          ...(query.endpoint_id === undefined ? {} : { webhook_endpoint_ids: { $contains: [query.endpoint_id] } }),
        };
        const rows = await deps.database
          .fork()
          .find(AlertRule, where, { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(present), query.limit, (row) => row.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/alert-rules/{id}',
      operationId: 'getAlertRule',
      summary: 'Get an alert rule',
      tag,
      params: idParams,
      replies: { 200: { description: 'The rule', schema: ruleSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const rule = await deps.database.fork().findOne(AlertRule, { namespace: caller.namespace, id: params.id });
        if (!rule) throw notFound('alert rule');
        return { status: 200, body: present(rule) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/alert-rules/{id}',
      operationId: 'updateAlertRule',
      summary: 'Change an alert rule',
      description: 'A JSON merge patch: absent is unchanged, null removes.',
      tag,
      params: idParams,
      body: { schema: patchSchema, documentAs: createSchema.partial().meta({ id: 'AlertRulePatch' }) },
      replies: {
        200: { description: 'The changed rule', schema: ruleSchema },
        ...commonReplies(404, 409, ...bodyReplies),
      },
      async handle({ caller, params, body }) {
        const changed = await deps.database.fork().transactional(async (em) => {
          const rule = await em.findOne(AlertRule, { namespace: caller.namespace, id: params.id }, { lockMode: 4 });
          if (!rule) throw notFound('alert rule');
          const next = parseMerged(wholeSchema, mergePatch(writableOf(rule), toLists(body)));
          const newEndpoints = next.webhook_endpoint_ids.filter((id) => !rule.webhook_endpoint_ids.includes(id));
          const errors = [
            ...(next.condition === rule.condition ? [] : conditionErrors(next.condition)),
            ...(await endpointErrors(caller.namespace, newEndpoints)),
          ];
          if (errors.length > 0) throw invalid(errors);
          const meaning = changesMeaning(rule, next);
          em.assign(rule, { ...next, updated_at: new Date(deps.now()) });
          if (meaning) em.assign(rule, { revision: rule.revision + 1, health: 'ok', health_message: null });
          await orNameTaken(em.flush());
          return present(rule);
        });
        return { status: 200, body: changed };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/alert-rules/{id}',
      operationId: 'deleteAlertRule',
      summary: 'Delete an alert rule',
      description: 'History stays readable. Deliveries that wait are not sent any more and end as `skipped`.',
      tag,
      params: idParams,
      replies: { 204: { description: 'Deleted' }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const deleted = await deps.database
          .fork()
          .nativeDelete(AlertRule, { namespace: caller.namespace, id: params.id });
        if (deleted === 0) throw notFound('alert rule');
        return { status: 204 };
      },
    }),
  ];

  /** An endpoint of another namespace is as unknown as one that never was. */
  async function endpointErrors(namespace: string, ids: string[]): Promise<FieldError[]> {
    if (ids.length === 0) return [];
    const found = await deps.database.fork().find(WebhookEndpoint, { namespace, id: { $in: ids } }, { fields: ['id'] });
    const existing = new Set(found.map((endpoint) => endpoint.id));
    return ids.flatMap((id, index) =>
      existing.has(id)
        ? []
        : [
            {
              path: `webhook_endpoint_ids[${index}]`,
              message: 'there is no webhook endpoint with this id in your namespace',
            },
          ],
    );
  }
}

/** The singular spellings as the lists that they stand for; both together are a contradiction. */
function toLists(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { event_type, webhook_endpoint_id, ...rest } = body as Record<string, unknown>;
  const lists: Record<string, unknown> = { ...rest };
  for (const [singular, plural, value] of [
    ['event_type', 'event_types', event_type],
    ['webhook_endpoint_id', 'webhook_endpoint_ids', webhook_endpoint_id],
  ] as const) {
    if (value === undefined) continue;
    if (plural in rest) throw invalid([{ path: singular, message: `send either \`${singular}\` or \`${plural}\`` }]);
    lists[plural] = [value];
  }
  return lists;
}

function conditionErrors(condition: string | null): FieldError[] {
  if (condition === null) return [];
  const compiled = compileCondition(condition);
  return compiled.ok ? [] : compiled.errors.map((error) => ({ path: 'condition', ...error }));
}

type Writable = z.infer<typeof wholeSchema>;

function writableOf(rule: AlertRule): Writable {
  const { name, event_types, webhook_endpoint_ids, is_active, severity, trigger } = rule;
  const { condition = null, retry_policy = null, description = null } = rule;
  return {
    name,
    event_types,
    condition,
    webhook_endpoint_ids,
    is_active,
    severity,
    trigger,
    retry_policy,
    description,
  };
}

const meaningful = ['event_types', 'condition', 'webhook_endpoint_ids', 'severity', 'trigger'] as const;

const changesMeaning = (rule: AlertRule, next: Writable) =>
  meaningful.some((field) => JSON.stringify(rule[field]) !== JSON.stringify(next[field]));

function present(rule: AlertRule) {
  const { id, revision, health, health_message, created_by, created_at, updated_at } = rule;
  return { id, ...writableOf(rule), revision, health, health_message, created_by, created_at, updated_at };
}
