import { FIRST_OPEN_MS, LONGEST_OPEN_MS, MOST_DOUBLINGS, OPENS_AFTER, type Sign } from '../domain/circuit.ts';
import type { AttemptOutcome } from '../domain/outcome.ts';
import type { Sql } from './sql.ts';

/** What an attempt's outcome says of its endpoint. */
export interface EndpointSign {
  deliveryId: string;
  /** The attempt's number: how many the delivery has had. */
  number: number;
  outcome: AttemptOutcome;
  status: 'succeeded' | 'retrying';
  exhaustedReason: string | null;
  /** Null: it counts for nothing, as where a person asked for it. */
  endpointId: string | null;
  sign: Sign;
}

/** The counting apart from the outcomes that it is part of: for endpoints whose row somebody else held at that time. */
export type EndpointStateLog = ReturnType<typeof createEndpointStateLog>;

/** @param sql the hot path's way into PostgreSQL; @param now the clock, in ms; @param worker whose rows they are */
export function createEndpointStateLog(sql: Sql, now: () => number, worker: string) {
  return {
    /** Counts outcomes that are recorded. @returns those of endpoints whose row somebody holds now: not counted */
    async count<One extends EndpointSign & { namespace: string }>(outcomes: One[]): Promise<One[]> {
      const { rows } = await sql.query<{ endpoint_id: string }>({
        name: 'count-outcomes',
        text: `with ${OUTCOMES}, ${counted('o')} ${UNCOUNTED}`,
        values: [JSON.stringify(outcomes), new Date(now()), worker],
      });
      return heldBack(outcomes, rows);
    },
  };
}

/** Those of the outcomes that are of these endpoints. */
export function heldBack<One extends EndpointSign>(outcomes: One[], endpoints: { endpoint_id: string }[]): One[] {
  const ids = new Set(endpoints.map(({ endpoint_id }) => endpoint_id));
  return outcomes.filter(({ endpointId }) => endpointId !== null && ids.has(endpointId));
}

const OUTCOMES = `
  o as materialized (
    select namespace, "deliveryId" as delivery_id, number, outcome, status, "exhaustedReason" as exhausted_reason,
      "endpointId" as endpoint_id, sign
    from json_to_recordset($1::json) as f (namespace text, "deliveryId" text, number int, outcome text, status text,
      "exhaustedReason" text, "endpointId" text, sign text)
  )`;

// Of a row as it was, under the alias `s`; for a new row its columns read as zero and null.
const isDirty =
  '(s.failed_attempts > 0 or s.consecutive_exhausted > 0 or s.circuit_faults > 0 or s.circuit_until is not null)';
const isProbe = `coalesce(s.circuit_probe = any(t.delivery_ids), false)`;
// Opened for the first time, or again by its probe; faults of other attempts that were on their way change nothing.
const opens = `(case when s.circuit_until is null then s.circuit_faults + t.faults >= ${OPENS_AFTER}
    and s.circuit_faults + t.faults > t.highest else ${isProbe} and t.faults > 0 end)`;
const openMs = `least(${FIRST_OPEN_MS} * 2 ^ least(s.circuit_openings, ${MOST_DOUBLINGS}), ${LONGEST_OPEN_MS})`;

/** The columns after failures, from the row `s` and the tally `t`; $2 is now. */
const AFTER_FAILURES = {
  failed_attempts: 's.failed_attempts + t.failed',
  failing_since: 'case when t.failed > 0 then coalesce(s.failing_since, $2) else s.failing_since end',
  consecutive_exhausted: 's.consecutive_exhausted + t.exhausted',
  circuit_faults: 'case when t.is_up then 0 else s.circuit_faults + t.faults end',
  circuit_until: `case when t.is_up then null when ${opens} then $2::timestamptz + ${openMs} * interval '1 millisecond'
      when ${isProbe} then $2 else s.circuit_until end`,
  circuit_openings: `case when t.is_up then 0 when ${opens} then s.circuit_openings + 1 else s.circuit_openings end`,
  circuit_probe: `case when t.is_up or ${isProbe} then null else s.circuit_probe end`,
};
const columns = Object.keys(AFTER_FAILURES).join(', ');
const values = Object.values(AFTER_FAILURES).join(',\n      ');
const assignments = Object.entries(AFTER_FAILURES)
  .map(([column, value]) => `${column} = ${value}`)
  .join(',\n      ');

