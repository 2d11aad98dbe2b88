import { parseDuration } from './duration.ts';
import { DEFAULTS, EXPONENTIAL_FIELDS, has, type RetryPolicyInput } from './retry-policy-schema.ts';

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
 * @returns one and the same, which cannot be changed, wherever no layer says anything: most endpoints have no policy
 */
export function resolveRetryPolicy(...layers: (RetryPolicyInput | null | undefined)[]): RetryPolicy {
  return layers.every((layer) => layer == null) ? defaultPolicy : resolve(layers);
}

function resolve(layers: (RetryPolicyInput | null | undefined)[]): RetryPolicy {
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

const defaultPolicy = Object.freeze(resolve([]));
Object.freeze(defaultPolicy.retryOn);
Object.freeze(defaultPolicy.neverRetry);

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
