import type { AttemptOutcome } from '../domain/outcome.ts';
import type { DeliveryStatus, RetryLayers } from './entities/delivery.ts';
import type { Sql } from './sql.ts';
import { ownerIsGone } from './worker-lease.ts';

/**
 * A delivery beside its endpoint and rule as they are now; `endpoint_*` and `rule_*` are null where these are gone.
 * `claimed` is the number of the attempt that the caller now holds and must send and finish, and only then is there a
 * `body`. Where nothing was claimed and an attempt is without an outcome, `open_*` tell of that one.
 */
export interface DeliveryJob {
  namespace: string;
  id: string;
  status: DeliveryStatus;
  reason: string | null;
  event_type: string;
  body: string | null;
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
  open_number: number | null;
  open_deadline_at: Date | null;
  /** The process that had begun it is gone, as far as its lease tells (see worker-lease.ts). */
  open_owner_gone: boolean;
}

/** Who wants to make the next attempt of which delivery: the workflow is kept with the attempt as the link to follow. */
export interface ClaimRequest {
  namespace: string;
  deliveryId: string;
  workflowId: string;
  runId: string;
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

/** An attempt's outcome with whose it is. */
export interface AttemptOutcomeRow extends FinishedAttempt {
  namespace: string;
  deliveryId: string;
}

/** The statements around attempts: one before the requests of a list leave, one after. */
export type AttemptLog = ReturnType<typeof createAttemptLog>;

/**
 * @param sql the hot path's way into PostgreSQL
 * @param now the clock, in ms
 * @param worker who makes the attempts; kept with each, and the name of its lease
 */
export function createAttemptLog(sql: Sql, now: () => number, worker: string) {
  return {
    /**
     * Reads what is needed to send and, where a delivery may be sent now, writes its attempt's row: one round trip for
     * the list. May be sent: due, not settled, endpoint there and on, rule there and on (a person's retry ignores the
     * rule). The list may mix namespaces; no delivery may be in it twice.
     *
     * @param requestDeadlineMs upper bound of how long a request may take, from now
     * @returns one for each request, in their order; undefined where there is no such delivery
     */
    async claim(requests: ClaimRequest[], requestDeadlineMs: number): Promise<(DeliveryJob | undefined)[]> {
      const at = now();
      const { rows } = await sql.query<DeliveryJob>({
        name: 'claim-attempts',
        text: CLAIM,
        values: [
          requests.map(({ namespace }) => namespace),
          requests.map(({ deliveryId }) => deliveryId),
          requests.map(({ workflowId }) => workflowId),
          requests.map(({ runId }) => runId),
          new Date(at),
          new Date(at + requestDeadlineMs),
          worker,
        ],
      });
      const jobs = new Map(rows.map((row) => [row.id, row]));
      return requests.map(({ deliveryId }) => jobs.get(deliveryId));
    },

    /** The same for one delivery, without claiming anything. */
    async read(namespace: string, deliveryId: string): Promise<DeliveryJob | undefined> {
      const values = [[namespace], [deliveryId]];
      const { rows } = await sql.query<DeliveryJob>({ name: 'read-job', text: READ, values });
      return rows[0];
    },

    /** Writes the outcomes of attempts and their deliveries' states after them, in one statement. */
    async finish(outcomes: AttemptOutcomeRow[]): Promise<void> {
      // In one order everywhere: two processes that write about the same rows wait for each other, not both.
      const inOrder = outcomes.toSorted((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
      const values = [JSON.stringify(inOrder), new Date(now())];
      await sql.query({ name: 'finish-attempts', text: FINISH, values });
    },

    /** Takes back a claim whose request was never made, as if there had been none. */
    async release(namespace: string, deliveryId: string, number: number): Promise<void> {
      await sql.query({
        name: 'release-attempt',
        text: 'delete from delivery_attempts where namespace = $1 and delivery_id = $2 and number = $3 and outcome is null',
        values: [namespace, deliveryId, number],
      });
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

// Plans are made once for any list: `offset 0` keeps each row's look-up its own, by primary key, however small the
// tables were when the plan was made.
const JOB = `
    select d.*, e.id is not null as endpoint_exists, e.is_active as endpoint_is_active, e.health as endpoint_health,
      e.target_url, e.sealed_target_url, e.sealed_secret, e.sealed_headers,
      r.id is not null as rule_exists, r.is_active as rule_is_active
    from asked
    cross join lateral (
      select namespace, id, status, reason, event_type, attempts, round, round_base, round_started_at, by_person,
        exhausted_reason, next_attempt_at, last_error, retry_layers, endpoint_id, endpoint_name, rule_id
      from deliveries where namespace = asked.namespace and id = asked.id offset 0
    ) d
    left join webhook_endpoints e on e.namespace = d.namespace and e.id = d.endpoint_id
    left join alert_rules r on r.namespace = d.namespace and r.id = d.rule_id`;

const READ = `
  with asked as (select * from unnest($1::text[], $2::text[]) as a (namespace, id))
  select job.*, null as body, null::int as claimed, null::int as open_number, null::timestamptz as open_deadline_at,
    false as open_owner_gone
  from (${JOB}) job`;

const CLAIM = `
  with asked as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as a (namespace, id, workflow_id, run_id)
  ), job as materialized (${JOB}
  ), claimed as (
    insert into delivery_attempts (delivery_id, number, namespace, started_at, deadline_at, created_by, workflow_id,
      workflow_run_id)
    select job.id, job.attempts + 1, job.namespace, $5, $6, $7, asked.workflow_id, asked.run_id
    from job join asked on asked.id = job.id
    where status in ('pending', 'retrying') and exhausted_reason is null
      and (next_attempt_at is null or next_attempt_at <= $5)
      and endpoint_exists and endpoint_is_active and endpoint_health <> 'disabled'
      and (by_person or (rule_exists and rule_is_active))
    on conflict (delivery_id, number) do nothing
    returning delivery_id, number
  )
  select job.*, claimed.number as claimed,
    case when claimed.number is not null then (select body from deliveries where id = job.id) end as body,
    open.number as open_number, open.deadline_at as open_deadline_at,
    case when open.number is null or open.created_by = $7 then false else ${ownerIsGone('open.created_by')} end
      as open_owner_gone
  from job left join claimed on claimed.delivery_id = job.id
  left join lateral (
    select number, deadline_at, created_by from delivery_attempts
    where delivery_id = job.id and outcome is null order by number desc limit 1
  ) open on claimed.number is null`;

/**
 * Whether an attempt's outcome decides what becomes of its delivery. A success always does. A failure does not if it
 * comes late: when its attempt was given up as interrupted, or the delivery was parked, skipped or discarded meanwhile.
 */
const DECIDES = `(o.status = 'succeeded' or (d.status in ('pending', 'retrying') and d.attempts < o.number))`;
const ifDecides = (column: string, value: string) =>
  `${column} = case when ${DECIDES} then ${value} else d.${column} end`;

// `attempts` counts every attempt, late or not: the next one's number must be free.
const FINISH = `
  with o as materialized (
    select namespace, "deliveryId" as delivery_id, number, "durationMs" as duration_ms, "statusCode" as status_code,
      outcome, error, "responseExcerpt" as response_excerpt, status, "nextAttemptAt" as next_attempt_at,
      "exhaustedReason" as exhausted_reason, "disableEndpoint" as disable_endpoint
    from json_to_recordset($1::json) as f (
      namespace text, "deliveryId" text, number int, "durationMs" int, "statusCode" int, outcome text, error text,
      "responseExcerpt" text, status text, "nextAttemptAt" timestamptz, "exhaustedReason" text, "disableEndpoint" text)
  ), finished as (
    update delivery_attempts a set duration_ms = o.duration_ms, status_code = o.status_code, outcome = o.outcome,
      error = o.error, response_excerpt = o.response_excerpt
    from o where a.namespace = o.namespace and a.delivery_id = o.delivery_id and a.number = o.number
  ), disabled as (
    update webhook_endpoints e set health = 'disabled', disabled_reason = o.disable_endpoint, updated_at = $2
    from o join deliveries of on of.namespace = o.namespace and of.id = o.delivery_id
    where o.disable_endpoint is not null
      and e.namespace = of.namespace and e.id = of.endpoint_id and e.health <> 'disabled'
  ), settled as (
    -- Whatever became of the delivery meanwhile, once it has arrived nobody need act on it.
    update dead_letters l set status = 'succeeded', closed_at = $2
    from o where o.status = 'succeeded' and l.namespace = o.namespace and l.delivery_id = o.delivery_id
      and l.closed_at is null
  )
  update deliveries d set attempts = greatest(d.attempts, o.number),
    ${ifDecides('status', 'o.status')},
    ${ifDecides('reason', 'null')},
    ${ifDecides('next_attempt_at', 'o.next_attempt_at')},
    ${ifDecides('exhausted_reason', 'o.exhausted_reason')},
    ${ifDecides('last_status_code', 'o.status_code')},
    ${ifDecides('last_error', 'o.error')},
    ${ifDecides('completed_at', "case when o.status = 'succeeded' then $2::timestamptz end")},
    updated_at = $2
  from o where d.namespace = o.namespace and d.id = o.delivery_id`;

const INTERRUPT = `
  with interrupted as (
    update delivery_attempts set outcome = 'interrupted', duration_ms = 0, error = $6
    where namespace = $1 and delivery_id = $2 and number = $3 and outcome is null
    returning number
  )
  update deliveries set attempts = greatest(attempts, $3), next_attempt_at = null, exhausted_reason = $5, last_error = $6,
    updated_at = $4
  where namespace = $1 and id = $2 and status in ('pending', 'retrying') and exists (select 1 from interrupted)`;
