import { ExosphereAlertsError } from '../error.ts';
import { newEventId } from '../event-id.ts';
import type { NewEvent } from '../events.ts';

/** An event on its way: its text, made once, so that every try sends the same and later changes of `data` do not matter. */
export interface Entry {
  id: string;
  json: string;
  /** Of `json` in UTF-8. */
  bytes: number;
  /** Counts up in the order of emitting. */
  place: number;
  /** Told once what became of it: how the service took it, or why it is lost. */
  onSettled?: (outcome: Outcome) => void;
}

export type Outcome = 'accepted' | 'duplicate' | ExosphereAlertsError;

/** The service takes no larger event. */
const MAX_EVENT_BYTES = 256 * 1024;

const encoder = new TextEncoder();

/**
 * The text of an event, with an id and a time where it has none.
 *
 * @param now ms since the epoch
 * @throws ExosphereAlertsError `invalid_event`, `too_large`
 */
export function toEntry(event: NewEvent, now: number): Omit<Entry, 'place'> {
  const { id, json } = textOf(event, now);
  const bytes = json.length > MAX_EVENT_BYTES ? json.length : encoder.encode(json).length;
  if (bytes > MAX_EVENT_BYTES) {
    const message = `An event may have ${MAX_EVENT_BYTES} bytes as JSON; this ${event.type} has ${bytes}. Send less: a link to the rest, for one.`;
    throw new ExosphereAlertsError('too_large', message);
  }
  return { id, json, bytes };
}

function textOf(event: NewEvent, now: number): { id: string; json: string } {
  try {
    const id = event.id ?? newEventId(now);
    const time = event.occurred_at ?? new Date(now).toISOString();
    const json: string | undefined = JSON.stringify({ ...event, id, occurred_at: time });
    if (json === undefined) throw new TypeError('its toJSON gives nothing');
    return { id, json };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The event cannot be made JSON of: ${why}. Send plain data: no circular references, and text for a BigInt.`;
    throw new ExosphereAlertsError('invalid_event', message, { cause });
  }
}
