import { z } from 'zod';
import { severities } from '../domain/rule.ts';
import type { Database } from '../store/database.ts';
import { AlertEntity, type AlertRow } from '../store/entities/alert.ts';
import { Event } from '../store/entities/event.ts';
import { idBounds, pageOf, pageQuery, periodQuery, toPage } from './page.ts';
import { notFound } from './problem.ts';
import { type Route, route } from './route.ts';
import { commonReplies, idParams, timeSchema } from './schemas.ts';

const alertSchema = z
  .object({
    id: z.string(),
    status: z.enum(['firing', 'resolved']),
    rule_id: z.string(),
    rule_name: z.string(),
    rule_revision: z.int(),
    key: z.string().describe("The values of the rule's `per`, in words"),
    dedup_key: z.string(),
    severity: z.enum(severities),
    summary: z.string(),
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    event_id: z.string().nullable().describe('What made it fire; null where it was the absence of an event'),
    event_type: z.string().nullable(),
    started_at: timeSchema,
    fired_at: timeSchema,
    resolved_at: timeSchema.nullable(),
    resolve_reason: z.string().nullable(),
    held_reason: z.string().nullable().describe('Why nobody was told, if so'),
  })
  .meta({ id: 'Alert' });

const detailSchema = alertSchema
  .extend({
    event_source: z
      .string()
      .nullable()
      .describe('With `event_id` it names what made it fire; null without one, or where that is not stored any more'),
  })
  .meta({ id: 'AlertDetail' });

const listQuery = z.strictObject({
  ...pageQuery,
  ...periodQuery,
  status: z.enum(['firing', 'resolved', 'all']).default('firing').describe('What fires now, unless you ask for more'),
  severity: z.enum(severities).optional(),
  rule_id: z.string().optional(),
});

/** `/v1/alerts`: what the stateful rules say now, and what they said. */
export function alertRoutes({ database }: { database: Database }): Route[] {
  const tag = 'Alerts';
  return [
    route({
      method: 'get',
      path: '/v1/alerts',
      scope: 'rules:read',
      operationId: 'listAlerts',
      summary: 'List alerts: those that fire now, or those before',
      tag,
      query: listQuery,
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(alertSchema, 'AlertPage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const where = {
          id: idBounds('al', query),
          ...(query.status === 'all' ? {} : { status: query.status }),
          ...(query.severity === undefined ? {} : { severity: query.severity }),
          ...(query.rule_id === undefined ? {} : { rule_id: query.rule_id }),
        };
        const rows = await database
          .inNamespace(caller.namespace)
          .find(AlertEntity, where, { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(present), query.limit, (row) => row.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/alerts/{id}',
      scope: 'rules:read',
      operationId: 'getAlert',
      summary: 'Get an alert',
      tag,
      params: idParams,
      replies: { 200: { description: 'The alert', schema: detailSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const em = database.inNamespace(caller.namespace);
        const row = await em.findOne(AlertEntity, { id: params.id });
        if (!row) throw notFound('alert');
        const cause = row.event_ref && (await em.findOne(Event, { id: row.event_ref }, { fields: ['source'] }));
        return { status: 200, body: { ...present(row), event_source: cause ? cause.source : null } };
      },
    }),
  ];
}

function present(row: AlertRow): z.infer<typeof alertSchema> {
  const { id, status, rule_id, rule_name, rule_revision, key_text: key, dedup_key, severity, summary } = row;
  const { value = null, threshold = null, event_id = null, event_type = null, started_at, fired_at } = row;
  const { resolved_at = null, resolve_reason = null, held_reason = null } = row;
  return {
    ...{ id, status, rule_id, rule_name, rule_revision, key, dedup_key, severity, summary, value, threshold },
    ...{ event_id, event_type, started_at, fired_at, resolved_at, resolve_reason, held_reason },
  };
}
