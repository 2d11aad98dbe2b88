import type { Sql, Statement } from './sql.ts';

/** How the whole service stands, of all namespaces together. */
export interface ServiceState {
  dead_letters_waiting: number;
  /** Seconds since the oldest delivery was made that no attempt has been made for, though nothing holds it back. */
  oldest_pending_s: number | null;
  workers: number;
}

/** Endpoints that are switched on, by health; one that no endpoint has is absent. */
export type EndpointCounts = Record<string, number>;

export type StateLog = ReturnType<typeof createStateLog>;

/** Counted up to here in one namespace: enough to know that they are far too many. */
const MOST_COUNTED = 100_000;
/**
 * So many pending deliveries of a namespace are looked through for one that nothing holds back, the oldest first. More
 * than that wait only behind a circuit or a rate limit: at rest the first one is it.
 */
const MOST_LOOKED_AT = 5_000;
/** PostgreSQL itself stops by then, so that a look that takes long is none that goes on; whoever asks waits a little longer. */
const STOPPED_AFTER_MS = 2_500;
/** For a connection that says nothing any more. */
const ANSWER_WITHIN_MS = 5_000;

/** @param now the clock, in ms */
export function createStateLog(sql: Sql, now: () => number) {
  /** @throws the driver's error where PostgreSQL is away or takes too long */
  async function bounded<Row>(statement: Statement): Promise<Row | undefined> {
    return await sql.transaction(async ({ query }) => {
      const limit = [String(STOPPED_AFTER_MS)];
      // To compile it costs more than to run it.
      const text = `select set_config('statement_timeout', $1, true), set_config('jit', 'off', true)`;
      await query(answered({ name: 'bound-statement', text, values: limit }));
      return (await query<Row>(answered(statement))).rows[0];
    });
  }

  return {
    /** It costs a few look-ups for each namespace and the dead letters that wait. */
    async read(): Promise<ServiceState> {
      const statement = { name: 'service-state', text: STATE, values: [new Date(now())] };
      return (await bounded<ServiceState>(statement)) as ServiceState;
    },

    /** It costs a look at each endpoint. */
    async endpoints(): Promise<EndpointCounts> {
      const statement = { name: 'endpoint-counts', text: ENDPOINTS, values: [] };
      return (await bounded<{ counts: EndpointCounts | null }>(statement))?.counts ?? {};
    },
  };
}

/** pg's types lack `query_timeout`, which it reads for each query. */
const answered = (statement: Statement): Statement => ({ ...statement, query_timeout: ANSWER_WITHIN_MS }) as Statement;

/** The name by which a worker's lease shows among PostgreSQL's connections (see worker-lease.ts). */
export const LEASE_NAME = 'exosphere-worker';

/** The namespaces that a table knows, by hopping over its index from one to the next: it may have millions of rows. */
const namespacesOf = (table: string, name: string) => `${name} as (
    (select namespace from ${table} order by namespace limit 1)
    union all
    select (select namespace from ${table} t where t.namespace > ${name}.namespace order by t.namespace limit 1)
    from ${name} where ${name}.namespace is not null
  )`;

// The inner limits are what bounds a look: `attempts` and `waits_for` are in no index. `between` in place of `=` makes the order
// one that only the index by status has: else the primary key's is taken at times, and walked from end to end.
const STATE = `
  with recursive ${namespacesOf('deliveries', 'sending')}, ${namespacesOf('dead_letters', 'parking')}
  select
    (select coalesce(sum(waiting.n), 0)::int from parking cross join lateral (
      select count(*) as n from (
        select 1 from dead_letters l where l.namespace = parking.namespace and l.status = 'waiting'
        limit ${MOST_COUNTED}
      ) l
    ) waiting) as dead_letters_waiting,
    (select extract(epoch from $1::timestamptz - min(first.created_at))::float8 from sending cross join lateral (
      select created_at from (
        select id, status, created_at, attempts, waits_for from deliveries d
        where d.namespace = sending.namespace and d.status between 'pending' and 'pending'
        order by d.status, d.id limit ${MOST_LOOKED_AT}
      ) pending
      where attempts = 0 and waits_for is null order by status, id limit 1
    ) first where sending.namespace is not null) as oldest_pending_s,
    (select count(*)::int from pg_stat_activity
      where datname = current_database() and application_name = '${LEASE_NAME}') as workers`;

const ENDPOINTS = `
  select json_object_agg(health, n) as counts from (
    select health, count(*) as n from webhook_endpoints where is_active group by health
  ) e`;
