import type { Sql } from './sql.ts';

/** What may change for whoever looks at a namespace. */
export const changeKinds = [
  'deliveries',
  'dead_letters',
  'alerts',
  'events',
  'webhooks',
  'rules',
  'silences',
  'api_keys',
] as const;

export type ChangeKind = (typeof changeKinds)[number];

/** For each kind a text that is another one after a change. */
export type Marks = Record<ChangeKind, string | null>;

export type ChangeLog = ReturnType<typeof createChangeLog>;

/** For the connection; what hangs is asked again. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * Tells whether something has changed by looking, so that nothing which changes something has to tell: an attempt costs no
 * statement and no notice more.
 *
 * @param sql as the worker's role
 */
export function createChangeLog(sql: Sql) {
  return {
    /** One statement for all of these namespaces. What it costs does not grow with their tables. */
    async marks(namespaces: string[]): Promise<Map<string, Marks>> {
      // pg's types lack `query_timeout`, which it reads for each query.
      const statement = { name: 'change-marks', text: MARKS, values: [namespaces], query_timeout: ANSWER_WITHIN_MS };
      const { rows } = await sql.query<Marks & { namespace: string }>(statement);
      return new Map(rows.map(({ namespace, ...marks }) => [namespace, marks]));
    },
  };
}

/** Rows that a mark is made of: more than a page shows. */
const NEWEST = 100;
/** Of what waits or is under way, which is what a person watches while it changes. */
const OPEN = 200;

const newest = (table: string, columns: string, where: string, limit: number, by = 'id') =>
  `(select ${columns} from ${table} where namespace = n.namespace ${where} order by ${by} desc limit ${limit})`;

const hashOf = (...sources: string[]) =>
  `(select md5(string_agg(t.mark, ',')) from (${sources.join(' union all ')}) t)`;

const DELIVERY = "id || ' ' || updated_at::text as mark, id";
const LETTER = "delivery_id || ' ' || rounds::text || ' ' || parked_at::text as mark, delivery_id";
const ALERT = "id || ' ' || updated_at::text as mark, id";

/** Of configuration there are few rows: how many, and when one of them was changed last. */
const changed = (table: string, columns: string) =>
  `(select count(*)::text || ' ' || ${columns} from ${table} where namespace = n.namespace)`;
const latest = (column: string) => `coalesce(max(${column})::text, '')`;

const MARKS = `select n.namespace,
  ${hashOf(
    newest('deliveries', DELIVERY, '', NEWEST),
    newest('deliveries', DELIVERY, "and status = 'retrying'", OPEN),
    newest('deliveries', DELIVERY, "and status = 'pending'", OPEN),
  )} as deliveries,
  ${hashOf(
    newest('dead_letters', LETTER, "and status = 'waiting'", OPEN, 'delivery_id'),
    newest('dead_letters', LETTER, "and status = 'in_round'", OPEN, 'delivery_id'),
  )} || (select count(*)::text from (
    select 1 from dead_letters where namespace = n.namespace and status in ('waiting', 'in_round') limit 10000) c
  ) as dead_letters,
  ${hashOf(newest('alerts', ALERT, '', NEWEST), newest('alerts', ALERT, "and status = 'firing'", OPEN))} as alerts,
  (select max(id) from events where namespace = n.namespace) as events,
  ${changed('webhook_endpoints', latest('updated_at'))} as webhooks,
  ${changed('alert_rules', `${latest('updated_at')} || ' ' || count(*) filter (where health <> 'ok')::text`)} as rules,
  ${changed('silences', latest('updated_at'))} as silences,
  ${changed('api_keys', `${latest('created_at')} || ' ' || ${latest('revoked_at')}`)} as api_keys
  from unnest($1::text[]) as n (namespace)`;
