import { type AcceptedEvent, reservedTypes, serviceSource } from '../domain/event.ts';
import { parseLossless } from '../domain/lossless-json.ts';
import type { StoredEvent } from './alert-look-rows.ts';

/** An event as it is in PostgreSQL, as it was accepted. */
export function acceptedOf(row: StoredEvent): AcceptedEvent {
  const event: AcceptedEvent = {
    id: row.event_id,
    source: row.source,
    type: row.type,
    subject: row.subject,
    time: row.time.toISOString(),
    data: parseLossless(row.data) as AcceptedEvent['data'],
    extensions: parseLossless(row.extensions) as AcceptedEvent['extensions'],
  };
  return row.source === serviceSource && isReserved(row.type) ? { ...event, about: aboutOf(event.data) } : event;
}

const isReserved = (type: string) => (reservedTypes as readonly string[]).includes(type);

/** What one of the service's own events is about, by its data; see service-event-log.ts. */
function aboutOf(data: unknown): NonNullable<AcceptedEvent['about']> {
  const { webhook_endpoint_id, alert_rule_id } = (data ?? {}) as Record<string, unknown>;
  return {
    endpoint_id: typeof webhook_endpoint_id === 'string' ? webhook_endpoint_id : null,
    rule_id: typeof alert_rule_id === 'string' ? alert_rule_id : null,
  };
}
