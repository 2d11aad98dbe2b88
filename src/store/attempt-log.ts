import type { AttemptOutcome } from '../domain/outcome.ts';
import type { DeliveryStatus, RetryLayers } from './entities/delivery.ts';
import type { Sql } from './sql.ts';

/**
 * A delivery beside its endpoint and rule as they are now; `endpoint_*` and `rule_*` are null where these are gone.
 * `claimed` is the number of the attempt that the caller now holds and must send and finish; null: nothing was claimed.
 */
export interface DeliveryJob {
  id: string;
  status: DeliveryStatus;
  reason: string | null;
  event_type: string;
  body: string;
  attempts: number;
  round: number;
  round_base: number;
  round_started_at: Date;
  by_person: boolean;
  exhausted_reason: string | null;
  next_attempt_at: Date | null;
  last_error: string | null;
  retry_layers: RetryLayers | null;
  endpoint_id: string;
  endpoint_name: string;
  endpoint_exists: boolean;
  endpoint_is_active: boolean | null;
  endpoint_health: 'healthy' | 'failing' | 'disabled' | null;
  target_url: string | null;
  sealed_target_url: string | null;
  sealed_secret: string | null;
  sealed_headers: Record<string, string> | null;
  rule_exists: boolean;
  rule_is_active: boolean | null;
  claimed: number | null;
}

/** An attempt that was begun and has no outcome: in flight somewhere, or left by a process that died. */
export interface OpenAttempt {
  number: number;
  deadline_at: Date;
}

/** What one attempt came to, and what follows for the delivery. `nextAttemptAt` and `exhaustedReason` exclude each other. */
export interface FinishedAttempt {
  number: number;
  durationMs: number;
  statusCode: number | null;
  outcome: AttemptOutcome;
  error: string | null;
  responseExcerpt: string | null;
  status: 'succeeded' | 'retrying';
  nextAttemptAt: Date | null;
  exhaustedReason: string | null;
  /** Why the delivery's endpoint is to be disabled, if it is. */
  disableEndpoint: string | null;
}

/** The statements around one attempt: one before the request leaves, one after. */
export type AttemptLog = ReturnType<typeof createAttemptLog>;

/**
 * @param sql the hot path's way into PostgreSQL
 * @param now the clock, in ms
 * @param worker who makes the attempts; kept with each
 */
export function createAttemptLog(sql: Sql, now: () => number, worker: string) {
  return {
    /**
     * Reads what is needed to send and, where the delivery may be sent now, writes the attempt's row: one round trip.
     * May be sent: due, not settled, endpoint there and on, rule there and on (a person's retry ignores the rule).
     *
     * @param requestDeadlineMs upper bound of how long the request may take, from now
     * @returns undefined when there is no such delivery
     */
    async claim(
      namespace: string,
      deliveryId: string,
      runId: string,
      requestDeadlineMs: number,
    ): Promise<DeliveryJob | undefined> {
      const at = now();
      const values = [namespace, deliveryId, new Date(at), new Date(at + requestDeadlineMs), worker, runId];
      const { rows } = await sql.query<DeliveryJob>({ name: 'claim-attempt', text: CLAIM, values });
      return rows[0];
    },

    /** The same without claiming anything. */
    async read(namespace: string, deliveryId: string): Promise<DeliveryJob | undefined> {
      const { rows } = await sql.query<DeliveryJob>({ name: 'read-job', text: READ, values: [namespace, deliveryId] });
      return rows[0];
    },

    /** Writes an attempt's outcome and the delivery's state after it, in one statement. */
    async finish(namespace: string, deliveryId: string, attempt: FinishedAttempt): Promise<void> {
      const values = [
        namespace,
        deliveryId,
        attempt.number,
        attempt.durationMs,
        attempt.statusCode,
        attempt.outcome,
        attempt.error,
        attempt.responseExcerpt,
        attempt.status,
        attempt.nextAttemptAt,
        attempt.exhaustedReason,
        new Date(now()),
        attempt.disableEndpoint,
      ];
      await sql.query({ name: 'finish-attempt', text: FINISH, values });
    },

    /** Takes back a claim whose request was never made, as if there had been none. */
    async release(namespace: string, deliveryId: string, number: number): Promise<void> {
      await sql.query({
        name: 'release-attempt',
        text: 'delete from delivery_attempts where namespace = $1 and delivery_id = $2 and number = $3 and outcome is null',
        values: [namespace, deliveryId, number],
      });
    },

    /** The attempt without an outcome, if there is one. */
    async openAttempt(namespace: string, deliveryId: string): Promise<OpenAttempt | undefined> {
      const { rows } = await sql.query<OpenAttempt>({
        name: 'open-attempt',
        text: `select number, deadline_at from delivery_attempts
               where namespace = $1 and delivery_id = $2 and outcome is null order by number desc limit 1`,
        values: [namespace, deliveryId],
      });
      return rows[0];
    },

    /**
     * Closes an attempt whose process died: nobody knows whether the receiver got it, so another one follows.
     *
     * @param exhaustedReason set where none may follow, for it was the round's last
     */
    async interrupt(
      namespace: string,
      deliveryId: string,
      number: number,
      exhaustedReason: string | null,
    ): Promise<void> {
      const values = [namespace, deliveryId, number, new Date(now()), exhaustedReason, INTERRUPTED];
      await sql.query({ name: 'interrupt-attempt', text: INTERRUPT, values });
    },

    /** Ends a delivery that must not be sent, with the reason. Settled ones stay as they are. */
    async skip(namespace: string, deliveryId: string, reason: string): Promise<void> {
      await sql.query({
        name: 'skip-delivery',
        text: `update deliveries set status = 'skipped', reason = $3, next_attempt_at = null, completed_at = $4, updated_at = $4
               where namespace = $1 and id = $2 and status in ('pending', 'retrying')`,
        values: [namespace, deliveryId, reason, new Date(now())],
      });
    },

    /** Ends a delivery's round without a further attempt, e.g. because its endpoint is disabled. */
    async exhaust(namespace: string, deliveryId: string, reason: string): Promise<void> {
      await sql.query({
        name: 'exhaust-delivery',
        text: `update deliveries set status = 'retrying', exhausted_reason = $3, next_attempt_at = null, updated_at = $4
               where namespace = $1 and id = $2 and status in ('pending', 'retrying') and exhausted_reason is null`,
        values: [namespace, deliveryId, reason, new Date(now())],
      });
    },
  };
}

