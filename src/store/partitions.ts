import pg from 'pg';
import { idTimeBound } from '../domain/ids.ts';
import { BEFORE_PARTITIONS } from './sql.ts';
import { SERVICE_ROLE, WORKER_ROLE } from './tenancy.ts';

/**
 * History in partitions by time, so that removing what is old is dropping a table: ids sort by time and nothing refers to
 * these tables by foreign key. A partition is named by its end. What no partition is there for goes to the last one,
 * `…_rest`, and is moved when its partition is made: a row is never refused for want of one.
 */
const TABLES = [
  { table: 'deliveries', key: 'id', prefix: 'dlv' },
  { table: 'delivery_attempts', key: 'delivery_id', prefix: 'dlv' },
  { table: 'events', key: 'id', prefix: 'ev' },
] as const;

type Table = (typeof TABLES)[number];

export interface PartitionOptions {
  /** A connection of the tables' owner, as which migrations run. */
  client: pg.Client;
  /** Epoch milliseconds. */
  now: number;
  /** Days that a partition holds. */
  days: number;
  say: (line: string) => void;
}

const DAY_MS = 86_400_000;
/** Who waits for a lock of a whole table makes everybody wait behind it. */
const LOCK_TIMEOUT = '5s';
/** Each waits as long for the lock. */
const DROP_TRIES = 12;

/**
 * Turns the tables into partitioned ones, unless they are, and makes the partitions that are missing. What is there
 * becomes the first partition as it is: nothing is copied. Safe to repeat, beside the running service.
 *
 * @param ahead how many partitions there are to be for the time to come
 * @throws the driver's error, also where a lock was not to be had in time: then nothing was changed
 */
export async function keepPartitions({ client, now, days, say }: PartitionOptions, ahead: number): Promise<void> {
  for (const each of TABLES) {
    if (!(await isPartitioned(client, each.table))) {
      await convert(client, each, (await sharedEnd(client, now)) ?? startOfDay(now) + (days + 1) * DAY_MS);
      say(`${each.table} is partitioned.`);
    }
    let last = Math.max(...(await endsOf(client, each.table)));
    while (last < now + ahead * days * DAY_MS) {
      const end = last + days * DAY_MS;
      await add(client, each, last, end);
      say(`${nameOf(each.table, end)} is made.`);
      last = end;
    }
  }
}

/** Where another table's partition ends soon, as when an earlier run got to that one only: they are dropped together. */
async function sharedEnd(client: pg.Client, now: number): Promise<number | undefined> {
  const ends: number[] = [];
  for (const { table } of TABLES) ends.push(...(await endsOf(client, table)));
  return ends.sort((a, b) => a - b).find((end) => end > now + DAY_MS);
}

/**
 * Drops the partitions that ended so long ago, unless they hold a delivery that has not come to an end. A dead letter that
 * waits is no hindrance: it has a copy of its own.
 *
 * @throws as `keepPartitions`
 */
export async function dropPartitions({ client, now, say }: PartitionOptions, olderThanDays: number): Promise<void> {
  const isOld = (end: number) => end <= now - olderThanDays * DAY_MS;
  for (const end of (await endsOf(client, 'deliveries')).filter(isOld).sort((a, b) => a - b)) {
    const open = await dropUnlessOpen(client, end);
    if (open > 0)
      return say(`${nameOf('deliveries', end)} is kept: ${open} up to its end are still to be sent or parked.`);
    say(`${nameOf('deliveries', end)} is dropped.`);
  }
  // One table at a time, for the service locks them in whatever order: what belongs to deliveries that are gone follows.
  const kept = Math.min(...(await endsOf(client, 'deliveries')));
  for (const table of ['delivery_attempts', 'events']) {
    for (const end of (await endsOf(client, table)).filter((each) => isOld(each) && each < kept)) {
      await inTransaction(client, async () => void (await client.query(`drop table ${nameOf(table, end)}`)));
      say(`${nameOf(table, end)} is dropped.`);
    }
  }
}

/** @returns how many deliveries stand against it; 0: it is dropped */
async function dropUnlessOpen(client: pg.Client, end: number): Promise<number> {
  let open = 0;
  await inTransaction(client, async () => {
    // From here on no step of a delivery begins; one that runs is waited for.
    await client.query('lock table deliveries in access exclusive mode');
    await client.query(`set local role ${WORKER_ROLE}`);
    const { rows } = await client.query<{ open: number }>(OPEN, [idTimeBound('dlv', end)]);
    await client.query('reset role');
    open = rows[0]?.open ?? 0;
    if (open === 0) await client.query(`drop table ${nameOf('deliveries', end)}`);
  });
  return open;
}

const OPEN = `
  select count(*)::int as open from deliveries d
  where d.id < $1 and (d.status in ('pending', 'retrying') or (d.status = 'dead_lettered' and not exists (
    select 1 from dead_letters l where l.delivery_id = d.id and l.namespace = d.namespace)))`;

