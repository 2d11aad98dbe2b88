import { createHash } from 'node:crypto';
import { type AcceptedEvent, parseEvent } from '../src/domain/event.ts';
import { contentDigest, eventDigest } from '../src/domain/event-digest.ts';
import { stringifyLossless } from '../src/domain/lossless-json.ts';
import type { EventRow, Origin } from '../src/store/event-log.ts';

/** An event that was validated at the REST door, with the digests made there. */
export interface ReadyEvent {
  event: AcceptedEvent;
  digest: string;
  contentDigest: string;
}

/** An event and its row to be; only the row where it is not valid. */
export interface ReadEvent {
  event?: AcceptedEvent;
  row: EventRow;
}

/** `specversion`, `id`, `source`, `type`, `subject`, `time`, `traceparent`, `data`: what the REST door may have added. */
const ENVELOPE_KEYS = 8;
/** What a person reads of it; the reasons of many rejected events travel together. */
const MAX_REASON_CHARACTERS = 2_000;
/** Contract §2: the body of an event is at most this. */
const MAX_DATA_BYTES = 256 * 1024;

/** Takes an event as the REST door has read it. @param id of the row */
export function readReady({ event, digest, contentDigest: content }: ReadyEvent, id: string): ReadEvent {
  return { event, row: rowOf(event, stringifyLossless(event.data), id, digest, content) };
}

/** Reads an event from a workflow's input, with all the checks of the REST door. @param id of the row */
export function readEvent(value: unknown, index: number, origin: Origin, id: string): ReadEvent {
  const receivedAt = Date.parse(origin.accepted_at);
  const parsed = parseEvent(value, { namespace: origin.namespace, receivedAt, moreKeys: ENVELOPE_KEYS });
  if (!parsed.ok) {
    const reasons = parsed.errors.map(({ path, message }) => `${path} ${message}`);
    return { row: rejectedRow(value, index, origin, id, reasons.join('; ')) };
  }
  const { event } = parsed;
  const data = stringifyLossless(event.data);
  // The REST door bounds the whole body; what enters by Temporal alone is bounded here.
  if (Buffer.byteLength(data) > MAX_DATA_BYTES) {
    return { row: rejectedRow(value, index, origin, id, `data is over ${MAX_DATA_BYTES} bytes`) };
  }
  return readValid(event, id, data);
}

/** Takes an event that needs no checks any more. @param id of the row; @param data its data as text */
export function readValid(event: AcceptedEvent, id: string, data = stringifyLossless(event.data)): ReadEvent {
  const digest = eventDigest(event.source, event.id);
  return { event, row: rowOf(event, data, id, digest, contentDigest(event.type, event.data)) };
}

function rowOf(event: AcceptedEvent, data: string, id: string, digest: string, content: string): EventRow {
  return {
    id,
    digest,
    content_digest: content,
    event_id: event.id,
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: event.time,
    data,
    ...extensionsOf(event),
    status: 'recorded',
    reason: null,
    decisions: [],
  };
}

/** Few events have any, and the statement knows what none are. */
function extensionsOf({ extensions }: AcceptedEvent): Pick<EventRow, 'extensions'> {
  return Object.keys(extensions).length === 0 ? {} : { extensions: JSON.stringify(extensions) };
}

/** An event that cannot be read is kept with the reason; its key is its place in the workflow, so a repeat adds none. */
function rejectedRow(value: unknown, index: number, origin: Origin, id: string, reason: string): EventRow {
  const claimed = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const text = (name: string) => storable((typeof claimed[name] === 'string' ? claimed[name] : '').slice(0, 200));
  const place = createHash('sha256').update(`rejected\n${origin.workflow_run_id}\n${index}`).digest('hex').slice(0, 32);
  return {
    id,
    digest: place,
    content_digest: place,
    event_id: text('id'),
    source: text('source'),
    type: text('type'),
    subject: null,
    time: origin.accepted_at,
    data: storable(stringifyLossless(value ?? null)),
    status: 'rejected',
    reason: storable(reason.slice(0, MAX_REASON_CHARACTERS)),
    decisions: [],
  };
}

/** PostgreSQL's text holds neither U+0000 nor half a surrogate pair; a record of what arrived must still be possible. */
export const storable = (text: string) => text.replaceAll('\0', '\\u0000').toWellFormed();
