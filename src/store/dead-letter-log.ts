import type { DeadLetterStatus, DeliveryStatus } from './entities/delivery.ts';
import { TELL_DEAD_LETTERED } from './service-event-log.ts';

import type { Sql, Statement } from './sql.ts';

/** A dead letter as far as its workflow is concerned. */
export interface DeadLetterRef {
  delivery_id: string;
  namespace: string;
  reason: string;
  rounds: number;
  rule_id: string;
  endpoint_id: string;
  event_id: string;
  event_type: string;
}

/** What a person needs to know of a parked delivery. */
interface ParkedDelivery {
  last_error: string | null;
  endpoint_name: string;
  rule_name: string;
  event_type: string;
  event_id: string;
  attempts: number;
  round: number;
}

/** A parked dead letter, or the status that it had already ended with. */
type Parked = { closed: DeliveryStatus } | ({ closed?: undefined } & ParkedDelivery);

export type BegunRound =
  | { begun: true; round: number }
  | { begun: false; closed: DeliveryStatus | 'gone' }
  | { begun: false; closed?: undefined; endpoint: Exclude<EndpointState, 'on'> };

/** Whether an endpoint may be sent to: `switched_off` by a person, `disabled` by the service. */
type EndpointState = 'gone' | 'switched_off' | 'disabled' | 'on';

/** The statements of a dead letter's life. Each is safe to repeat. */
export type DeadLetterLog = ReturnType<typeof createDeadLetterLog>;

/** @param sql the hot path's way into PostgreSQL; @param now the clock, in ms; @param worker who parks them */
export function createDeadLetterLog(sql: Sql, now: () => number, worker: string) {
  return {
    /** Writes the dead letter, with a copy of its delivery, and the delivery's `dead_lettered`. */
    async park(namespace: string, deliveryId: string, reason: string): Promise<Parked | undefined> {
      // A workflow that was terminated and started anew may park a delivery that retention has removed meanwhile.
      const row = await onRestored<ParkedDelivery & { status: DeliveryStatus }>(namespace, deliveryId, {
        name: 'park-dead-letter',
        text: PARK,
        values: [namespace, deliveryId, reason, new Date(now()), worker],
      });
      return row && row.status !== 'dead_lettered' ? { closed: row.status } : row;
    },

    /**
     * Readies the delivery for a fresh round: elapsed starts anew, attempt numbers go on. A delivery that
     * retention has removed is made again from the dead letter's copy.
     */
    async beginRound(namespace: string, deliveryId: string): Promise<BegunRound> {
      type Row = { status: DeliveryStatus; round: number | null; endpoint: EndpointState };
      const row = await onRestored<Row>(namespace, deliveryId, {
        name: 'begin-round',
        text: BEGIN_ROUND,
        values: [namespace, deliveryId, new Date(now())],
      });
      if (!row) return { begun: false, closed: 'gone' };
      if (row.round !== null) return { begun: true, round: row.round };
      // What waits and yet did not begin was refused because of its endpoint.
      if (row.status === 'dead_lettered' && row.endpoint !== 'on') return { begun: false, endpoint: row.endpoint };
      return { begun: false, closed: row.status };
    },

    /** Closes a dead letter and its delivery as discarded or skipped, with the reason. */
    async close(namespace: string, deliveryId: string, status: 'discarded' | 'skipped', reason: string): Promise<void> {
      await sql.query({
        name: 'close-dead-letter',
        text: CLOSE,
        values: [namespace, deliveryId, status, reason, new Date(now())],
      });
    },

    /** Notes how a round ended for the dead letter's own record: the delivery's row says it already. */
    async settle(
      namespace: string,
      deliveryId: string,
      status: Extract<DeadLetterStatus, 'succeeded' | 'skipped' | 'discarded'>,
    ): Promise<void> {
      await sql.query({
        name: 'settle-dead-letter',
        text: `update dead_letters set status = $3, closed_at = $4 where namespace = $1 and delivery_id = $2 and closed_at is null`,
        values: [namespace, deliveryId, status, new Date(now())],
      });
    },
  };

  /**
   * Runs a statement on a delivery that is there, made again if need be. Retention may remove it between the two: then
   * once more, for it removes a delivery at most once.
   */
  async function onRestored<Row>(
    namespace: string,
    deliveryId: string,
    statement: Statement,
  ): Promise<Row | undefined> {
    for (let isLast = false; ; isLast = true) {
      await sql.query({ name: 'restore-delivery', text: RESTORE, values: [namespace, deliveryId] });
      const { rows } = await sql.query<Row>(statement);
      if (rows[0] !== undefined || isLast) return rows[0];
    }
  }
}

