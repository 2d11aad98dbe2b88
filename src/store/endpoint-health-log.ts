import {
  DISABLED_AFTER_FAILURES,
  type EndpointRecord,
  FAILING_AFTER_EXHAUSTED,
  judgeEndpoint,
  type Verdict,
} from '../domain/endpoint-health.ts';
import { idTimeBound } from '../domain/ids.ts';
import { AUDIT_DISABLED } from './audit-log.ts';
import { TELL_DISABLED } from './service-event-log.ts';
import type { Sql } from './sql.ts';

/** The verdicts on endpoints, from what attempts have counted in `endpoint_states`. */
export type EndpointHealthLog = ReturnType<typeof createEndpointHealthLog>;

type Candidate = EndpointRecord & { id: string };

/** @param sql the hot path's way into PostgreSQL; @param now the clock, in ms; @param worker who judges */
export function createEndpointHealthLog(sql: Sql, now: () => number, worker: string) {
  return {
    /**
     * Judges a delivery's endpoint. Safe to repeat: a verdict follows from the counts and counts nothing itself. Nobody
     * waits for somebody who is editing the endpoint.
     *
     * @returns `busy` where it could not be judged for that
     */
    async judge(namespace: string, deliveryId: string): Promise<'judged' | 'busy'> {
      const { rows } = await sql.query<Candidate>({
        name: 'endpoint-record-of-delivery',
        text: RECORD_OF_DELIVERY,
        values: [namespace, deliveryId],
      });
      const [candidate] = rows;
      return candidate !== undefined && (await pronounce(candidate)) ? 'busy' : 'judged';
    },

    /** Judges every endpoint that may have got better or worse: what a crash or a lock has kept from being judged. */
    async judgeAll(): Promise<void> {
      const { rows } = await sql.query<Candidate>({
        name: 'endpoint-records',
        text: RECORDS,
        values: [FAILING_AFTER_EXHAUSTED, DISABLED_AFTER_FAILURES],
      });
      for (const candidate of rows) await pronounce(candidate);
    },
  };

  /** @returns whether somebody held the endpoint */
  async function pronounce(candidate: Candidate): Promise<boolean> {
    const verdict: Verdict | undefined = judgeEndpoint(candidate);
    if (verdict === undefined) return false;
    const { id, health, failing_since } = candidate;
    const at = now();
    const values = [id, health, failing_since, verdict.health, verdict.reason, new Date(at), worker];
    values.push(idTimeBound('aud', at));
    const { rows } = await sql.query<{ is_busy: boolean }>({ name: 'pronounce-health', text: PRONOUNCE, values });
    return rows[0]?.is_busy === true;
  }
}

// The last word (such as 410) of an attempt that was begun before the endpoint was changed is about another receiver, or was answered to.
const RECORD_OF_DELIVERY = `
  select e.id, e.health, coalesce(s.failed_attempts, 0) as failed_attempts,
    coalesce(s.consecutive_exhausted, 0) as consecutive_exhausted, s.failing_since, s.updated_at as last_failed_at,
    case when d.exhausted_reason is not null and a.says_gone and a.started_at >= e.updated_at then a.error end as said_gone
  from deliveries d
  join webhook_endpoints e on e.namespace = d.namespace and e.id = d.endpoint_id
  left join endpoint_states s on s.endpoint_id = e.id
  left join delivery_attempts a on a.delivery_id = d.id and a.number = d.attempts
  where d.namespace = $1 and d.id = $2 and e.health <> 'disabled'`;

const RECORDS = `
  select e.id, e.health, coalesce(s.failed_attempts, 0) as failed_attempts,
    coalesce(s.consecutive_exhausted, 0) as consecutive_exhausted, s.failing_since, s.updated_at as last_failed_at,
    null as said_gone
  from webhook_endpoints e left join endpoint_states s on s.endpoint_id = e.id
  where e.health = 'failing'
    or (e.health = 'healthy' and (s.consecutive_exhausted >= $1 or s.failed_attempts >= $2))`;

/** Unless it has succeeded, or was changed or judged, since its record was read. */
const PRONOUNCE = `
  with judged as (
    select id from webhook_endpoints where id = $1 and health = $2 for update skip locked
  ), changed as (
    update webhook_endpoints e set health = $4, disabled_reason = $5,
      updated_at = case when $4 = 'disabled' then $6::timestamptz else e.updated_at end
    from judged where e.id = judged.id
      and (select s.failing_since from endpoint_states s where s.endpoint_id = $1) is not distinct from $3::timestamptz
    returning e.*
  ), told as (
    ${TELL_DISABLED({ from: 'changed', by: '$7', at: '$6' })}
  ), audited as (
    ${AUDIT_DISABLED({ from: 'changed', idBound: '$8', at: '$6', health: '$2' })}
  )
  select not exists (select 1 from judged)
    and exists (select 1 from webhook_endpoints where id = $1 and health = $2) as is_busy`;
