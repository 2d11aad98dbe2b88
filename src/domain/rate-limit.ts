/**
 * The rate limit of an endpoint: a token bucket that may be used a little ahead of time. Whoever takes a token that is
 * not there yet is sent when it will be; what would have to wait longer gets a turn in a queue and comes back for it.
 */

/** Bounds of `per_second`: once in ten seconds, and what one process sends to one endpoint at most. */
export const PER_SECOND = { least: 0.1, most: 1_000 };

/** Tokens that a quiet time saves up. One: then no second, wherever it begins, has more than `per_second` and one. */
const BURST = 1;
/** How far ahead a token may be taken: a wait that a process can bear without writing it down. */
const AHEAD_MS = 1_000;
/** Tokens that nobody took for so long show that the turns given out are not used, as when those were skipped. */
const UNUSED_MS = 2_000;
/** A newcomer asks once more before it is put off for longer than this: the queue may be one that nobody uses. */
const FAR_MS = 10_000;
const LONGEST_SECOND_LOOK_MS = 15_000;
/** 1 ms at the highest rate is a token; less is an error of rounding. */
const EPSILON = 1e-6;

/** Times in epoch ms. Null: nothing was ever taken, nobody was ever put off. */
export interface Bucket {
  /** Left at `tokensAt`; below zero where they were taken ahead. */
  tokens: number | null;
  tokensAt: number | null;
  /** The last turn given out. */
  queueUntil: number | null;
}

export type Turn =
  | { kind: 'go'; afterMs: number }
  | { kind: 'put_off'; until: number; waitsFor: 'rate_limit' }
  | { kind: 'look_again'; afterMs: number };

/**
 * Takes a token, or a turn in the queue, for one delivery. Changes the bucket.
 *
 * Whoever had a turn takes a token if there is one within reach, and queues again if not, as when many come late at once.
 * A newcomer does so only if nobody is waiting.
 *
 * @param perSecond the limit as it is now: a change of it counts at once
 * @param now epoch ms
 */
export function takeTurn(
  bucket: Bucket,
  { turnAt, hasLookedAgain }: { turnAt: number | null; hasLookedAgain: boolean },
  perSecond: number,
  now: number,
): Turn {
  const perMs = perSecond / 1_000;
  // Clocks of several processes differ: one that is behind adds nothing.
  const elapsedMs = Math.max(0, now - (bucket.tokensAt ?? now));
  const at = Math.max(now, bucket.tokensAt ?? now);
  // What was taken ahead at a higher limit is not paid back at a lower one.
  const left = Math.max(bucket.tokens ?? BURST, -AHEAD_MS * perMs - 1);
  const saved = left + elapsedMs * perMs;
  const tokens = Math.min(BURST, saved);
  const waitMs = tokens >= 1 - EPSILON ? 0 : (1 - tokens) / perMs;
  const isUnused = saved >= BURST + UNUSED_MS * perMs;
  if (isUnused) bucket.queueUntil = null;
  const queueUntil = Math.max(bucket.queueUntil ?? 0, now);
  const hasQueue = queueUntil > now;
  if (waitMs <= AHEAD_MS && (turnAt !== null || !hasQueue)) {
    bucket.tokens = tokens - 1;
    bucket.tokensAt = at;
    return { kind: 'go', afterMs: Math.max(0, Math.ceil(waitMs - EPSILON)) };
  }
  const until = Math.max(hasQueue ? queueUntil + 1 / perMs : 0, now + waitMs);
  if (turnAt === null && hasQueue && !hasLookedAgain && until - now > FAR_MS) {
    const unusedInMs = (BURST - saved) / perMs + UNUSED_MS;
    if (unusedInMs <= LONGEST_SECOND_LOOK_MS) return { kind: 'look_again', afterMs: Math.ceil(unusedInMs) + 1 };
  }
  bucket.queueUntil = until;
  return { kind: 'put_off', until: Math.ceil(until), waitsFor: 'rate_limit' };
}