const PARK = `
  with parked as (
    update deliveries set status = 'dead_lettered', reason = $3, next_attempt_at = null, updated_at = $4
    where namespace = $1 and id = $2 and status in ('pending', 'retrying', 'dead_lettered')
    returning *
  ), letter as (
    insert into dead_letters (delivery_id, namespace, endpoint_id, rule_id, event_id, event_type, status, reason,
      last_error, rounds, parked_at, delivery, created_by, created_at)
    select id, namespace, endpoint_id, rule_id, event_id, event_type, 'waiting', $3, last_error, round, $4,
      to_jsonb(parked), $5, $4
    from parked
    on conflict (delivery_id) do update set status = 'waiting', reason = excluded.reason, last_error = excluded.last_error,
      rounds = excluded.rounds, parked_at = excluded.parked_at, delivery = excluded.delivery
  ), told as (
    ${TELL_DEAD_LETTERED({ from: 'parked', by: '$5', at: '$4' })}
  )
  select status, last_error, endpoint_name, event_type, event_id, rule_name, attempts, round from parked
  union all
  select status, last_error, endpoint_name, event_type, event_id, rule_name, attempts, round from deliveries
  where namespace = $1 and id = $2 and status in ('succeeded', 'discarded', 'skipped', 'suppressed')`;

const RESTORE = `
  insert into deliveries
  select (jsonb_populate_record(null::deliveries, l.delivery)).* from dead_letters l
  where l.namespace = $1 and l.delivery_id = $2 and l.closed_at is null
  on conflict (id) do nothing`;

const BEGIN_ROUND = `
  with letter as (
    select l.delivery_id, l.status, e.retry_policy as endpoint_policy, r.retry_policy as rule_policy, case when e.id is null then 'gone' when not e.is_active then 'switched_off'
      when e.health = 'disabled' then 'disabled' else 'on' end as endpoint
    from dead_letters l left join webhook_endpoints e on e.namespace = l.namespace and e.id = l.endpoint_id
    left join alert_rules r on r.namespace = l.namespace and r.id = l.rule_id
    where l.namespace = $1 and l.delivery_id = $2
  ), begun as (
    update deliveries set status = 'pending', reason = null, round = round + 1, round_base = attempts,
      round_started_at = $3, by_person = true, exhausted_reason = null, next_attempt_at = null, updated_at = $3,
      retry_layers = (select jsonb_build_array(endpoint_policy, rule_policy) from letter)
    where namespace = $1 and id = $2 and status = 'dead_lettered' and (select endpoint from letter) = 'on'
    returning round
  ), marked as (
    update dead_letters set status = 'in_round', rounds = (select round from begun) where namespace = $1 and delivery_id = $2 and exists (select 1 from begun)
  )
  select d.status, letter.endpoint, coalesce(
    (select round from begun),
    -- This very round had begun before a crash: it must not count twice.
    case when letter.status = 'in_round' and d.status in ('pending', 'retrying') then d.round end) as round
  from letter join deliveries d on d.namespace = $1 and d.id = letter.delivery_id`;

const CLOSE = `
  with closed as (
    -- The delivery itself may be gone, removed by retention, or may have arrived after all.
    update dead_letters set closed_at = $5, closed_reason = $4, status = case
      when exists (select 1 from deliveries where namespace = $1 and id = $2 and status = 'succeeded') then 'succeeded'
      else $3 end
    where namespace = $1 and delivery_id = $2 and closed_at is null
  )
  update deliveries set status = $3, reason = $4, completed_at = $5, updated_at = $5
  where namespace = $1 and id = $2 and status in ('pending', 'retrying', 'dead_lettered')`;
