import { eventField, type Field } from '../condition/fields.ts';
import { nearest } from '../condition/suggest.ts';
import type { AcceptedEvent } from '../event.ts';
import { isRawNumber } from '../lossless-json.ts';

/** Levels below `event`; the API takes events of 64. */
const MAX_SEGMENTS = 10;
const SEGMENT = /^[A-Za-z0-9_-]{1,100}$/;
/** What events can be told apart by: not by `id`, which every event has for itself, nor by `time`. */
const ROOTS = ['type', 'source', 'subject', 'data'];

export interface PathFault {
  message: string;
  suggestion?: string;
}

/**
 * What is wrong with a path such as `data.graph_name` or `event.data.run_id`, if anything. Keys of `data` that are not
 * common ones may be there and pass.
 */
export function fieldPathFault(path: string): PathFault | undefined {
  const segments = segmentsOf(path);
  if (!segments.every((segment) => SEGMENT.test(segment)) || segments.length > MAX_SEGMENTS) {
    return {
      message: 'must be names joined by full stops, such as "data.graph_name": letters, digits, underscore and hyphen',
    };
  }
  if (!ROOTS.includes(segments[0]!)) {
    // A name without `data.` before it is the commonest slip.
    if ('fields' in dataField && Object.hasOwn(dataField.fields, segments[0]!))
      return meant(`data.${path}`, segments[0]!);
    return unknownName(segments[0]!, ROOTS);
  }
  if (segments.length === 1 && segments[0] === 'data') {
    return { message: 'must name a field within `data`, such as "data.graph_name"' };
  }
  let field: Field = eventField;
  for (const segment of segments) {
    if (!('fields' in field)) return { message: `\`${segment}\` cannot exist: what is before it has no fields` };
    const next: Field | undefined = Object.hasOwn(field.fields, segment) ? field.fields[segment] : undefined;
    if (next === undefined) return field.open ? undefined : unknownName(segment, Object.keys(field.fields));
    field = next;
  }
  return undefined;
}

const dataField = 'fields' in eventField ? eventField.fields.data! : eventField;

const meant = (suggestion: string, name: string): PathFault => ({
  message: `\`${name}\` names a field that cannot exist; did you mean \`${suggestion}\`?`,
  suggestion,
});

function unknownName(name: string, known: string[]): PathFault {
  const suggestion = nearest(name, known);
  if (suggestion !== undefined) return meant(suggestion, name);
  return { message: `\`${name}\` names a field that cannot exist; there are ${known.join(', ')}` };
}

/**
 * The value at a path. Its own properties only: an event cannot reach what JavaScript's objects inherit.
 *
 * @returns a JSON value, numbers as they were written; null where the field is absent
 */
export function readField(event: AcceptedEvent, path: string): unknown {
  let value: unknown = event;
  for (const segment of segmentsOf(path)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isRawNumber(value)) return null;
    if (!Object.hasOwn(value, segment)) return null;
    value = (value as Record<string, unknown>)[segment];
  }
  return value ?? null;
}

/** `event.` before a path is what conditions write, and says nothing here. */
export const segmentsOf = (path: string): string[] => path.replace(/^event\./, '').split('.');
