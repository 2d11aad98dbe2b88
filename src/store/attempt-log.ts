import type { ChannelKind } from '../domain/channel-kind.ts';
import type { WaitsFor } from '../domain/gate.ts';
import type { AttemptOutcome } from '../domain/outcome.ts';
import { counted, type EndpointSign, heldBack, UNCOUNTED } from './endpoint-state-log.ts';
import type { DeliveryStatus, RetryLayers } from './entities/delivery.ts';
import { earlierMessage, PUT_BEHIND } from './message-order.ts';
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
  event_id: string;
  event_type: string;
  rule_id: string;
  body: string | null;
  /** Where something was claimed and the event is still there: when it was accepted, and the trace that it is part of. */
  accepted_at: Date | null;
  traceparent: string | null;
  attempts: number;
  round: number;
  round_base: number;
  round_started_at: Date;
  by_person: boolean;
  exhausted_reason: string | null;
  next_attempt_at: Date | null;
  /** What put it off to then, where it was not the retry policy. */
  waits_for: WaitsFor | null;
  /** The message of the same alert that has to go before it, and when that one is due; null where none has to. */
  earlier_id: string | null;
  earlier_due_at: Date | null;
  updated_at: Date;
  last_error: string | null;
  retry_layers: RetryLayers | null;
  endpoint_id: string;
  endpoint_name: string;
  endpoint_exists: boolean;
  endpoint_kind: ChannelKind | null;
  endpoint_is_active: boolean | null;
  endpoint_health: 'healthy' | 'failing' | 'disabled' | null;
  target_url: string | null;
  sealed_target_url: string | null;
  sealed_routing_key: string | null;
  sealed_secret: string | null;
  sealed_previous_secret: string | null;
  previous_secret_until: Date | null;
  sealed_headers: Record<string, string> | null;
  endpoint_updated_at: Date | null;
  rate_limit: { per_second: number } | null;
  /** Null where the endpoint's circuit is closed, as nearly always. */
  circuit_until: Date | null;
  has_state: boolean;
  rule_exists: boolean;
  rule_is_active: boolean | null;
  claimed: number | null;
  open_number: number | null;
  open_deadline_at: Date | null;
  /** The process that had begun it is gone, as far as its lease tells (see worker-lease.ts). */
  open_owner_gone: boolean;
}

/** Where it is sent: the columns of an endpoint that a request is made of. */
export type SealedEndpoint = Pick<
  DeliveryJob,
  | 'endpoint_id'
  | 'target_url'
  | 'sealed_target_url'
  | 'sealed_secret'
  | 'sealed_previous_secret'
  | 'previous_secret_until'
  | 'sealed_routing_key'
  | 'sealed_headers'
  | 'endpoint_kind'
>;

/** Who wants to make the next attempt of which delivery: the workflow is kept with the attempt as the link to follow. */
export interface ClaimRequest {
  namespace: string;
  deliveryId: string;
  workflowId: string;
  runId: string;
  /** The gate has let it through: see gate-log.ts. */
  isAdmitted?: boolean;
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
  /** The receiver said that it is gone for good, so that the endpoint is to be disabled. */
  saysGone: boolean;
  /** The round has as many attempts left as before it, for it was our own stop that cut it off. */
  isUncounted: boolean;
}

