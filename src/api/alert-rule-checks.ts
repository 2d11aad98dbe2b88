import type { EntityManager } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { presets } from '../domain/presets.ts';
import type { Database } from '../store/database.ts';
import { AlertRule } from '../store/entities/alert-rule.ts';
import { readRule } from './alert-rule-body.ts';
import { alertRuleCreateSchema } from './alert-rule-fields.ts';
import { knownRule } from './known-rule.ts';
import { pageOf } from './page.ts';
import { type FieldError, fieldErrorSchema } from './problem.ts';
import { type Route, route } from './route.ts';
import { bodyReplies, commonReplies, objectSchema } from './schemas.ts';

const verdictSchema = z
  .object({ valid: z.boolean(), errors: z.array(fieldErrorSchema) })
  .meta({ id: 'AlertRuleVerdict' });

const presetSchema = z
  .object({
    id: z.string().describe('Stable'),
    title: z.string(),
    description: z.string(),
    rule: z
      .record(z.string(), z.unknown())
      .describe('A body for `POST /v1/alert-rules`, all but `webhook_endpoint_id` or `webhook_endpoint_ids`'),
  })
  .meta({ id: 'AlertRulePreset' });

/** `/v1/alert-rules/validate` and `/presets`: what helps in writing a rule. Nothing is saved. */
export function alertRuleCheckRoutes({ database }: { database: Database }): Route[] {
  const tag = 'Alert rules';
  return [
    route({
      method: 'post',
      path: '/v1/alert-rules/validate',
      scope: 'rules:read',
      operationId: 'validateAlertRule',
      audit: { none: 'saves nothing' },
      summary: 'Say what is wrong with a rule',
      description: 'Takes the body of a creation. Nothing is saved.',
      tag,
      query: z.strictObject({
        rule_id: z.string().optional().describe('The rule whose place it is to take: its name is not taken then'),
      }),
      body: { schema: objectSchema, documentAs: alertRuleCreateSchema },
      replies: {
        200: { description: 'One entry in `errors` for each bad field; none: it can be saved', schema: verdictSchema },
        ...commonReplies(...bodyReplies),
      },
      async handle({ caller, query, body }) {
        const em = database.inNamespace(caller.namespace);
        const replaces = query.rule_id === undefined ? undefined : await knownRule(em, query.rule_id, 'rule_id');
        const { errors } = await readRule(em, body, replaces);
        const all = [...errors, ...(await nameFaults(em, body.name, replaces))];
        return { status: 200, body: { valid: all.length === 0, errors: all } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/alert-rules/presets',
      scope: 'any',
      operationId: 'listAlertRulePresets',
      summary: 'Ready rules',
      description: 'Add whom to tell and create it; all of them are on one page.',
      tag,
      replies: {
        200: { description: 'All of them', schema: pageOf(presetSchema, 'AlertRulePresetPage') },
        ...commonReplies(),
      },
      async handle() {
        return { status: 200, body: { items: presets, next_cursor: null } };
      },
    }),
  ];
}

/** A creation would be answered 409: of two at once only the unique key can tell which is first. */
async function nameFaults(em: EntityManager, name: unknown, replaces?: AlertRule): Promise<FieldError[]> {
  if (typeof name !== 'string') return [];
  const there = await em.findOne(AlertRule, { name: name.trim() }, { fields: ['id'] });
  const isTaken = there !== null && there.id !== replaces?.id;
  return isTaken ? [{ path: 'name', message: 'is taken by another rule; choose another' }] : [];
}
