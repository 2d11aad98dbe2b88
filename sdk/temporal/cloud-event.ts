import { ExosphereAlertsError } from '../src/error.ts';
import type { NewEvent } from '../src/events.ts';
import { isIdentifier } from './names.ts';

/* An event as workflows are started with it. Nobody answers a start with 422: what is not valid is found here. */

/** CloudEvents 1.0 in JSON form. */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject?: string;
  /** RFC 3339, UTC. */
  time: string;
  data: unknown;
}

/** What is taken where an event does not say. */
export interface EventGaps {
  id: string;
  source: string;
  subject?: string;
  /** Ms since the epoch. */
  now: number;
}

/** It would be refused however often it is sent. */
const invalid = (message: string) => new ExosphereAlertsError('invalid_event', message);

/** Types that only the service itself emits. */
const RESERVED = [
  'workflow.duration_exceeded',
  'webhook.ping',
  'webhook.disabled',
  'delivery.dead_lettered',
  'alert_rule.degraded',
];

/** Of an event's data, in bytes of JSON. */
const MAX_DATA_BYTES = 256 * 1024;
const MAX_FUTURE_MS = 24 * 3_600_000;

/** @throws ExosphereAlertsError `invalid_event`, with what is wrong and what would be right */
export function toCloudEvent(event: NewEvent, gaps: EventGaps): CloudEvent {
  if (typeof event !== 'object' || event === null) throw invalid('An event must be an object.');
  const { type, data, id = gaps.id, source = gaps.source, subject = gaps.subject, occurred_at } = event;
  if (typeof type !== 'string' || !/^[A-Za-z0-9._-]{1,200}$/.test(type)) {
    throw invalid('type must be 1 to 200 characters of A-Z, a-z, 0-9, full stop, underscore and hyphen.');
  }
  if (RESERVED.includes(type)) {
    throw invalid(`${type} is emitted by the service itself; use custom.<name>.`);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw invalid('data must be an object.');
  }
  for (const [name, text] of Object.entries({ id, source, ...(subject === undefined ? {} : { subject }) })) {
    if (typeof text === 'string' && isIdentifier(text)) continue;
    throw invalid(`${name} must be 1 to 200 bytes of text without control characters.`);
  }
  const time = timeOf(occurred_at ?? gaps.now, gaps.now);
  return { specversion: '1.0', id, source, type, ...(subject === undefined ? {} : { subject }), time, data };
}

function timeOf(occurredAt: string | Date | number, now: number): string {
  const time = new Date(occurredAt);
  if (Number.isNaN(time.getTime())) throw invalid('occurred_at must be a Date or an RFC 3339 time.');
  if (time.getTime() > now + MAX_FUTURE_MS) throw invalid('occurred_at is more than 24 h ahead.');
  return time.toISOString();
}

/** The event as its emitter gave it, with what was filled in. */
export function toNewEvent({ id, source, type, subject, time, data }: CloudEvent): NewEvent {
  const given = { type, data: data as NewEvent['data'], id, source, occurred_at: time };
  return subject === undefined ? given : { ...given, subject };
}

/** The event as text. @throws ExosphereAlertsError `invalid_event`, `too_large` */
export function serialise(event: CloudEvent): { json: string; bytes: number } {
  const { data, ...envelope } = event;
  const text = jsonOf(data);
  if (utf8Length(text) > MAX_DATA_BYTES)
    throw new ExosphereAlertsError(
      'too_large',
      `data may have ${MAX_DATA_BYTES} bytes as JSON. Send less: a link to the rest, for one.`,
    );
  const json = `${JSON.stringify(envelope).slice(0, -1)},"data":${text}}`;
  return { json, bytes: utf8Length(json) };
}

function jsonOf(data: unknown): string {
  const text = written(data);
  if (text === undefined) throw invalid('data cannot be written as JSON: its toJSON gives nothing.');
  if (UNSTORABLE.test(text)) throw invalid('data must have no U+0000 and no half of a surrogate pair in it.');
  return text;
}

function written(data: unknown): string | undefined {
  try {
    return JSON.stringify(data);
  } catch (error) {
    throw invalid(`data cannot be written as JSON: ${(error as Error).message}`);
  }
}

/** As `JSON.stringify` writes them: whole pairs it leaves as they are. An even number of backslashes before is text. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Bytes of a text in UTF-8, without making them. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair counts two: four together.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