const INTERRUPTED = 'the worker stopped before it could record an answer';

const JOB = `
    select d.id, d.status, d.reason, d.event_type, d.body, d.attempts, d.round, d.round_base, d.round_started_at,
      d.by_person, d.exhausted_reason, d.next_attempt_at, d.last_error, d.retry_layers,
      d.endpoint_id, d.endpoint_name,
      e.id is not null as endpoint_exists, e.is_active as endpoint_is_active, e.health as endpoint_health,
      e.target_url, e.sealed_target_url, e.sealed_secret, e.sealed_headers,
      r.id is not null as rule_exists, r.is_active as rule_is_active
    from deliveries d
    left join webhook_endpoints e on e.namespace = d.namespace and e.id = d.endpoint_id
    left join alert_rules r on r.namespace = d.namespace and r.id = d.rule_id
    where d.namespace = $1 and d.id = $2`;

const READ = `select job.*, null::int as claimed from (${JOB}) job`;

const CLAIM = `
  with job as (${JOB}
  ), claimed as (
    insert into delivery_attempts (delivery_id, number, namespace, started_at, deadline_at, created_by)
    select id, attempts + 1, $1, $3, $4, $5 from job
    where status in ('pending', 'retrying') and exhausted_reason is null
      and (next_attempt_at is null or next_attempt_at <= $3)
      and endpoint_exists and endpoint_is_active and endpoint_health <> 'disabled'
      and (by_person or (rule_exists and rule_is_active))
    on conflict (delivery_id, number) do nothing
    returning number
  ), marked as (
    update deliveries set workflow_run_id = $6::text
    where namespace = $1 and id = $2 and workflow_run_id is distinct from $6::text and exists (select 1 from claimed)
  )
  select job.*, claimed.number as claimed from job left join claimed on true`;

/**
 * Whether an attempt's outcome decides what becomes of its delivery. A success always does. A failure does not if it
 * comes late: when its attempt was given up as interrupted, or the delivery was parked, skipped or discarded meanwhile.
 */
const DECIDES = `($9 = 'succeeded' or (d.status in ('pending', 'retrying') and d.attempts < $3))`;
const ifDecides = (column: string, value: string) =>
  `${column} = case when ${DECIDES} then ${value} else d.${column} end`;

// `attempts` counts every attempt, late or not: the next one's number must be free.
const FINISH = `
  with finished as (
    update delivery_attempts set duration_ms = $4, status_code = $5, outcome = $6, error = $7, response_excerpt = $8
    where namespace = $1 and delivery_id = $2 and number = $3
  ), disabled as (
    update webhook_endpoints e set health = 'disabled', disabled_reason = $13, updated_at = $12
    from deliveries of where $13::text is not null and of.namespace = $1 and of.id = $2
      and e.namespace = of.namespace and e.id = of.endpoint_id and e.health <> 'disabled'
  ), settled as (
    -- Whatever became of the delivery meanwhile, once it has arrived nobody need act on it.
    update dead_letters set status = 'succeeded', closed_at = $12
    where $9 = 'succeeded' and namespace = $1 and delivery_id = $2 and closed_at is null
  )
  update deliveries d set attempts = greatest(d.attempts, $3),
    ${ifDecides('status', '$9')},
    ${ifDecides('reason', 'null')},
    ${ifDecides('next_attempt_at', '$10::timestamptz')},
    ${ifDecides('exhausted_reason', '$11')},
    ${ifDecides('last_status_code', '$5')},
    ${ifDecides('last_error', '$7')},
    ${ifDecides('completed_at', "case when $9 = 'succeeded' then $12::timestamptz end")},
    updated_at = $12
  where d.namespace = $1 and d.id = $2`;

const INTERRUPT = `
  with interrupted as (
    update delivery_attempts set outcome = 'interrupted', duration_ms = 0, error = $6
    where namespace = $1 and delivery_id = $2 and number = $3 and outcome is null
    returning number
  )
  update deliveries set attempts = greatest(attempts, $3), next_attempt_at = null, exhausted_reason = $5, last_error = $6,
    updated_at = $4
  where namespace = $1 and id = $2 and status in ('pending', 'retrying') and exists (select 1 from interrupted)`;
