import { z } from 'zod';
import {
  durationSchema,
  fieldPathSchema,
  isTimeZone,
  millisecondsOf,
  perSchema,
  typesSchema,
} from './trigger-parts.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** State holds up to `threshold` times for each key: 1,000 of them are about 14 KB. */
const MAX_THRESHOLD = 1_000;
/** Below a second, clocks and queues decide rather than events; a week is what "a week of success" asks for. */
const WINDOW = { from: SECOND, to: 7 * DAY };
/** Runs take up to a month, and things are due at least once a month. */
const LONG = { from: SECOND, to: 30 * DAY };

/** Cross-field checks run even when single fields are wrong, so that one answer names every bad field. */
const always = { when: () => true };
const given = (value: unknown, field: string) =>
  typeof value === 'object' && value !== null && (value as Record<string, unknown>)[field] !== undefined;

const threshold = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(MAX_THRESHOLD, `must be at most ${MAX_THRESHOLD.toLocaleString('en-US')}`);
const window = durationSchema(WINDOW.from, WINDOW.to);
const share = z
  .number('must be a number above 0 and up to 1')
  .gt(0, 'must be above 0: a share is from 0 to 1, such as 0.95')
  .lte(1, 'must be at most 1: a share is from 0 to 1, such as 0.95');

const event = z.strictObject({ kind: z.literal('event') }).meta({ description: 'Every match is told of' });

const count = z
  .strictObject({ kind: z.literal('count'), threshold, window: window.describe('1s to 7d'), per: perSchema })
  .meta({
    description: 'Fires at the Nth match within `window`; resolves by a `resolve.on` event, or quiet for `window`',
  });

const consecutive = z
  .strictObject({
    kind: z.literal('consecutive'),
    threshold,
    reset_on: typesSchema.describe('What ends a row of matches; it needs the same `per` values only'),
    per: perSchema,
  })
  .meta({ description: 'Fires at N matches with no `reset_on` event between; resolves at the reset' });

const ratio = z
  .strictObject({
    kind: z.literal('ratio'),
    of: typesSchema.describe('What the share is of; among `against`'),
    against: typesSchema.describe('All that is counted'),
    at_least: share.optional().describe('Fires at this share and above; either this or `below`'),
    below: share.optional().describe('Fires below this share; either this or `at_least`'),
    window: window.describe('1s to 7d; counted in 60 steps'),
    min_samples: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(10_000, 'must be at most 10,000')
      .default(5)
      .describe('Does not fire on fewer events than this'),
    per: perSchema,
  })
  .refine((trigger) => given(trigger, 'at_least') !== given(trigger, 'below'), {
    ...always,
    path: ['at_least'],
    error: 'give either at_least (fires at this share and above) or below (fires under it)',
  })
  .meta({ description: 'Fires when the share of events crosses the bound; resolves when it is back' });

const duration = z
  .strictObject({
    kind: z.literal('duration'),
    longer_than: durationSchema(LONG.from, LONG.to).describe('1s to 30d'),
    started: typesSchema.default('workflow.started'),
    ended: typesSchema.default(['workflow.succeeded', 'workflow.failed', 'workflow.cancelled']),
    key: fieldPathSchema.default('event.data.run_id').describe('The field that names a run'),
  })
  .meta({ description: 'Fires while a run is still running, at `longer_than`; resolves when it ends' });

const absence = z
  .strictObject({
    kind: z.literal('absence'),
    of: typesSchema.describe('What is missed'),
    within: durationSchema(LONG.from, LONG.to).optional().describe('1s to 30d; either this or `by`'),
    by: z
      .string('must be a time of day, such as "06:00"')
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day from "00:00" to "23:59", such as "06:00"')
      .optional()
      .describe(
        'A time of day, HH:MM in `timezone`: there must have been one since local midnight ("00:00": the day before)',
      ),
    timezone: z
      .string('must be the name of a time zone, such as "Europe/Berlin"')
      .refine(isTimeZone, 'is not a time zone that is known here: use an IANA name such as "Europe/Berlin" or "UTC"')
      .optional()
      .describe('An IANA name; with `by`'),
    grace: durationSchema(SECOND, 12 * HOUR)
      .optional()
      .describe('1s to 12h, waited for beyond the limit'),
    per: perSchema,
  })
  .refine((trigger) => given(trigger, 'within') !== given(trigger, 'by'), {
    ...always,
    path: ['within'],
    error: 'give either within (no event for so long) or by (none by that time of day)',
  })
  .refine((trigger) => !given(trigger, 'by') || given(trigger, 'timezone'), {
    ...always,
    path: ['timezone'],
    error: 'is required with by: say where it is that time, such as "Europe/Berlin" or "UTC"',
  })
  .refine((trigger) => given(trigger, 'by') || !given(trigger, 'timezone'), {
    ...always,
    path: ['timezone'],
    error: 'belongs to by, a time of day: remove it',
  })
  .refine(({ within, grace }) => (millisecondsOf(grace) ?? 0) <= 6 * (millisecondsOf(within) ?? HOUR * 12), {
    path: ['grace'],
    error: 'must be at most 6 times within: after 7 times within a key is dropped',
  })
  .meta({ description: 'Fires when no such event came; resolves at the next one' });

export const triggerKinds = ['event', 'count', 'consecutive', 'ratio', 'duration', 'absence'] as const;
export type TriggerKind = (typeof triggerKinds)[number];

/** When a rule fires; contract §5. Defaults are filled in, durations stay as written. */
export const triggerSchema = z
  .discriminatedUnion('kind', [event, count, consecutive, ratio, duration, absence], {
    error: (issue) =>
      issue.code === 'invalid_union' ? `kind must be one of ${triggerKinds.join(', ')}` : 'must be an object with kind',
  })
  .meta({ id: 'Trigger', description: 'When a rule fires, and what of' });

export type Trigger = z.infer<typeof triggerSchema>;
/** As a person writes it: what has a default may be absent. */
export type TriggerInput = z.input<typeof triggerSchema>;

/** What ends a `count` besides quiet. */
export const resolveSchema = z
  .strictObject({ on: typesSchema.describe('Any of these with the same `per` values resolves the alert') })
  .meta({ id: 'Resolve', description: 'What resolves the alert of a `count` rule besides quiet for `window`' });

export type Resolve = z.infer<typeof resolveSchema>;
export type ResolveInput = z.input<typeof resolveSchema>;

/** How often people are told. */
export const notifySchema = z
  .strictObject({
    cooldown: durationSchema(SECOND, 7 * DAY)
      .optional()
      .describe('After a firing was told, none of the same key is for so long; 1s to 7d'),
    repeat_every: durationSchema(SECOND, 7 * DAY)
      .optional()
      .describe('Told again while it still fires; 1s to 7d'),
    max_per_hour: z
      .int('must be a whole number')
      .min(1, 'must be at least 1: to hold back everything, set a silence or is_active to false')
      .max(10_000, 'must be at most 10,000')
      .optional()
      .describe('Messages of the whole rule in any hour; a resolved one for what was told comes on top'),
  })
  .meta({ id: 'Notify', description: 'Bounds on how often people are told; what is held back is recorded' });

export type Notify = z.infer<typeof notifySchema>;
export type NotifyInput = z.input<typeof notifySchema>;

/** The fields whose values a rule keeps state of apart. */
export function keyPathsOf(trigger: Trigger): string[] {
  if (trigger.kind === 'event') return [];
  return trigger.kind === 'duration' ? [trigger.key] : trigger.per;
}