/**
 * What outcomes come to for their endpoints, as part of a statement that has them in a CTE, with $2 the time and $3 the
 * process. Each endpoint's row is written by one of three CTEs at most. A success among the outcomes resets it,
 * whatever else is among them. Where all is well nothing is written and nothing is locked. A row that somebody holds
 * is not waited for, and {@link UNCOUNTED} tells it.
 *
 * `after_failures` and `first_failures` have the rows of the endpoints that failed, as they are now.
 */
export const counted = (outcomes: string) => `
  tally as materialized (
    select endpoint_id, min(namespace) as namespace, bool_or(status = 'succeeded') as succeeded,
      bool_or(sign = 'up') as is_up,
      count(*) filter (where status <> 'succeeded' and outcome <> 'interrupted')::int as failed,
      count(*) filter (where exhausted_reason is not null and outcome <> 'interrupted')::int as exhausted,
      count(*) filter (where sign = 'down')::int as faults, max(number) as highest,
      array_agg(delivery_id) as delivery_ids
    from ${outcomes} where endpoint_id is not null group by endpoint_id
  ), known as materialized (
    select s.endpoint_id from tally t
    cross join lateral (select * from endpoint_states where endpoint_id = t.endpoint_id offset 0) s
    where not t.succeeded or ${isDirty}
  ), held as materialized (
    select s.endpoint_id from endpoint_states s where s.endpoint_id in (select endpoint_id from known)
    order by s.endpoint_id for update skip locked
  ), after_success as (
    update endpoint_states s set failed_attempts = 0, failing_since = null, consecutive_exhausted = 0,
      circuit_faults = 0, circuit_until = null, circuit_openings = 0, circuit_probe = null, updated_at = $2
    from tally t join held on held.endpoint_id = t.endpoint_id
    where t.succeeded and s.endpoint_id = t.endpoint_id
    returning s.endpoint_id
  ), after_failures as (
    update endpoint_states s set
      ${assignments}, updated_at = case when t.failed > 0 then $2 else s.updated_at end
    from tally t join held on held.endpoint_id = t.endpoint_id
    where not t.succeeded and s.endpoint_id = t.endpoint_id
    returning s.endpoint_id, s.namespace, s.failed_attempts, s.failing_since, s.consecutive_exhausted
  ), first_failures as (
    insert into endpoint_states as e (endpoint_id, namespace, ${columns}, created_by, created_at, updated_at)
    select t.endpoint_id, t.namespace, ${values}, $3, $2, $2
    from tally t cross join (values (0, null::timestamptz, 0, 0, null::timestamptz, 0, null::text)) as s (${columns})
    where not t.succeeded and t.failed > 0
      and not exists (select 1 from known where known.endpoint_id = t.endpoint_id)
    order by t.endpoint_id
    on conflict (endpoint_id) do nothing
    returning e.endpoint_id, e.namespace, e.failed_attempts, e.failing_since, e.consecutive_exhausted
  )`;

/** The end of such a statement: the endpoints that were not counted. */
export const UNCOUNTED = `
  select endpoint_id from known where not exists (select 1 from held where held.endpoint_id = known.endpoint_id)
  union all
  select endpoint_id from tally t where not succeeded and failed > 0
    and not exists (select 1 from known where known.endpoint_id = t.endpoint_id)
    and not exists (select 1 from first_failures f where f.endpoint_id = t.endpoint_id)`;
