import type { Last } from './search.ts';

const HOUR_MS = 3_600_000;

/** For each period its words, how finely it is drawn, and how often it is counted anew where nothing is heard (a longer one costs more). */
export const PERIODS: Record<Last, { label: string; ms: number; bucket: string; bucketMs: number; everyMs: number }> = {
  '1h': { label: 'Last hour', ms: HOUR_MS, bucket: '1m', bucketMs: 60_000, everyMs: 10_000 },
  '24h': { label: 'Last 24 hours', ms: 24 * HOUR_MS, bucket: '30m', bucketMs: HOUR_MS / 2, everyMs: 15_000 },
  '7d': { label: 'Last 7 days', ms: 168 * HOUR_MS, bucket: '3h', bucketMs: 3 * HOUR_MS, everyMs: 20_000 },
};

/** What `GET /v1/stats` is asked for. It begins at a whole bucket: no bar is cut off, and who looks at the same time shares a count. */
export function statsQueryOf(last: Last, now: number): { since: string; bucket: string } {
  const { ms, bucket, bucketMs } = PERIODS[last];
  return { since: new Date(Math.floor((now - ms) / bucketMs) * bucketMs).toISOString(), bucket };
}
