import { z } from 'zod';
import { durationPattern, parseDuration } from './duration.ts';

/** The service's policy for an endpoint that says nothing: about three days, from seconds to half a day apart. */
const DEFAULTS = {
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
const EXPONENTIAL_FIELDS = ['initial_interval', 'backoff_coefficient', 'maximum_interval', 'maximum_attempts'] as const;

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

function has(policy: unknown, field: keyof Fields): boolean {
  return typeof policy === 'object' && policy !== null && (policy as Fields)[field] !== undefined;
}

function intervalsAreOrdered(policy: Fields): boolean {
  if (!has(policy, 'maximum_interval') || has(policy, 'schedule')) return true;
  const initial = milliseconds(policy.initial_interval ?? DEFAULTS.initial_interval);
  const maximum = milliseconds(policy.maximum_interval);
  return initial === undefined || maximum === undefined || initial <= maximum;
}

type Backoff =
  | { kind: 'exponential'; initialIntervalMs: number; backoffCoefficient: number; maximumIntervalMs: number }
  | { kind: 'schedule'; delaysMs: number[] };

/** A policy with nothing left open: all fields present, times in milliseconds. */
export type RetryPolicy = Backoff & {
  /** Attempts in a round, the first included. */
  maximumAttempts: number;
  maximumElapsedMs: number;
  jitter: number;
  connectTimeoutMs: number;
  requestTimeoutMs: number;
  respectRetryAfter: boolean;
  maximumRetryAfterMs: number;
  retryOn: string[];
  neverRetry: string[];
};

/**
 * Lays policies over the defaults; for each field the last layer that names it wins, lists are replaced as a whole.
 *
 * A layer with `schedule` displaces the exponential fields (and `maximum_attempts`) of the layers below it, and a layer
 * with any of these displaces a schedule below it, back to the defaults. Where the layers together put
 * `initial_interval` above `maximum_interval`, the later layer's word stands and the other field follows.
 *
 * @param layers checked policies, weakest first: the endpoint's, then the rule's
 */
export function resolveRetryPolicy(...layers: (RetryPolicyInput | null | undefined)[]): RetryPolicy {
  const merged = layers.reduce<Merged>((below, layer) => (layer ? overlay(below, layer) : below), DEFAULTS);
  const common = {
    maximumElapsedMs: parseDuration(merged.maximum_elapsed),
    jitter: merged.jitter,
    connectTimeoutMs: parseDuration(merged.timeout.connect),
    requestTimeoutMs: parseDuration(merged.timeout.request),
    respectRetryAfter: merged.respect_retry_after,
    maximumRetryAfterMs: parseDuration(merged.maximum_retry_after),
    retryOn: [...merged.retry_on],
    neverRetry: [...merged.never_retry],
  };
  if (merged.schedule) {
    const delaysMs = merged.schedule.map(parseDuration);
    return { kind: 'schedule', delaysMs, maximumAttempts: delaysMs.length + 1, ...common };
  }
  return {
    kind: 'exponential',
    initialIntervalMs: parseDuration(merged.initial_interval),
    backoffCoefficient: merged.backoff_coefficient,
    maximumIntervalMs: parseDuration(merged.maximum_interval),
    maximumAttempts: merged.maximum_attempts,
    ...common,
  };
}

type Merged = typeof DEFAULTS & { schedule?: string[] };

function overlay(below: Merged, layer: RetryPolicyInput): Merged {
  const given = withoutAbsent(layer);
  const merged: Merged = { ...below, ...given, timeout: { ...below.timeout, ...withoutAbsent(layer.timeout ?? {}) } };
  if (given.schedule) {
    for (const field of EXPONENTIAL_FIELDS) Object.assign(merged, { [field]: DEFAULTS[field] });
  } else if (EXPONENTIAL_FIELDS.some((field) => has(given, field))) {
    delete merged.schedule;
  }
  if (parseDuration(merged.initial_interval) > parseDuration(merged.maximum_interval)) {
    if (given.maximum_interval) merged.initial_interval = merged.maximum_interval;
    else merged.maximum_interval = merged.initial_interval;
  }
  return merged;
}

function withoutAbsent<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field != null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/**
 * The policy as Temporal's RetryPolicy, the fall-back where no delay is named. Jitter, schedules and Retry-After have
 * no field there: they travel as `nextRetryDelay` of the failure, which the server does not cap by `maximumInterval`.
 *
 * @returns times in milliseconds; for a schedule the first delay, kept constant
 */
export function toTemporalRetry(policy: RetryPolicy) {
  const exponential = policy.kind === 'exponential';
  return {
    initialInterval: exponential ? policy.initialIntervalMs : policy.delaysMs[0]!,
    backoffCoefficient: exponential ? policy.backoffCoefficient : 1,
    maximumInterval: exponential ? policy.maximumIntervalMs : Math.max(...policy.delaysMs),
    maximumAttempts: policy.maximumAttempts,
  };
}

/** What the wait after an attempt depends on. */
export interface AttemptState {
  policy: RetryPolicy;
  /** Attempts made in this round, at least 1. */
  attemptsInRound: number;
  /** What the receiver asked for, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** A number from 0 to below 1, such as `Math.random`. */
  random: () => number;
}

/**
 * How long to wait after the latest attempt of a round: the declared delay times uniform(1 - jitter, 1 + jitter),
 * then raised to `Retry-After`, of which no more than `maximum_retry_after` counts.
 *
 * @returns whole milliseconds
 */
export function nextDelay({ policy, attemptsInRound, retryAfterMs, random }: AttemptState): number {
  const delay = declaredDelay(policy, attemptsInRound) * (1 + policy.jitter * (2 * random() - 1));
  const asked = policy.respectRetryAfter && retryAfterMs ? Math.min(retryAfterMs, policy.maximumRetryAfterMs) : 0;
  return Math.round(Math.max(delay, asked));
}

function declaredDelay(policy: RetryPolicy, attemptsInRound: number): number {
  if (policy.kind === 'schedule') return policy.delaysMs[attemptsInRound - 1] ?? policy.delaysMs.at(-1)!;
  return Math.min(
    policy.initialIntervalMs * policy.backoffCoefficient ** (attemptsInRound - 1),
    policy.maximumIntervalMs,
  );
}

/** Another attempt at `at` (epoch milliseconds), or the end of the round and which limit ended it. */
export type RetryDecision =
  | { retry: true; delayMs: number; at: number }
  | { retry: false; reason: 'maximum_attempts' | 'maximum_elapsed' };

/**
 * Whether a failed attempt is followed by another in its round, and when.
 *
 * @param state of the round; `roundStartedAt` and `now` in epoch milliseconds
 */
export function decideNext(state: AttemptState & { roundStartedAt: number; now: number }): RetryDecision {
  const { policy, attemptsInRound, roundStartedAt, now } = state;
  if (attemptsInRound >= policy.maximumAttempts) return { retry: false, reason: 'maximum_attempts' };
  const delayMs = nextDelay(state);
  const at = now + delayMs;
  if (at - roundStartedAt > policy.maximumElapsedMs) return { retry: false, reason: 'maximum_elapsed' };
  return { retry: true, delayMs, at };
}
