/**
 * SQL for the order of an alert's messages: those that looks make (`created_by = 'alerts'`) go to an endpoint one after
 * the other. Ids sort by creation, and a key's looks are one after the other.
 *
 * @param at parameter with the time
 * @returns of `d`, a delivery, the latest earlier message that is still under way: its id, and since or from when it is
 *   due; no row for any other delivery, nor for one that a person wants to be sent now
 */
export function earlierMessage(at: string): string {
  // The first line is asked before the table is, so that an ordinary delivery pays nothing. An earlier one that nobody
  // came for in a day holds back no other: its workflow was terminated.
  return `
      select e.id, coalesce(e.next_attempt_at, e.updated_at) as due_at from deliveries e
      where d.created_by = 'alerts' and not d.by_person
        and e.alert_id = d.alert_id and e.endpoint_id = d.endpoint_id and e.id < d.id and e.namespace = d.namespace
        and e.created_by = 'alerts' and e.status in ('pending', 'retrying') and e.exhausted_reason is null
        and coalesce(e.next_attempt_at, e.updated_at) > ${at}::timestamptz - interval '1 day'
      order by e.id desc limit 1`;
}

/**
 * Puts a delivery off until its earlier message is looked for again. The wait is none of its receiver's time: its round
 * begins as much later. $1 namespace, $2 id, $3 now, $4 until, $5 when it was due, as it was read.
 */
export const PUT_BEHIND = `
  update deliveries d set next_attempt_at = $4, waits_for = 'earlier_message', updated_at = $3,
    -- Of a wait that goes on, up to now is counted already, or more.
    round_started_at = d.round_started_at + ($4::timestamptz
      - coalesce(case when d.waits_for = 'earlier_message' then d.next_attempt_at end, $3::timestamptz))
  where d.namespace = $1 and d.id = $2 and d.status in ('pending', 'retrying') and d.exhausted_reason is null
    and d.next_attempt_at is not distinct from $5
    and not exists (select 1 from delivery_attempts a where a.delivery_id = d.id and a.outcome is null)`;
