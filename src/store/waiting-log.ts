import type { DeliveryJob } from './attempt-log.ts';
import type { DeliveryRef } from './delivery-rows.ts';
import type { Sql } from './sql.ts';

/** A delivery that waits on an endpoint or a rule, beside these as they are now. */
export type WaitingDelivery = DeliveryRef &
  Pick<
    DeliveryJob,
    'by_person' | 'endpoint_exists' | 'endpoint_is_active' | 'endpoint_health' | 'rule_exists' | 'rule_is_active'
  > & {
    /** An attempt is on its way, or may be, as far as its deadline tells. */
    on_the_way: boolean;
  };

export interface WaitingPage {
  deliveries: WaitingDelivery[];
  /** The last one of the page, whatever it waits on; null where the page was the last of its status. */
  last: string | null;
}

/** Deliveries that wait, whatever for, and their end where they must not be sent any more. */
export type WaitingLog = ReturnType<typeof createWaitingLog>;

/** An attempt whose deadline is so long past is nobody's any more. */
const GRACE_SECONDS = 15;

/** @param sql the hot path's way into PostgreSQL; @param now the clock, in ms */
export function createWaitingLog(sql: Sql, now: () => number) {
  return {
    /**
     * A page of the waiting deliveries of a namespace, of which those on an endpoint or a rule are returned. A page is so
     * many that wait, not so many that are returned: what it costs is bounded, however few are theirs.
     */
    async page(
      { namespace, endpoint_id, rule_id }: { namespace: string; endpoint_id?: string; rule_id?: string },
      { status, after }: { status: 'retrying' | 'pending'; after: string },
      limit: number,
    ): Promise<WaitingPage> {
      const { rows } = await sql.query<WaitingDelivery & { is_theirs: boolean }>({
        name: 'waiting-deliveries',
        text: PAGE,
        values: [namespace, status, after, limit, endpoint_id ?? null, rule_id ?? null, new Date(now())],
      });
      const deliveries = rows.filter(({ is_theirs }) => is_theirs);
      return { deliveries, last: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
    },

    /** Ends deliveries that a person has decided not to send, each with the reason. Settled ones stay as they are. */
    async skip(namespace: string, skipped: { id: string; reason: string }[]): Promise<void> {
      const values = [namespace, skipped.map(({ id }) => id), skipped.map(({ reason }) => reason), new Date(now())];
      await sql.query({ name: 'skip-deliveries', text: SKIP, values });
    },
  };
}

const PAGE = `
  with page as materialized (
    select id, namespace, rule_id, rule_name, endpoint_id, endpoint_name, event_id, event_type, by_person,
      exhausted_reason is null
        and (endpoint_id = coalesce($5::text, endpoint_id) and rule_id = coalesce($6::text, rule_id)) as is_theirs
    from deliveries where namespace = $1 and status = $2 and id > $3 order by id limit $4
  )
  select page.*, e.id is not null as endpoint_exists, e.is_active as endpoint_is_active, e.health as endpoint_health,
    r.id is not null as rule_exists, r.is_active as rule_is_active,
    page.is_theirs and exists (select 1 from delivery_attempts a where a.delivery_id = page.id and a.outcome is null
      and a.deadline_at > $7::timestamptz - interval '${GRACE_SECONDS} seconds') as on_the_way
  from page
  left join webhook_endpoints e on page.is_theirs and e.namespace = page.namespace and e.id = page.endpoint_id
  left join alert_rules r on page.is_theirs and r.namespace = page.namespace and r.id = page.rule_id
  order by page.id`;

// Locked in the order in which all others lock them.
const SKIP = `
  with ours as (
    select d.id, s.reason from unnest($2::text[], $3::text[]) as s (id, reason)
    join deliveries d on d.namespace = $1 and d.id = s.id
    where d.status in ('pending', 'retrying') and d.exhausted_reason is null order by d.id for update of d
  )
  update deliveries d set status = 'skipped', reason = ours.reason, next_attempt_at = null, completed_at = $4,
    updated_at = $4
  from ours where d.id = ours.id`;
