import { idTimeBound } from '../domain/ids.ts';
import type { DeliveryStatus } from './entities/delivery.ts';
import type { Sql } from './sql.ts';

/** Which deliveries of a namespace are counted: those made in a period, and how finely. Times in epoch ms. */
export interface StatsSelection {
  namespace: string;
  since: number;
  until: number;
  /** Where the first bucket begins, at or before `since`. */
  start: number;
  bucketMs: number;
  endpoint_id?: string | undefined;
  rule_id?: string | undefined;
  /** Whether each endpoint is counted apart, too. */
  byEndpoint: boolean;
}

/** Milliseconds from acceptance to success: p50, p95, p99. */
export type Latency = [number, number, number];

/** One count. `bucket`, `status` and `endpoint_id` are null where it is over all of them. */
export interface StatsRow {
  bucket: number | null;
  status: DeliveryStatus | null;
  endpoint_id: string | null;
  deliveries: number;
  attempts: number;
  latency: Latency | null;
}

/** How a namespace stands at this moment. */
export interface NowRow {
  dead_letters_waiting: number;
  failing_endpoints: number;
  disabled_endpoints: number;
  firing_alerts: number;
  oldest_pending_at: Date | null;
}

export type StatsLog = ReturnType<typeof createStatsLog>;

/** A person waits for it; a longer statement would only take from those that deliver. */
const STATS_WITHIN_MS = 5_000;
/** Counted up to here: enough to know that they are far too many. */
const MOST_COUNTED = 100_000;

/** So many endpoints are shown: each has up to 400 buckets. */
const MOST_ENDPOINTS = 200;

/** @param sql plain statements on the pool that the ORM uses too */
export function createStatsLog(sql: Sql) {
  async function select(
    selection: StatsSelection,
    kind: string,
    textOf: (where: string) => string,
  ): Promise<StatsRow[]> {
    const { namespace, since, until, start, bucketMs, endpoint_id, rule_id } = selection;
    const values: unknown[] = [namespace, idTimeBound('dlv', since), idTimeBound('dlv', until)];
    values.push(new Date(start), `${bucketMs} milliseconds`);
    // Written out and not `$6 is null or …`, so that a plan for all calls can use the index of the one that is given.
    const filters = Object.entries({ endpoint_id, rule_id }).filter(([, id]) => id !== undefined);
    const more = filters.map(([column, id]) => ` and ${column} = $${values.push(id)}`).join('');
    const name = [kind, ...filters.map(([column]) => column)].join('-');
    const text = textOf(`where namespace = $1 and id >= $2 and id < $3${more}`);
    return (await sql.of(namespace, STATS_WITHIN_MS).query<StatsRow>({ name, text, values })).rows;
  }

  return {
    /** One pass over the rows of a range of ids, which an index has in order. @throws what `isGivenUp` tells after 5 s */
    count: (selection: StatsSelection) => select(selection, 'stats', TOTALS),

    /** The same of the busiest endpoints, each apart, without latencies: to sort all once more would take as long again. */
    countByEndpoint: (selection: StatsSelection) => select(selection, 'stats-by-endpoint', BY_ENDPOINT),

    async now(namespace: string): Promise<NowRow> {
      const statement = { name: 'stats-now', text: NOW, values: [namespace] };
      return (await sql.of(namespace, STATS_WITHIN_MS).query<NowRow>(statement)).rows[0] as NowRow;
    },
  };
}

/** An id's time and `created_at` may be a moment apart: what is before the period belongs to its first bucket. */
const BUCKET = 'greatest(date_bin($5::interval, created_at, $4::timestamptz), $4::timestamptz)';
/** Of the few rows that are left, and not of each delivery. */
const NUMBERED =
  "round(date_part('epoch', bucket - $4::timestamptz) / date_part('epoch', $5::interval))::int as bucket";
const LATENCY = "date_part('epoch', completed_at - created_at) * 1000";
const FIGURES = 'count(*)::int as deliveries, sum(attempts)::int as attempts';

const TOTALS = (where: string) => `
  select ${NUMBERED}, status, null as endpoint_id, ${FIGURES},
    percentile_cont(array[0.5, 0.95, 0.99]) within group (order by latency) as latency
  from (
    select status, attempts, ${BUCKET} as bucket, case when status = 'succeeded' then ${LATENCY} end as latency
    from deliveries ${where}
  ) d
  group by grouping sets ((d.bucket, status), (status))`;

const BY_ENDPOINT = (where: string) => `
  with each as (
    select ${BUCKET} as bucket, status, endpoint_id, ${FIGURES} from deliveries ${where} group by 1, 2, 3
  ), busiest as (
    select endpoint_id from each group by 1 order by sum(deliveries) desc, endpoint_id limit ${MOST_ENDPOINTS}
  )
  select ${NUMBERED}, status, endpoint_id, deliveries, attempts, null as latency
  from each join busiest using (endpoint_id)`;

const counted = (from: string) => `(select count(*)::int from (select 1 from ${from} limit ${MOST_COUNTED}) c)`;

const NOW = `select
  ${counted("dead_letters where namespace = $1 and status = 'waiting'")} as dead_letters_waiting,
  ${counted("webhook_endpoints where namespace = $1 and is_active and health = 'failing'")} as failing_endpoints,
  ${counted("webhook_endpoints where namespace = $1 and health = 'disabled'")} as disabled_endpoints,
  ${counted("alerts where namespace = $1 and status = 'firing'")} as firing_alerts,
  (select created_at from deliveries where namespace = $1 and status = 'pending' order by id limit 1) as oldest_pending_at`;
