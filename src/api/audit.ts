import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuditAction, AuditTarget } from '../domain/audit.ts';
import type { IdFactory } from '../domain/ids.ts';
import type { Database } from '../store/database.ts';
import { AuditEntry } from '../store/entities/audit-entry.ts';
import type { Call } from './route.ts';

/* What is written down of the changes that people make. */

export interface AuditDeps {
  newId: IdFactory;
  now: () => number;
}

/** A change, and what it was made to. */
export interface Audited {
  action: AuditAction;
  target: { type: AuditTarget; id: string; name: string | null };
  /** As the API shows it: never a secret, a header's value or a URL that is one. Absent where there was nothing. */
  before?: object | undefined;
  after?: object | undefined;
}

type By = Pick<Call, 'caller' | 'requestId'>;

/**
 * Puts an entry into the audit log of the namespace that `em` is of. None where before and after are the same: nothing has
 * been changed.
 *
 * @param em in the transaction that makes the change, not flushed for the last time: both take effect, or neither
 */
export function audit(em: EntityManager, by: By, { action, target, before, after }: Audited, deps: AuditDeps): void {
  if (before !== undefined && after !== undefined && isSame(before, after)) return;
  em.persist(
    em.create(AuditEntry, {
      id: deps.newId('aud'),
      // Of what is changed: that is the caller's own, but for a key that the bootstrap key makes for another namespace.
      namespace: em.getFilterParams<{ namespace: string }>('namespace').namespace,
      action,
      target_type: target.type,
      target_id: target.id,
      target_name: target.name,
      before: before ?? null,
      after: after ?? null,
      request_id: by.requestId,
      created_by: by.caller.keyId,
      created_at: new Date(deps.now()),
    }),
  );
}

/**
 * The same for what Temporal is about to be asked: written before and for itself, since no transaction spans both. Should
 * this process die in between, or Temporal be away, the entry says that it was asked for, which is true.
 *
 * @param asked what was asked, not what came of it
 */
export async function auditFirst(
  database: Database,
  by: By,
  { asked, ...what }: Omit<Audited, 'after'> & { asked: object },
  deps: AuditDeps,
): Promise<void> {
  const em = database.inNamespace(by.caller.namespace);
  audit(em, by, { ...what, after: { asked } }, deps);
  await em.flush();
}

/** But for the time of the change, which every PATCH moves. */
const isSame = (before: object, after: object) => isDeepStrictEqual(timeless(before), timeless(after));

function timeless(shown: object) {
  const { updated_at: _, ...rest } = JSON.parse(JSON.stringify(shown)) as Record<string, unknown>;
  return rest;
}
