import type { AttemptOutcome } from './outcome.ts';

/**
 * Failed attempts without an answer in between that open an endpoint's circuit. Fewer would open it for a restart of
 * the receiver; and they must be of more than one delivery, for one alone costs no more than its own policy says.
 */
export const OPENS_AFTER = 5;
/** How long it is open the first time: the default policy's first interval, so that few wait longer than they would have. */
export const FIRST_OPEN_MS = 5_000;
/** And at most, doubling each time: what a receiver that is back has to wait for the first delivery. */
export const LONGEST_OPEN_MS = 300_000;
/**
 * How long a probe may take before another is let through: the longest request (contract: 30 s) and the time to record
 * it. One whose process died frees itself by this.
 */
export const PROBE_MS = 45_000;
/** `2 ** 6 * FIRST_OPEN_MS` is above the longest; a larger power would only overflow. */
export const MOST_DOUBLINGS = 6;

/** How long the circuit stays open. @param openings how often it had opened before, since the last answer; @returns ms */
export function openMs(openings: number): number {
  return Math.min(FIRST_OPEN_MS * 2 ** Math.min(openings, MOST_DOUBLINGS), LONGEST_OPEN_MS);
}

/**
 * What an attempt tells of its endpoint, apart from its own delivery: `down` (no answer, or one that says so), `up` (it
 * answers, be it with a 4xx to this very message), or nothing, where no request left or we stopped it ourselves.
 */
export type Sign = 'up' | 'down' | 'none';

const NO_SIGN: AttemptOutcome[] = ['blocked', 'invalid_url', 'interrupted'];

/** @param statusCode null where there was no answer */
export function signOf(outcome: AttemptOutcome, statusCode: number | null): Sign {
  if (NO_SIGN.includes(outcome)) return 'none';
  // 429 is about all that is sent, not about one message; and a code below 200 is no final answer.
  if (statusCode === null || statusCode < 200 || statusCode >= 500 || statusCode === 429) return 'down';
  return 'up';
}
