import { query } from './query.ts';
import type { TestService } from './service.ts';

export type AuditLog = ReturnType<typeof auditLogOf>;

/** The audit log of a service, as the API shows it and as it stands. */
export const auditLogOf = ({ api, databaseUrl }: TestService) => ({
  /** The entries that a filter finds, newest first. */
  log: async (filter: string) => (await api.get(`/v1/audit-log?${filter}`)).body.items,
  /** What people have done so far, oldest first; the service may add its own at any time. */
  rows: () => query(databaseUrl, "select * from audit_log where created_by <> 'service' order by id"),
});
