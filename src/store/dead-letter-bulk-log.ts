import { idTimeBound } from '../domain/ids.ts';
import type { DeadLetterRef } from './dead-letter-log.ts';
import type { DeadLetterStatus } from './entities/delivery.ts';
import type { Sql } from './sql.ts';

/** Which dead letters of a namespace; times in RFC 3339, of their deliveries' creation. */
export interface BulkSelection {
  namespace: string;
  /** Those that waited at this time already. */
  requestedAt: string;
  endpoint_id?: string | undefined;
  rule_id?: string | undefined;
  /** Why they were given up. */
  reason?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  /** These alone. */
  ids?: string[] | undefined;
}

/**
 * Where a dead letter stands, seen from an operation: closed in some way, `in_round` since it began, `in_earlier_round`,
 * `parked_again` since it began, or waiting as it did, its endpoint on or off.
 */
export type LetterState =
  | Exclude<DeadLetterStatus, 'waiting' | 'in_round'>
  | 'in_round'
  | 'in_earlier_round'
  | 'parked_again'
  | 'endpoint_off'
  | 'waiting';

/** A dead letter as its workflow is signalled, with its state. */
export interface BulkLetter extends DeadLetterRef {
  state: LetterState;
}

/** The statements of an operation over many dead letters: they only read. */
export type DeadLetterBulkLog = ReturnType<typeof createDeadLetterBulkLog>;

/** @param sql plain statements on the pool that the ORM uses too */
export function createDeadLetterBulkLog(sql: Sql) {
  return {
    /** How many wait that an operation would take. */
    async count(selection: BulkSelection): Promise<number> {
      const { rows } = await sql.of(selection.namespace).query<{ count: number }>({
        name: 'count-bulk-letters',
        text: `select count(*)::int as count from dead_letters l where l.status = 'waiting' and l.parked_at < $2 and ${SELECTED}`,
        values: bounds(selection, ''),
      });
      return rows[0]?.count ?? 0;
    },

    /** The endpoints that they belong to. */
    async endpoints(selection: BulkSelection): Promise<string[]> {
      const { rows } = await sql.query<{ endpoint_id: string }>({
        name: 'bulk-letter-endpoints',
        text: `select distinct l.endpoint_id from dead_letters l
               where l.status = 'waiting' and l.parked_at < $2 and ${SELECTED} order by l.endpoint_id`,
        values: bounds(selection, ''),
      });
      return rows.map((row) => row.endpoint_id);
    },

    /**
     * The next ones by id, whatever has become of them since the operation began: one that repeats after a crash
     * sees what it had done.
     */
    async page(selection: BulkSelection, after: string, limit: number): Promise<BulkLetter[]> {
      const { rows } = await sql.query<BulkLetter>({
        name: 'page-bulk-letters',
        text: `${letters('$2')} where ${SELECTED} and l.created_at < $2 and (l.closed_at is null or l.closed_at >= $2)
               order by l.delivery_id limit $9`,
        values: [...bounds(selection, after), limit],
      });
      return rows;
    },

    /** How these stand now. One that is not among them is gone. */
    async look(namespace: string, requestedAt: string, ids: string[]): Promise<BulkLetter[]> {
      const { rows } = await sql.query<BulkLetter>({
        name: 'look-at-bulk-letters',
        text: `${letters('$2')} where l.namespace = $1 and l.delivery_id = any($3)`,
        values: [namespace, requestedAt, ids],
      });
      return rows;
    },

    /** Whether an endpoint or rule id means anything in the namespace: what was deleted may still have dead letters. */
    async knows(namespace: string, kind: 'endpoint' | 'rule', id: string): Promise<boolean> {
      const table = kind === 'endpoint' ? 'webhook_endpoints' : 'alert_rules';
      const { rows } = await sql.of(namespace).query<{ known: boolean }>({
        name: `bulk-knows-${kind}`,
        text: `select exists (select 1 from ${table} where namespace = $1 and id = $2)
                 or exists (select 1 from dead_letters where namespace = $1 and ${kind}_id = $2) as known`,
        values: [namespace, id],
      });
      return rows[0]?.known ?? false;
    },
  };
}

/** Parameters 1 to 8 of `SELECTED`. */
function bounds(selection: BulkSelection, after: string): unknown[] {
  const { namespace, requestedAt, endpoint_id, rule_id, since, until, ids, reason } = selection;
  const from = since === undefined ? '' : idTimeBound('dlv', Date.parse(since));
  return [
    namespace,
    requestedAt,
    endpoint_id ?? null,
    rule_id ?? null,
    after > from ? after : from,
    until === undefined ? null : idTimeBound('dlv', Date.parse(until)),
    ids ?? null,
    reason ?? null,
  ];
}

const SELECTED = `l.namespace = $1 and ($3::text is null or l.endpoint_id = $3) and ($4::text is null or l.rule_id = $4)
  and l.delivery_id > $5 and ($6::text is null or l.delivery_id < $6) and ($7::text[] is null or l.delivery_id = any($7))
  and ($8::text is null or l.reason = $8)`;

/** `requested`: the parameter with the time at which the operation was asked for. */
const letters = (requested: string) => `
  select l.delivery_id, l.namespace, l.reason, l.rounds, l.rule_id, l.endpoint_id, l.event_id, l.event_type, case
      when l.closed_at is not null then l.status
      when l.status = 'in_round' and d.round_started_at >= ${requested} then 'in_round'
      when l.status = 'in_round' then 'in_earlier_round'
      when l.parked_at >= ${requested} then 'parked_again'
      when not e.is_active or e.health = 'disabled' then 'endpoint_off'
      else 'waiting' end as state
  from dead_letters l
  left join deliveries d on d.namespace = l.namespace and d.id = l.delivery_id
  left join webhook_endpoints e on e.namespace = l.namespace and e.id = l.endpoint_id`;
