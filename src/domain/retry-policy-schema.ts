import { z } from 'zod';
import { durationPattern, parseDuration } from './duration.ts';

/** The service's policy for an endpoint that says nothing: about three days, from seconds to half a day apart. */
export const DEFAULTS = {
  initial_interval: '5s',
  backoff_coefficient: 4,
  maximum_interval: '12h',
  maximum_attempts: 10,
  maximum_elapsed: '3d',
  jitter: 0.2,
  timeout: { connect: '5s', request: '15s' },
  respect_retry_after: true,
  maximum_retry_after: '1h',
  retry_on: ['3xx', '4xx', '5xx', 'timeout', 'network', 'tls'],
  never_retry: ['410'],
};

/** What `schedule` stands in place of; both in one policy contradict each other. */
export const EXPONENTIAL_FIELDS = [
  'initial_interval',
  'backoff_coefficient',
  'maximum_interval',
  'maximum_attempts',
] as const;

/** A duration as text, within bounds (both included); `from` undefined means any positive one. */
function duration(from: string | undefined, to: string) {
  const expected = from ? `a duration from ${from} to ${to}` : `a duration of at most ${to}`;
  return z
    .string(`must be ${expected}, such as "${from ?? to}"`)
    .regex(durationPattern, {
      error: `must be ${expected}: a whole number above 0 and one of ms, s, m, h, d`,
      abort: true,
    })
    .refine((text) => isWithin(text, from ?? '1ms', to), `must be ${expected}`);
}

function isWithin(text: string, from: string, to: string): boolean {
  const ms = milliseconds(text);
  return ms !== undefined && ms >= parseDuration(from) && ms <= parseDuration(to);
}

/** A duration's milliseconds, or undefined where another check already complains about the text. */
function milliseconds(text: unknown): number | undefined {
  try {
    return typeof text === 'string' ? parseDuration(text) : undefined;
  } catch {
    return undefined;
  }
}

const failures = z
  .array(
    z
      .string()
      .regex(
        /^([345]xx|[345]\d\d|timeout|network|tls)$/,
        'must be a class (3xx, 4xx, 5xx), a status code (300 to 599), timeout, network or tls',
      ),
  )
  .refine((list) => new Set(list).size === list.length, 'must not name a failure twice');

/** Cross-field checks run even when single fields are wrong, so that one answer names every bad field. */
const always = { when: () => true };

const fields = z.strictObject({
  initial_interval: duration('1s', '1h')
    .meta({ description: 'Wait before the first retry, 1s to 1h.', default: DEFAULTS.initial_interval })
    .optional(),
  backoff_coefficient: z
    .number()
    .min(1)
    .max(10)
    .meta({ description: 'Each wait is this many times the one before.', default: DEFAULTS.backoff_coefficient })
    .optional(),
  maximum_interval: duration('1s', '24h')
    .meta({ description: 'No wait is longer; from initial_interval to 24h.', default: DEFAULTS.maximum_interval })
    .optional(),
  maximum_attempts: z
    .int()
    .min(1)
    .max(30)
    .meta({ description: 'Attempts in a round; the first try counts.', default: DEFAULTS.maximum_attempts })
    .optional(),
  maximum_elapsed: duration(undefined, '7d')
    .meta({
      description: 'No attempt starts later than this after the round began, at most 7d.',
      default: DEFAULTS.maximum_elapsed,
    })
    .optional(),
  jitter: z
    .number()
    .min(0)
    .max(0.5)
    .meta({
      description: 'Each wait is multiplied by a random number from 1 - jitter to 1 + jitter.',
      default: DEFAULTS.jitter,
    })
    .optional(),
  schedule: z
    .array(duration('1s', '24h'))
    .min(1)
    .max(29)
    .meta({
      description:
        'The waits themselves, each 1s to 24h, in place of initial_interval, backoff_coefficient, maximum_interval and maximum_attempts (which is then its length + 1).',
    })
    .optional(),
  timeout: z
    .strictObject({
      connect: duration('1s', '10s')
        .meta({ description: 'Time to connect, TLS included, 1s to 10s.', default: DEFAULTS.timeout.connect })
        .optional(),
      request: duration('1s', '30s')
        .meta({ description: 'Time for the whole attempt, 1s to 30s.', default: DEFAULTS.timeout.request })
        .optional(),
    })
    .meta({ description: 'How long one attempt may take.', default: DEFAULTS.timeout })
    .optional(),
  respect_retry_after: z
    .boolean()
    .meta({
      description: 'Wait at least as long as Retry-After of a 429 or 503 asks.',
      default: DEFAULTS.respect_retry_after,
    })
    .optional(),
  maximum_retry_after: duration(undefined, '24h')
    .meta({ description: 'A longer Retry-After counts as this, at most 24h.', default: DEFAULTS.maximum_retry_after })
    .optional(),
  retry_on: failures
    .meta({
      description: 'Failures that are retried; what is not named is final.',
      default: DEFAULTS.retry_on,
      uniqueItems: true,
    })
    .optional(),
  never_retry: failures
    .meta({
      description:
        'Failures that are final. It wins over retry_on, but an exact code there beats a class here: ["4xx"] with retry_on ["429"] still retries 429.',
      default: DEFAULTS.never_retry,
      uniqueItems: true,
    })
    .optional(),
});

type Fields = z.infer<typeof fields>;

/**
 * A retry policy as a person writes it, on an endpoint or, as an override, on a rule: every field may be absent.
 * Bounds are those of the published schema; the entries of `schedule`, which it leaves open, have the least
 * `initial_interval` and the greatest `maximum_interval`, so that a schedule cannot hammer where a policy could not.
 */
export const retryPolicySchema = EXPONENTIAL_FIELDS.reduce(
  (schema, field) =>
    schema.refine((policy) => !has(policy, 'schedule') || !has(policy, field), {
      ...always,
      path: [field],
      error: `must not be given with schedule, which takes its place: remove ${field} or schedule`,
    }),
  fields.refine(intervalsAreOrdered, {
    ...always,
    path: ['maximum_interval'],
    error: `must not be below initial_interval (default ${DEFAULTS.initial_interval}): raise it or lower initial_interval`,
  }),
).meta({ id: 'RetryPolicy', description: 'When and how long a failed delivery is tried again.' });

export type RetryPolicyInput = Fields;

/** Whether a policy, checked or not, says something of a field. */
export function has(policy: unknown, field: keyof Fields): boolean {
  return typeof policy === 'object' && policy !== null && (policy as Fields)[field] != null;
}

function intervalsAreOrdered(policy: Fields): boolean {
  if (!has(policy, 'maximum_interval') || has(policy, 'schedule')) return true;
  const initial = milliseconds(policy.initial_interval ?? DEFAULTS.initial_interval);
  const maximum = milliseconds(policy.maximum_interval);
  return initial === undefined || maximum === undefined || initial <= maximum;
}
