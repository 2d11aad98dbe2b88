import type { RetryLayers } from './entities/delivery.ts';

/** A delivery to create with its event; `skipped` ones are history only. */
export interface DeliveryRow {
  id: string;
  event_ref: string;
  event_id: string;
  event_source: string;
  event_type: string;
  alert_id: string;
  /** The incident that it is a message of; absent where it is one of its own. */
  message_key?: string | undefined;
  rule_id: string;
  rule_name: string;
  rule_revision: number;
  endpoint_id: string;
  endpoint_name: string;
  status: 'pending' | 'skipped' | 'suppressed';
  reason: string | null;
  /** How long `body` is, about. */
  characters: number;
  /** Made anew by each who reads it: read it once, and for few deliveries at a time. */
  readonly body: string;
  retry_layers: RetryLayers | null;
}

/** What a child workflow is started with and found by. */
export interface DeliveryRef {
  id: string;
  rule_id: string;
  rule_name: string;
  endpoint_id: string;
  endpoint_name: string;
  event_id: string;
  event_type: string;
}

/** The parts of a delivery that a child workflow is started with. */
export const deliveryRefOf = ({
  id,
  rule_id,
  rule_name,
  endpoint_id,
  endpoint_name,
  event_id,
  event_type,
}: DeliveryRef): DeliveryRef => ({ id, rule_id, rule_name, endpoint_id, endpoint_name, event_id, event_type });

/** Bodies of one statement: far below what V8 (512 MiB) and PostgreSQL (1 GiB) take as one text. */
const CHUNK_CHARACTERS = 16 * 1024 * 1024;

/** Deliveries in lists that one statement each can take. */
export function chunksBySize(deliveries: DeliveryRow[]): DeliveryRow[][] {
  const chunks: DeliveryRow[][] = [];
  let room = 0;
  for (const delivery of deliveries) {
    room -= delivery.characters;
    if (room < 0 || chunks.length === 0) {
      chunks.push([]);
      room = CHUNK_CHARACTERS - delivery.characters;
    }
    chunks.at(-1)?.push(delivery);
  }
  return chunks;
}

/** Inserts deliveries given as JSON; the arguments are placeholders. */
export function insertDeliveries({ json, by, at }: { json: string; by: string; at: string }): string {
  return `insert into deliveries (id, namespace, event_ref, event_id, event_source, event_type, alert_id, message_key, rule_id, rule_name,
      rule_revision, endpoint_id, endpoint_name, status, reason, body, retry_layers, round_started_at, completed_at, created_by,
      created_at, updated_at)
    select d.id, $1, d.event_ref, d.event_id, d.event_source, d.event_type, d.alert_id, d.message_key, d.rule_id, d.rule_name,
      d.rule_revision, d.endpoint_id, d.endpoint_name, d.status, d.reason, d.body, d.retry_layers, ${at}::timestamptz,
      case when d.status in ('skipped', 'suppressed') then ${at}::timestamptz end, ${by}, ${at}::timestamptz, ${at}::timestamptz
    from json_to_recordset(${json}::json) as d(
      id text, event_ref text, event_id text, event_source text, event_type text, alert_id text, message_key text, rule_id text,
      rule_name text, rule_revision int, endpoint_id text, endpoint_name text, status text, reason text, body text,
      retry_layers jsonb)`;
}
