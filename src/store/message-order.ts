/**
 * SQL for the order of an incident's messages: those with one `message_key` go to an endpoint one after the other, by their
 * ids. Of `d`, a delivery, the latest earlier message that is still under way: its id, and since or from when it is due;
 * no row for one that is no incident's, nor for one that a person wants to be sent now.
 */
export const EARLIER_MESSAGE = `
      select e.id, coalesce(e.next_attempt_at, e.updated_at) as due_at from deliveries e
      -- Asked before the table is, so that an ordinary delivery pays nothing.
      where d.message_key is not null and not d.by_person
        and e.message_key = d.message_key and e.endpoint_id = d.endpoint_id and e.id < d.id and e.namespace = d.namespace
        and e.status in ('pending', 'retrying') and e.exhausted_reason is null
        -- One that nobody came for in a day in which this one was looked at has lost its workflow: it holds back no other.
        and coalesce(e.next_attempt_at, e.updated_at) > d.updated_at - interval '1 day'
      order by e.id desc limit 1`;

/**
 * Puts a delivery off until its earlier message is looked for again. The wait is part of its round: else each of many
 * repeats would have a whole round after the one before, and the end come weeks late. $1 namespace, $2 id, $3 now, $4
 * until, $5 when it was due, as it was read.
 */
export const PUT_BEHIND = `
  update deliveries d set next_attempt_at = $4, waits_for = 'earlier_message', updated_at = $3
  where d.namespace = $1 and d.id = $2 and d.status in ('pending', 'retrying') and d.exhausted_reason is null
    and d.next_attempt_at is not distinct from $5
    and not exists (select 1 from delivery_attempts a where a.delivery_id = d.id and a.outcome is null)`;
