import { idTimeBound } from '../domain/ids.ts';
import type { BulkLetter } from './dead-letter-bulk-log.ts';
import type { Sql } from './sql.ts';

/** What one statement did: rows looked at and removed, and the id to go on after (null where there are no more). */
interface Removed {
  removed: number;
  next: string | null;
}

/** Removes a batch of what ended before a time. */
export type RemoveBatch = (before: Date, after: string, batch: number) => Promise<Removed>;

/**
 * The statements of retention. Each removes one small batch in a transaction of its own and passes over rows that
 * somebody has locked: the next run takes them. Ids sort by creation time, so it walks the primary keys from the oldest
 * to those made at the time bound, and needs no index of its own.
 */
export type RetentionLog = ReturnType<typeof createRetentionLog>;

/** @param sql plain statements on the pool that the ORM uses too */
export function createRetentionLog(sql: Sql) {
  /** One that walks by id: `next` is the last id looked at. */
  const byId =
    (name: string, prefix: string, text: string): RemoveBatch =>
    async (before, after, batch) => {
      const values = [after, idTimeBound(prefix, before.getTime()), before, batch];
      const { rows } = await sql.query<{ removed: number; looked: number; last: string | null }>({
        name,
        text,
        values,
      });
      const { removed = 0, looked = 0, last = null } = rows[0] ?? {};
      return { removed, next: looked < batch ? null : last };
    };
  /** One whose rows are found by time: what is removed is not found again. */
  const byTime =
    (name: string, text: string): RemoveBatch =>
    async (before, _, batch) => {
      const { rows } = await sql.query<{ removed: number }>({ name, text, values: [before, batch] });
      const { removed = 0 } = rows[0] ?? {};
      return { removed, next: removed < batch ? null : '' };
    };
  return {
    removeDeliveries: byId('retain-deliveries', 'dlv', REMOVE_DELIVERIES),
    removeEvents: byId('retain-events', 'ev', REMOVE_EVENTS),
    removeClosedDeadLetters: byId('retain-dead-letters', 'dlv', REMOVE_CLOSED_DEAD_LETTERS),
    removeEventKeys: byTime('retain-event-keys', REMOVE_EVENT_KEYS),
    removeServiceEvents: byTime('retain-service-events', REMOVE_SERVICE_EVENTS),
    removeAlerts: byId('retain-alerts', 'al', REMOVE_ALERTS),
    removeSilences: byTime('retain-silences', REMOVE_SILENCES),
    removeAlertStates: byTime('retain-alert-states', REMOVE_ALERT_STATES),

    /** Dead letters of all namespaces that have waited since before a time, by id. */
    async waitingSince(before: Date, after: string, batch: number): Promise<Omit<BulkLetter, 'state'>[]> {
      const { rows } = await sql.query<Omit<BulkLetter, 'state'>>({
        name: 'waiting-dead-letters',
        text: `select delivery_id, namespace, reason, rounds, rule_id, endpoint_id, event_id, event_type from dead_letters
               where delivery_id > $1 and delivery_id < $2 and status = 'waiting' and parked_at < $3
               order by delivery_id limit $4`,
        values: [after, idTimeBound('dlv', before.getTime()), before, batch],
      });
      return rows;
    },
  };
}

const COUNTS = (removed: string) => `
  select (select count(*)::int from ${removed}) as removed, (select count(*)::int from page) as looked,
    (select max(id) from page) as last`;

// What waits as a dead letter has a copy there, from which a retry makes it again.
const REMOVE_DELIVERIES = `
  with page as materialized (
    select id from deliveries where id > $1 and id < $2 order by id limit $4
  ), old as materialized (
    select d.id from deliveries d join page on page.id = d.id
    where (d.status in ('succeeded', 'discarded', 'skipped', 'suppressed') and coalesce(d.completed_at, d.updated_at) < $3)
      or (d.status = 'dead_lettered' and d.updated_at < $3 and exists (
        select 1 from dead_letters l where l.delivery_id = d.id and l.namespace = d.namespace and l.status = 'waiting'))
    for update of d skip locked
  ), attempts as (
    delete from delivery_attempts a using old where a.delivery_id = old.id
  ), removed as (
    delete from deliveries d using old where d.id = old.id returning d.id
  )${COUNTS('removed')}`;

// An event stays for as long as a delivery of it does: people come from one to the other.
const REMOVE_EVENTS = `
  with page as materialized (
    select id from events where id > $1 and id < $2 order by id limit $4
  ), old as materialized (
    select e.id from events e join page on page.id = e.id
    where e.received_at < $3 and not exists (
      select 1 from deliveries d where d.namespace = e.namespace and d.event_ref = e.id)
    for update of e skip locked
  ), removed as (
    delete from events e using old where e.id = old.id returning e.id
  )${COUNTS('removed')}`;

const REMOVE_CLOSED_DEAD_LETTERS = `
  with page as materialized (
    select delivery_id as id from dead_letters where delivery_id > $1 and delivery_id < $2 order by delivery_id limit $4
  ), old as materialized (
    select l.delivery_id as id from dead_letters l join page on page.id = l.delivery_id
    where l.closed_at < $3
    for update of l skip locked
  ), removed as (
    delete from dead_letters l using old where l.delivery_id = old.id returning l.delivery_id
  )${COUNTS('removed')}`;

// What still fires stays, however long it has.
const REMOVE_ALERTS = `
  with page as materialized (
    select id from alerts where id > $1 and id < $2 order by id limit $4
  ), old as materialized (
    select a.id from alerts a join page on page.id = a.id where a.resolved_at < $3
    for update of a skip locked
  ), removed as (
    delete from alerts a using old where a.id = old.id returning a.id
  )${COUNTS('removed')}`;

// A look gives up the states of a deleted rule; what was remembered of the rule as a whole has no look of its own.
const REMOVE_ALERT_STATES = `
  with removed as (
    delete from alert_states where ctid = any(array(
      select s.ctid from alert_states s
      where s.updated_at < $1 and s.alert_id is null and not exists (select 1 from alert_rules r where r.id = s.rule_id)
      limit $2 for update of s skip locked))
    returning 1
  )
  select count(*)::int as removed from removed`;

const byTimeFrom = (table: string, column: string) => `
  with removed as (
    delete from ${table} where ctid = any(array(
      select ctid from ${table} where ${column} < $1 order by ${column} limit $2 for update skip locked))
    returning 1
  )
  select count(*)::int as removed from removed`;

const REMOVE_EVENT_KEYS = byTimeFrom('event_keys', 'created_at');
// One that Temporal does not hold yet has no `sent_at`.
const REMOVE_SERVICE_EVENTS = byTimeFrom('service_events', 'sent_at');
const REMOVE_SILENCES = byTimeFrom('silences', 'ends_at');
