const FIRST_MS = 500;
const MOST_MS = 30_000;
/** A server that names a time far off is not believed: it may be mistaken, and the buffer is bounded. */
const MOST_RETRY_AFTER_MS = 10 * 60_000;

/**
 * How long to wait before another try: doubled each time, with jitter, so that many senders do not come back together, and
 * never sooner than the server asked for.
 *
 * @param failures in a row, from 1
 * @param retryAfterMs what the answer said, if anything
 * @returns ms
 */
export function backOff(failures: number, retryAfterMs: number | undefined, random: () => number): number {
  const own = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10)) * (0.5 + random() / 2);
  const asked = Math.min(retryAfterMs ?? 0, MOST_RETRY_AFTER_MS) * (1 + random() / 10);
  return Math.ceil(Math.max(own, asked));
}

/**
 * A `Retry-After` header, in seconds or as a date.
 *
 * @param now ms since the epoch
 * @returns ms; undefined where there is none that can be read
 */
export function parseRetryAfter(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const ms = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
