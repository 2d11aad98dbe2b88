/**
 * One alert's messages to one endpoint arrive in the order in which they were made: each waits until those before it
 * have ended, one way or the other.
 */

/** An earlier message that is due is tried at once, as a rule: so soon it is looked for again. */
const SOONEST_MS = 1_000;
/**
 * An earlier one may end before its time, e.g. because a person cancels it. So long, and for half of the time that it has,
 * that may go unseen; never for longer than the other.
 */
const UNSEEN_MS = 30_000;
const LONGEST_UNSEEN_MS = 600_000;
/** Of the time that an earlier one is over its time, as when its receiver is slow to answer. */
const PART_OF_LATENESS = 0.5;

/**
 * When a message that waits for an earlier one is looked at again: soon after that one's next attempt.
 *
 * @param earlierDueAt when the earlier one may be, or might have been, attempted; epoch ms
 * @returns epoch ms
 */
export function nextLookBehind(earlierDueAt: number, now: number): number {
  const untilDue = earlierDueAt - now;
  const waitMs = untilDue > 0 ? untilDue + SOONEST_MS : -untilDue * PART_OF_LATENESS;
  const longestMs = Math.max(UNSEEN_MS, Math.min(untilDue / 2, LONGEST_UNSEEN_MS));
  return now + Math.round(Math.min(longestMs, Math.max(SOONEST_MS, waitMs)));
}
