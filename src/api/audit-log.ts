import { z } from 'zod';
import { auditActions, auditTargets, BY_SERVICE } from '../domain/audit.ts';
import type { Database } from '../store/database.ts';
import { AuditEntry } from '../store/entities/audit-entry.ts';
import { idBounds, pageOf, pageQuery, periodQuery, toPage } from './page.ts';
import { type Route, route } from './route.ts';
import { commonReplies, timeSchema } from './schemas.ts';

const shown = z.record(z.string(), z.unknown()).nullable();

const entrySchema = z
  .object({
    id: z.string(),
    action: z.enum(auditActions),
    target: z.object({ type: z.enum(auditTargets), id: z.string(), name: z.string().nullable() }),
    actor: z.string().describe(`The id of the key; \`${BY_SERVICE}\`: the service of its own accord`),
    request_id: z.string().nullable().describe('As answered in `x-exosphere-request-id`'),
    before: shown.describe('As the API showed it; null for what was not there'),
    after: shown.describe('As the API showed it; null for what is gone. `asked`: what was asked of a workflow'),
    at: timeSchema,
  })
  .meta({ id: 'AuditEntry' });

const listQuery = z.strictObject({
  ...pageQuery,
  ...periodQuery,
  action: z.enum(auditActions).optional(),
  target_type: z.enum(auditTargets).optional(),
  target_id: z.string().optional(),
  actor: z.string().optional().describe(`The id of a key, or \`${BY_SERVICE}\``),
});

/** `/v1/audit-log`: who did what to what. */
export function auditLogRoutes({ database }: { database: Database }): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit-log',
      scope: 'admin',
      operationId: 'listAuditLog',
      summary: 'List what was done, by whom',
      description: 'Entries are added in the transaction of the change, and are never changed or removed.',
      tag: 'Audit log',
      query: listQuery,
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(entrySchema, 'AuditPage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const { action, target_type, target_id, actor: created_by } = query;
        const filters = Object.entries({ action, target_type, target_id, created_by });
        const where = {
          id: idBounds('aud', query),
          ...Object.fromEntries(filters.filter(([, value]) => value !== undefined)),
        };
        const rows = await database
          .inNamespace(caller.namespace)
          .find(AuditEntry, where, { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(present), query.limit, (row) => row.id) };
      },
    }),
  ];
}

function present(entry: AuditEntry) {
  const { id, action, target_type, target_id, target_name = null, created_by, request_id, created_at } = entry;
  const target = { type: target_type, id: target_id, name: target_name };
  const { before = null, after = null } = entry;
  return { id, action, target, actor: created_by, request_id: request_id || null, before, after, at: created_at };
}
