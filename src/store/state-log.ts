import type { Sql } from './sql.ts';

/** How the whole service stands, of all namespaces together. */
export interface ServiceState {
  dead_letters_waiting: number;
  /** Seconds since the oldest delivery was made that no attempt has been made for. */
  oldest_pending_s: number | null;
  workers: number;
  /** Endpoints that are switched on, by health. */
  endpoints: Record<string, number> | null;
}

export type StateLog = ReturnType<typeof createStateLog>;

/** Counted up to here in one namespace: enough to know that they are far too many. */
const MOST_COUNTED = 100_000;
/** For the connection; whoever asks has given up before. */
const ANSWER_WITHIN_MS = 5_000;

/** @param now the clock, in ms */
export function createStateLog(sql: Sql, now: () => number) {
  return {
    /** One statement. It costs a few look-ups for each namespace and the dead letters that wait. */
    async read(): Promise<ServiceState> {
      const statement = { name: 'service-state', text: STATE, values: [new Date(now())] };
      // pg's types lack `query_timeout`, which it reads for each query.
      const bounded = { ...statement, query_timeout: ANSWER_WITHIN_MS };
      const { rows } = await sql.query<ServiceState>(bounded);
      return rows[0] as ServiceState;
    },
  };
}

/** The name by which a worker's lease shows among PostgreSQL's connections (see worker-lease.ts). */
export const LEASE_NAME = 'exosphere-worker';

/** The namespaces that a table knows, by hopping over its index from one to the next: it may have millions of rows. */
const namespacesOf = (table: string, name: string) => `${name} as (
    (select namespace from ${table} order by namespace limit 1)
    union all
    select (select namespace from ${table} t where t.namespace > ${name}.namespace order by t.namespace limit 1)
    from ${name} where ${name}.namespace is not null
  )`;

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
      select created_at from deliveries d
      where d.namespace = sending.namespace and d.status = 'pending' order by d.id limit 1
    ) first) as oldest_pending_s,
    (select count(*)::int from pg_stat_activity
      where datname = current_database() and application_name = '${LEASE_NAME}') as workers,
    (select json_object_agg(health, n) from (
      select health, count(*) as n from webhook_endpoints where is_active group by health
    ) e) as endpoints`;
