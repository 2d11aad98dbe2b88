import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { tenancy } from '../tenancy.ts';

/**
 * Who did what to what. `before` and `after` are what the API shows of it, secrets masked; `created_by` is the key. The
 * service's roles may add entries and read them, and neither change nor remove one.
 */
export const AuditEntry = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_log',
  ...tenancy,
  indexes: [
    { name: 'audit_log_list', properties: ['namespace', 'id'] },
    { name: 'audit_log_by_target', properties: ['namespace', 'target_id', 'id'] },
    { name: 'audit_log_by_key', properties: ['namespace', 'created_by', 'id'] },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    action: p.text(),
    target_type: p.text(),
    target_id: p.text(),
    target_name: p.text().nullable(),
    before: p.json<unknown>().nullable(),
    after: p.json<unknown>().nullable(),
    request_id: p.text(),
    created_by: p.text(),
    created_at: p.datetime(3),
  },
});

export type AuditEntry = InferEntity<typeof AuditEntry>;
