import { z } from 'zod';
import { durationPattern, formatDuration, parseDuration } from '../duration.ts';
import { eventTypePatternSchema } from '../event.ts';
import { fieldPathFault } from './field-path.ts';

/** A rule names at most so many types in one place, and so many fields in `per`. */
const MAX_TYPES = 20;
const MAX_PER = 5;

const distinct = (values: string[]) => new Set(values).size === values.length;

/**
 * A duration as text, such as `90s`, within bounds.
 *
 * @param from the least, in ms; @param to the greatest, in ms; both included
 */
export function durationSchema(from: number, to: number) {
  const expected = `a duration from ${formatDuration(from)} to ${formatDuration(to)}`;
  return z
    .string(`must be ${expected}, such as "${formatDuration(to)}"`)
    .regex(durationPattern, { error: `must be ${expected}: a whole number and one of ms, s, m, h, d`, abort: true })
    .refine((text) => {
      const ms = millisecondsOf(text);
      return ms !== undefined && ms >= from && ms <= to;
    }, `must be ${expected}`);
}

/** A duration's milliseconds, or undefined where another check already complains about the text. */
export function millisecondsOf(text: unknown): number | undefined {
  try {
    return typeof text === 'string' ? parseDuration(text) : undefined;
  } catch {
    return undefined;
  }
}

/** One event type pattern or a list of them: people write either. `asList` makes it a list. */
export const typesSchema = z.union(
  [
    eventTypePatternSchema,
    z.array(eventTypePatternSchema).min(1).max(MAX_TYPES).refine(distinct, 'must not repeat a type'),
  ],
  `must be an event type, such as "workflow.failed", or a list of 1 to ${MAX_TYPES} different ones`,
);

export type Types = z.infer<typeof typesSchema>;

/** What `typesSchema` takes, as a list. */
export const asList = (types: Types): string[] => (typeof types === 'string' ? [types] : types);

/** A field of the event, such as `data.graph_name` or `event.data.run_id`. */
export const fieldPathSchema = z
  .string('must be a field of the event, such as "data.graph_name"')
  .max(200, 'must be at most 200 characters')
  .superRefine((path, context) => {
    const fault = fieldPathFault(path);
    if (fault === undefined) return;
    const { message, ...params } = fault;
    context.addIssue({ code: 'custom', message, params });
  });

export const perSchema = z
  .array(fieldPathSchema, 'must be a list of fields, such as ["data.graph_name"]')
  .max(MAX_PER, `must name at most ${MAX_PER} fields`)
  .refine((paths) => distinct(paths.map((path) => path.replace(/^event\./, ''))), 'must not name a field twice')
  .default([])
  .describe('Fields whose values are watched apart; empty: all events together');

/** Whether the machine's time zone data has a zone of this name. Offsets such as `+02:00` know no summer time: refused. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
