import { BY_SERVICE } from '../domain/audit.ts';

/*
 * Entries of the audit log that are written by plain statements, within those that make them true. What a request changes
 * by the ORM is in src/api/audit.ts.
 */

const INSERT = `insert into audit_log (id, namespace, action, target_type, target_id, target_name, before, after,
    request_id, created_by, created_at)`;

/** Who asks for a test-send. */
export interface AskedBy {
  keyId: string;
  requestId: string;
}

/** SQL for a test-send; each part a placeholder of the statement. */
export const AUDIT_TESTED = (test: TestParts) => `${INSERT}
  values (${test.id}, ${test.namespace}, 'webhook.tested', 'webhook', ${test.endpoint}, ${test.name}, null,
    jsonb_build_object('asked', jsonb_build_object('delivery_id', ${test.delivery}::text)), ${test.requestId},
    ${test.keyId}, ${test.at})`;

type TestParts = AskedBy & Record<'id' | 'namespace' | 'endpoint' | 'name' | 'delivery' | 'at', string>;

/** The rows that a statement of the service's own has changed, the beginning of an id of now, and the time. */
interface Changed {
  from: string;
  /** As of `idTimeBound`: what is random in other ids is made from what happened, for the statement has many rows. */
  idBound: string;
  at: string;
}

const idOf = ({ idBound }: Changed, what: string) => `left(${idBound}, 14) || left(md5(${what}), 16)`;

/** SQL for endpoints that have been disabled in this very statement. @param health what they were before */
export const AUDIT_DISABLED = (changed: Changed & { health: string }) => `${INSERT}
  select ${idOf(changed, 'e.id')}, e.namespace, 'webhook.disabled', 'webhook', e.id, e.name,
    jsonb_build_object('health', ${changed.health}::text, 'disabled_reason', null),
    jsonb_build_object('health', e.health, 'disabled_reason', e.disabled_reason),
    '', '${BY_SERVICE}', ${changed.at}::timestamptz
  from ${changed.from} e where e.health = 'disabled'`;

/** SQL for rules that have been degraded in this very statement. */
export const AUDIT_DEGRADED = (changed: Changed) => `${INSERT}
  select ${idOf(changed, 'r.id')}, r.namespace, 'alert_rule.degraded', 'alert_rule', r.id, r.name,
    jsonb_build_object('health', 'ok', 'health_message', null),
    jsonb_build_object('health', r.health, 'health_message', r.health_message),
    '', '${BY_SERVICE}', ${changed.at}::timestamptz
  from ${changed.from} r`;