/** An attempt's outcome with whose it is, and what it says of the endpoint. */
export interface AttemptOutcomeRow extends FinishedAttempt, EndpointSign {
  namespace: string;
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
     * the list. May be sent: due, not settled, no earlier message of its alert under way, endpoint there and on, rule
     * there and on (a person's retry ignores the rule), and either let through by the gate or of an endpoint that has none. The list may mix namespaces; no delivery may be in it twice.
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
          requests.map(({ isAdmitted = false }) => isAdmitted),
        ],
      });
      const jobs = new Map(rows.map((row) => [row.id, row]));
      return requests.map(({ deliveryId }) => jobs.get(deliveryId));
    },

    /** The same for one delivery, without claiming anything. */
    async read(namespace: string, deliveryId: string): Promise<DeliveryJob | undefined> {
      const values = [[namespace], [deliveryId], new Date(now())];
      const { rows } = await sql.query<DeliveryJob>({ name: 'read-job', text: READ, values });
      return rows[0];
    },

    /**
     * Writes the outcomes of attempts, their deliveries' states after them and what they say of their endpoints, in one
     * statement.
     *
     * @returns those that are not counted for their endpoint yet, for somebody else holds its row: all else is written
     */
    async finish(outcomes: AttemptOutcomeRow[]): Promise<AttemptOutcomeRow[]> {
      // In one order everywhere: two processes that write about the same rows wait for each other, not both.
      const inOrder = outcomes.toSorted((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
      const values = [JSON.stringify(inOrder), new Date(now()), worker];
      const { rows } = await sql.query<{ endpoint_id: string }>({ name: 'finish-attempts', text: FINISH, values });
      return heldBack(outcomes, rows);
    },

    /** Takes back a claim of this process whose request was never made, as if there had been none. */
    async release(namespace: string, deliveryId: string, number: number): Promise<void> {
      await sql.query({
        name: 'release-attempt',
        text: `delete from delivery_attempts
               where namespace = $1 and delivery_id = $2 and number = $3 and created_by = $4 and outcome is null`,
        values: [namespace, deliveryId, number, worker],
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

    /** Puts off a delivery that has to wait for an earlier message, unless it has changed since it was read. */
    async putBehind(job: Pick<DeliveryJob, 'namespace' | 'id' | 'next_attempt_at'>, until: Date): Promise<void> {
      const values = [job.namespace, job.id, new Date(now()), until, job.next_attempt_at];
      await sql.query({ name: 'put-behind', text: PUT_BEHIND, values });
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

/** The event that led to `job`, as far as an attempt needs it: one look-up by key, and only where one was `claimed`. */
export const CAUSE = `left join lateral (
    select received_at as accepted_at, substring(extensions from '"traceparent":"([0-9a-f-]{55})"') as traceparent
    from events where claimed.number is not null and namespace = job.namespace and id = job.event_ref offset 0
  ) cause on true`;

// Plans are made once for any list, so that it costs no planning each time: `(select $1)` lets PostgreSQL see no length,
// by which a plan for one seems cheaper than a plan for any, and is made again for each. `offset 0` keeps each row's look-up its own, by primary key, however small the
// tables were when the plan was made.
const job = (at: string) => `
    select d.*, e.id is not null as endpoint_exists, e.is_active as endpoint_is_active, e.health as endpoint_health,
      e.kind as endpoint_kind, e.target_url, e.sealed_target_url, e.sealed_routing_key, e.sealed_secret,
      e.sealed_previous_secret, e.previous_secret_until, e.sealed_headers, e.updated_at as endpoint_updated_at,
      e.rate_limit, s.circuit_until, s.endpoint_id is not null as has_state,
      r.id is not null as rule_exists, r.is_active as rule_is_active,
      earlier.id as earlier_id, earlier.due_at as earlier_due_at
    from asked
    cross join lateral (
      select namespace, id, status, reason, event_ref, event_id, event_type, attempts, round, round_base, round_started_at, by_person,
        exhausted_reason, next_attempt_at, waits_for, updated_at, last_error, retry_layers, endpoint_id, endpoint_name, rule_id,
        alert_id, created_by
      from deliveries where namespace = asked.namespace and id = asked.id offset 0
    ) d
    left join webhook_endpoints e on e.namespace = d.namespace and e.id = d.endpoint_id
    left join lateral (
      select endpoint_id, circuit_until from endpoint_states where endpoint_id = d.endpoint_id offset 0
    ) s on true
    left join alert_rules r on r.namespace = d.namespace and r.id = d.rule_id
    left join lateral (${earlierMessage(at)}
    ) earlier on true`;

const READ = `
  with asked as (select * from unnest($1::text[], $2::text[]) as a (namespace, id))
  select job.*, null as body, null::timestamptz as accepted_at, null as traceparent, null::int as claimed, null::int as open_number, null::timestamptz as open_deadline_at,
    false as open_owner_gone
  from (${job('$3')}) job`;

const CLAIM = `
  with asked as (
    select * from unnest((select $1::text[]), $2::text[], $3::text[], $4::text[], $8::bool[])
      as a (namespace, id, workflow_id, run_id, is_admitted)
  ), job as materialized (${job('$5')}
  ), claimed as (
    insert into delivery_attempts (delivery_id, number, namespace, started_at, deadline_at, created_by, workflow_id,
      workflow_run_id)
    select job.id, job.attempts + 1, job.namespace, $5, $6, $7, asked.workflow_id, asked.run_id
    from job join asked on asked.id = job.id
    where status in ('pending', 'retrying') and exhausted_reason is null
      -- What was put off may go before its time where the gate says so, or the endpoint was changed since, as look.ts has it.
      and (next_attempt_at is null or next_attempt_at <= $5
        or (waits_for is not null and (is_admitted or endpoint_updated_at > updated_at))
        or waits_for = 'earlier_message')
      and earlier_id is null
      and (is_admitted or (rate_limit is null and circuit_until is null))
      and endpoint_exists and endpoint_is_active and endpoint_health <> 'disabled'
      and (by_person or (rule_exists and rule_is_active))
    on conflict (delivery_id, number) do nothing
    returning delivery_id, number
  )
  select job.*, claimed.number as claimed,
    case when claimed.number is not null then (select body from deliveries where id = job.id) end as body,
    cause.accepted_at, cause.traceparent,
    open.number as open_number, open.deadline_at as open_deadline_at,
    case when open.number is null or open.created_by = $7 then false else ${ownerIsGone('open.created_by')} end
      as open_owner_gone
  from job left join claimed on claimed.delivery_id = job.id
  ${CAUSE}
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
      "exhaustedReason" as exhausted_reason, "saysGone" as says_gone, "isUncounted" as is_uncounted,
      "endpointId" as endpoint_id, sign
    from json_to_recordset($1::json) as f (
      namespace text, "deliveryId" text, number int, "durationMs" int, "statusCode" int, outcome text, error text,
      "responseExcerpt" text, status text, "nextAttemptAt" timestamptz, "exhaustedReason" text, "saysGone" boolean,
      "isUncounted" boolean, "endpointId" text, sign text)
  ), fresh as materialized (
    -- Written again because an answer of PostgreSQL was lost, an outcome counts once all the same.
    select o.* from o
    cross join lateral (
      select outcome from delivery_attempts where delivery_id = o.delivery_id and number = o.number offset 0
    ) a
    where a.outcome is null or a.outcome = 'interrupted'
  ), finished as (
    update delivery_attempts a set duration_ms = o.duration_ms, status_code = o.status_code, outcome = o.outcome,
      error = o.error, response_excerpt = o.response_excerpt, says_gone = o.says_gone
    from o where a.namespace = o.namespace and a.delivery_id = o.delivery_id and a.number = o.number
  ), settled as (
    -- Whatever became of the delivery meanwhile, once it has arrived nobody need act on it.
    update dead_letters l set status = 'succeeded', closed_at = $2
    from o where o.status = 'succeeded' and l.namespace = o.namespace and l.delivery_id = o.delivery_id
      and l.closed_at is null
  ), ${counted('fresh')}, delivered as (
  update deliveries d set attempts = greatest(d.attempts, o.number),
    ${ifDecides('status', 'o.status')},
    ${ifDecides('reason', 'null')},
    ${ifDecides('next_attempt_at', 'o.next_attempt_at')},
    ${ifDecides('waits_for', 'null')},
    ${ifDecides('exhausted_reason', 'o.exhausted_reason')},
    ${ifDecides('round_base', 'd.round_base + o.is_uncounted::int')},
    ${ifDecides('last_status_code', 'o.status_code')},
    ${ifDecides('last_error', 'o.error')},
    ${ifDecides('completed_at', "case when o.status = 'succeeded' then $2::timestamptz end")},
    updated_at = $2
  from o where d.namespace = o.namespace and d.id = o.delivery_id
  )
  ${UNCOUNTED}`;

const INTERRUPT = `
  with interrupted as (
    update delivery_attempts set outcome = 'interrupted', duration_ms = 0, error = $6
    where namespace = $1 and delivery_id = $2 and number = $3 and outcome is null
    returning number
  )
  -- Whatever became of the delivery meanwhile, the number is used: the next attempt's must be free.
  update deliveries set attempts = greatest(attempts, $3), updated_at = $4,
    next_attempt_at = case when status in ('pending', 'retrying') then null else next_attempt_at end,
    exhausted_reason = case when status in ('pending', 'retrying') then $5 else exhausted_reason end,
    last_error = case when status in ('pending', 'retrying') then $6 else last_error end
  where namespace = $1 and id = $2 and exists (select 1 from interrupted)`;