async function convert(client: pg.Client, { table, key, prefix }: Table, end: number): Promise<void> {
  const first = nameOf(table, end);
  const bound = pg.escapeLiteral(idTimeBound(prefix, end));
  // Checked beforehand, or attaching it would read it all under the lock.
  await client.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
  await client.query(dropCheck(table));
  await client.query(`alter table ${table} add constraint ${BEFORE_PARTITIONS} check (${key} < ${bound}) not valid`);
  try {
    await client.query(`alter table ${table} validate constraint ${BEFORE_PARTITIONS}`);
    await swap(client, { table, key, first, bound, end });
  } catch (error) {
    await takeBack(client, table, end);
    throw error;
  }
}

const dropCheck = (table: string) => `alter table ${table} drop constraint if exists ${BEFORE_PARTITIONS}`;

/**
 * Takes the check back: from `end` on nothing could be written into a table that kept it.
 *
 * @throws Error that says what to do where the table is held for a minute
 */
async function takeBack(client: pg.Client, table: string, end: number): Promise<void> {
  for (let left = DROP_TRIES; left > 0; left -= 1) {
    const failure = await client.query(dropCheck(table)).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return;
    if (left > 1) continue;
    const until = new Date(end).toISOString();
    const how = `run this again before ${until}, or nothing can be recorded from then on; or: ${dropCheck(table)}`;
    throw new Error(`${table} still has the check of a step that failed: ${how}`, { cause: failure });
  }
}

/** What a table is renamed to and where it ends as the first partition of the new one. */
interface Swap {
  table: string;
  key: string;
  first: string;
  bound: string;
  end: number;
}

async function swap(client: pg.Client, { table, key, first, bound, end }: Swap): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(`lock table ${table} in access exclusive mode`);
    const { rows: indexes } = await client.query<{ name: string; text: string; is_primary: boolean; primary: string }>(
      INDEXES,
      [table],
    );
    const { rows: policies } = await client.query<{ text: string }>(POLICIES, [table]);
    await client.query(`alter table ${table} rename to ${first}`);
    for (const { name } of indexes) await client.query(`alter index ${name} rename to ${name}_${dayOf(end)}`);
    await client.query(`create table ${table} (like ${first} including defaults including constraints including storage)
      partition by range (${key})`);
    await client.query(`alter table ${table} drop constraint ${BEFORE_PARTITIONS}`);
    for (const { name, text, is_primary, primary } of indexes) {
      await client.query(is_primary ? `alter table ${table} add constraint ${name} ${primary}` : text);
    }
    await client.query(`alter table ${table} enable row level security`);
    await client.query(`alter table ${table} force row level security`);
    for (const { text } of policies) await client.query(text);
    await client.query(`grant select, insert, update, delete on ${table} to ${SERVICE_ROLE}, ${WORKER_ROLE}`);
    await client.query(`alter table ${table} attach partition ${first} for values from (minvalue) to (${bound})`);
    await client.query(`alter table ${first} drop constraint ${BEFORE_PARTITIONS}`);
    await client.query(`create table ${table}_rest partition of ${table} default`);
    await client.query(`alter table ${table}_rest enable row level security`);
  });
}

async function add(client: pg.Client, { table, key, prefix }: Table, start: number, end: number): Promise<void> {
  const name = nameOf(table, end);
  const [from, to] = [start, end].map((at) => pg.escapeLiteral(idTimeBound(prefix, at)));
  await inTransaction(client, async () => {
    await client.query(`create table ${name} (like ${table} including all)`);
    // By itself nobody but the owner reads it: the policies are those of the whole table.
    await client.query(`alter table ${name} enable row level security`);
    await client.query(`lock table ${table}_rest in access exclusive mode`);
    await client.query(`with moved as (delete from ${table}_rest where ${key} >= ${from} and ${key} < ${to} returning *)
      insert into ${name} select * from moved`);
    await client.query(`alter table ${table} attach partition ${name} for values from (${from}) to (${to})`);
  });
}

async function isPartitioned(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query('select relkind from pg_class where oid = $1::regclass', [table]);
  return rows[0]?.relkind === 'p';
}

/** When each partition of a table ends, epoch milliseconds. */
async function endsOf(client: pg.Client, table: string): Promise<number[]> {
  const { rows } = await client.query<{ name: string }>(
    'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass',
    [table],
  );
  const days = rows.map(({ name }) => /_until_(\d{4})(\d\d)(\d\d)$/.exec(name)).filter((match) => match !== null);
  return days.map(([, year, month, day]) => Date.UTC(Number(year), Number(month) - 1, Number(day)));
}

async function inTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

const startOfDay = (at: number) => Math.floor(at / DAY_MS) * DAY_MS;
const dayOf = (end: number) => new Date(end).toISOString().slice(0, 10).replaceAll('-', '');
const nameOf = (table: string, end: number) => `${table}_until_${dayOf(end)}`;

const INDEXES = `
  select c.relname as name, pg_get_indexdef(c.oid) as text, i.indisprimary as is_primary,
    (select pg_get_constraintdef(k.oid) from pg_constraint k where k.conindid = c.oid and k.contype = 'p') as primary
  from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1::regclass`;

const POLICIES = `
  select format('create policy %I on %I to %s using (%s) with check (%s)', policyname, tablename,
    (select string_agg(quote_ident(role), ', ') from unnest(roles) as role), qual, with_check) as text
  from pg_policies where schemaname = current_schema() and tablename = $1`;
