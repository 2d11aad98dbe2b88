import { randomBytes } from 'node:crypto';
import { createUlidFactory } from '../../src/domain/ids.ts';
import { query } from './query.ts';

/** A delivery as it is written; all else is the same in every row. */
export interface DeliveryRow {
  at: Date;
  status?: string;
  endpoint_id?: string;
  endpoint_name?: string;
  rule_id?: string;
  rule_name?: string;
  /** By default one that is made of the delivery's. */
  event_id?: string;
  /** Of one that was not delivered. */
  reason?: string;
  event_type?: string;
  attempts?: number;
  /** From its making to success. */
  latencyMs?: number;
}

/**
 * Writes deliveries that nobody made, for what takes many of them, or of times long gone.
 *
 * @returns their ids, in the order given
 */
export async function insertDeliveries(databaseUrl: string, namespace: string, rows: DeliveryRow[]): Promise<string[]> {
  const ids = rows.map(({ at }) => `dlv_${createUlidFactory({ now: () => at.getTime(), randomBytes })()}`);
  const columns = [
    ids,
    rows.map(({ status = 'succeeded' }) => status),
    rows.map(({ endpoint_id = 'we_none' }) => endpoint_id),
    rows.map(({ rule_id = 'ar_none' }) => rule_id),
    rows.map(({ event_type = 'custom.none' }) => event_type),
    rows.map(({ attempts = 1 }) => attempts),
    rows.map(({ at }) => at),
    rows.map(({ at, latencyMs }) => (latencyMs === undefined ? null : new Date(at.getTime() + latencyMs))),
    rows.map(({ endpoint_name = 'an endpoint' }) => endpoint_name),
    rows.map(({ rule_name = 'a rule' }) => rule_name),
    rows.map(({ reason = 'for a test' }) => reason),
    rows.map(({ event_id }, index) => event_id ?? `event of ${ids[index]}`),
  ];
  const text = `
    insert into deliveries (id, namespace, event_ref, event_id, event_source, event_type, alert_id, rule_id, rule_name,
      rule_revision, endpoint_id, endpoint_name, status, reason, body, attempts, round_started_at, completed_at, created_by,
      created_at, updated_at)
    select id, $1, 'ev_' || substr(id, 5), event, '/tests', type, 'al_none', rule, rule_name,
      1, endpoint, endpoint_name, status, case when status in ('pending', 'succeeded') then null else reason end,
      '{"filler":"' || repeat('x', 900) || '"}', attempts, at, done, 'test', at, coalesce(done, at)
    from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::timestamptz[], $9::timestamptz[],
        $10::text[], $11::text[], $12::text[], $13::text[])
      as u (id, status, endpoint, rule, type, attempts, at, done, endpoint_name, rule_name, reason, event)`;
  await query(databaseUrl, text, [namespace, ...columns]);
  return ids;
}

/**
 * Writes dead letters that wait, for what takes many of them: each is told by its row alone, and its workflow begins with
 * the first decision.
 *
 * @returns their ids
 */
export async function insertDeadLetters(
  databaseUrl: string,
  namespace: string,
  { count, endpoint_id, rule_id }: { count: number; endpoint_id: string; rule_id: string },
): Promise<string[]> {
  const at = new Date(Date.now() - 60_000);
  const rows = Array.from({ length: count }, () => ({ at, status: 'dead_lettered', endpoint_id, rule_id }));
  const ids = await insertDeliveries(databaseUrl, namespace, rows);
  const text = `
    insert into dead_letters (delivery_id, namespace, endpoint_id, rule_id, event_id, event_type, status, reason, last_error,
      rounds, parked_at, delivery, created_by, created_at)
    select id, namespace, endpoint_id, rule_id, event_id, event_type, 'waiting', reason, 'HTTP 503', round, created_at,
      to_jsonb(d), 'test', created_at
    from deliveries d where namespace = $1 and id = any($2)`;
  await query(databaseUrl, text, [namespace, ids]);
  return ids;
}
