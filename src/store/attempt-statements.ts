import { counted, UNCOUNTED } from './endpoint-state-log.ts';
import { EARLIER_MESSAGE } from './message-order.ts';
import { ownerIsGone } from './worker-lease.ts';

/** The SQL around attempts: reading a delivery beside what it needs, claiming its next attempt, recording what came of it. */

/** The event that led to `job`, as far as an attempt needs it: one look-up by key, and only where one was `claimed`. */
export const CAUSE = `left join lateral (
    select received_at as accepted_at, substring(extensions from '"traceparent":"([0-9a-f-]{55})"') as traceparent
    from events where claimed.number is not null and namespace = job.namespace and id = job.event_ref offset 0
  ) cause on true`;

// Plans are made once for any list, so that it costs no planning each time: `(select $1)` lets PostgreSQL see no length, by
// which a plan for one seems cheaper than a plan for any, and is made again for each. `offset 0` keeps each row's look-up
// its own, by primary key, however small the tables were when the plan was made.
const JOB = `
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
        message_key
      from deliveries where namespace = asked.namespace and id = asked.id offset 0
    ) d
    left join webhook_endpoints e on e.namespace = d.namespace and e.id = d.endpoint_id
    left join lateral (
      select endpoint_id, circuit_until from endpoint_states where endpoint_id = d.endpoint_id offset 0
    ) s on true
    left join alert_rules r on r.namespace = d.namespace and r.id = d.rule_id
    left join lateral (${EARLIER_MESSAGE}
    ) earlier on true`;

export const READ = `
  with asked as (select * from unnest($1::text[], $2::text[]) as a (namespace, id))
  select job.*, null as body, null::timestamptz as accepted_at, null as traceparent, null::int as claimed, null::int as open_number, null::timestamptz as open_deadline_at,
    false as open_owner_gone
  from (${JOB}) job`;

export const CLAIM = `
  with asked as (
    select * from unnest((select $1::text[]), $2::text[], $3::text[], $4::text[], $8::bool[])
      as a (namespace, id, workflow_id, run_id, is_admitted)
  ), job as materialized (${JOB}
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
    sent.body, coalesce(sent.decided_at, cause.accepted_at) as accepted_at, cause.traceparent,
    open.number as open_number, open.deadline_at as open_deadline_at,
    case when open.number is null or open.created_by = $7 then false else ${ownerIsGone('open.created_by')} end
      as open_owner_gone
  from job left join claimed on claimed.delivery_id = job.id
  left join lateral (
    -- What a look at an alert makes (a reminder, an end) comes long after the event that it is about.
    select body, case when created_by = 'alerts' then created_at end as decided_at
    from deliveries where claimed.number is not null and id = job.id offset 0
  ) sent on true
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
export const FINISH = `
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

export const INTERRUPT = `
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
