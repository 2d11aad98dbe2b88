import type { OwnEventRow, StoredAlert } from './alert-look-rows.ts';
import { chunksBySize, type DeliveryRow, insertDeliveries } from './delivery-rows.ts';
import type { Sql } from './sql.ts';

type Query = Pick<Sql, 'query'>;

/** What comes of a look besides its keys: alerts, their deliveries, and events of the service's own. */
export const lookStatements = {
  async writeAlerts({ query }: Query, alerts: StoredAlert[], at: Date): Promise<void> {
    if (alerts.length > 0)
      await query({ name: 'alert-write', text: WRITE_ALERTS, values: [JSON.stringify(alerts), at] });
  },

  async writeDeliveries({ query }: Query, namespace: string, deliveries: DeliveryRow[], at: Date): Promise<void> {
    for (const chunk of chunksBySize(deliveries)) {
      const values = [namespace, JSON.stringify(chunk), OWN_DELIVERIES, at];
      await query({ name: 'alert-deliveries', text: WRITE_DELIVERIES, values });
    }
  },

  /** Puts events of the service's own into its outbox. */
  async tellOwn({ query }: Query, events: OwnEventRow[], by: string, at: Date): Promise<void> {
    if (events.length === 0) return;
    await query({ name: 'alert-own-events', text: TELL_OWN, values: [JSON.stringify(events), by, at] });
  },
};

/** Who makes the deliveries of looks: no event's workflow knows of them, so the sweep finds those by it. */
export const OWN_DELIVERIES = 'alerts';

const WRITE_DELIVERIES = insertDeliveries({ json: '$2', by: '$3', at: '$4' });

/** An alert's columns, all but the times of its row. */
export const ALERT_COLUMNS = `id, namespace, rule_id, rule_name, rule_revision, key_digest, key_text, dedup_key, status, severity,
    summary, value, threshold, event_ref, event_id, event_type, started_at, fired_at, resolved_at, resolve_reason,
    held_reason, told_endpoint_ids, created_by`;

/** A new alert, or one that ends: what was said at its start stays. */
const WRITE_ALERTS = `
  insert into alerts (${ALERT_COLUMNS}, created_at, updated_at)
  select ${ALERT_COLUMNS}, $2, $2 from json_populate_recordset(null::alerts, $1::json)
  on conflict (id) do update set status = excluded.status, resolved_at = excluded.resolved_at,
    resolve_reason = excluded.resolve_reason, held_reason = excluded.held_reason, value = excluded.value,
    told_endpoint_ids = excluded.told_endpoint_ids, updated_at = $2`;

const TELL_OWN = `
  insert into service_events (id, namespace, type, subject, data, about_rule_id, created_by, created_at)
  select id, namespace, type, subject, data::text, about_rule_id, $2, $3
  from json_to_recordset($1::json) as e (id text, namespace text, type text, subject text, data json, about_rule_id text)
  on conflict (id) do nothing`;
