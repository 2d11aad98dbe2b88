import { z } from 'zod';
import { writtenTime } from '../written-time.ts';

/** A silence ends: a year is the longest that anybody may mean. */
const MAX_MS = 366 * 86_400_000;
const MAX_LABELS = 20;
const PATTERN = 'exact, or with * for any characters';

const text = z.string().min(1, 'must not be empty').max(200, 'must be at most 200 characters');
const time = writtenTime('must be an RFC 3339 time, such as "2026-12-01T08:00:00Z"');

const matchers = z
  .strictObject({
    rule_id: text.optional().describe("A rule's id, exact"),
    rule_name: text.optional().describe(PATTERN),
    graph_name: text.optional().describe(`\`data.graph_name\` of the event; ${PATTERN}`),
    labels: z
      .record(text, text)
      .refine((labels) => Object.keys(labels).length > 0, 'must name at least one label: add one, or remove labels')
      .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `must name at most ${MAX_LABELS} labels`)
      .optional()
      .describe(`\`data.labels\` of the event, each of these; values ${PATTERN}`),
  })
  .refine(
    (given) => Object.values(given).some((matcher) => matcher !== undefined),
    'must have at least one of rule_id, rule_name, graph_name and labels: one without would silence everything',
  )
  .describe('An alert is silenced if all of these match');

/** What a person may write of a silence. */
export const silenceFields = {
  matchers,
  starts_at: time.optional().describe('When it is created, if absent'),
  ends_at: time.describe('Required: silences that nobody ends hide what is broken'),
  comment: z.string().max(1_000, 'must be at most 1,000 characters').nullable().default(null).describe('Why'),
};

export const silenceSchema = z
  .strictObject(silenceFields)
  .meta({ id: 'SilenceWrite', description: 'Holds back messages of matching alerts for a time' });

export type SilenceInput = z.infer<typeof silenceSchema>;
export type SilenceMatchers = SilenceInput['matchers'];

/**
 * What is wrong with the times of a silence, which no single field can tell.
 *
 * @param now ms; what `starts_at` is where it is absent
 */
export function silenceFaults({ starts_at, ends_at }: SilenceInput, now: number): { path: string; message: string }[] {
  const starts = starts_at === undefined ? now : Date.parse(starts_at);
  const ends = Date.parse(ends_at);
  const fault = (message: string) => [{ path: 'ends_at', message }];
  if (ends <= now) return fault('is in the past: give a time that is still to come');
  if (ends <= starts) return fault('must be after starts_at');
  if (ends - starts > MAX_MS) return fault('must be at most 366 days after starts_at: set the rule to is_active false');
  return [];
}
