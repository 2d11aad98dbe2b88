import { expect, test } from '@jest/globals';
import { percentText } from '../../kit/relative-time.ts';
import { rowsOf, type Stats, seriesOf, summaryOf } from './outcomes.ts';
import { PERIODS, statsQueryOf } from './period.ts';

const none = { pending: 0, retrying: 0, succeeded: 0, dead_lettered: 0, discarded: 0, skipped: 0, suppressed: 0 };
const counts = { pending: 1, retrying: 2, succeeded: 4, dead_lettered: 8, discarded: 16, skipped: 32, suppressed: 64 };
const start = '2026-03-01T10:00:00.000Z';
const empty = { start: '2026-03-01T11:00:00.000Z', counts: none, total: 0, attempts: 0, latency_ms: null };
const latency_ms = { p50: 1, p95: 2, p99: 3 };
const stats = {
  since: start,
  buckets: [{ start, counts, total: 127, attempts: 127, latency_ms }, empty],
  totals: { counts, total: 127, attempts: 127, success_rate: 4 / 28, latency_ms },
} as Stats;

test('each status counts in one series, and the table has the same figures, without empty buckets', () => {
  const { times, series } = seriesOf(stats);
  expect(times).toEqual([Date.parse(start) / 1_000, Date.parse(empty.start) / 1_000]);
  expect(series.map(({ label, values }) => [label, values])).toEqual([
    ['Held back or skipped', [96, 0]],
    ['Given up', [24, 0]],
    ['Under way', [3, 0]],
    ['Delivered', [4, 0]],
  ]);
  expect(rowsOf(stats)).toEqual([{ start, values: [4, 3, 24, 96], latency: latency_ms }]);
  expect(summaryOf(stats)).toBe(
    'Deliveries since 2026-03-01 10:00:00 UTC: 127; 4 delivered, 3 under way, 24 given up, 96 held back or skipped.',
  );
});

test.each([
  [1, '100 %'],
  [0.9999, '99.9 %'],
  [0.75, '75 %'],
  [2 / 3, '66.6 %'],
  [0.29, '29 %'],
  [0, '0 %'],
])('%f reads as %s', (share, text) => {
  expect(percentText(share)).toBe(text);
});

test('a period begins at a whole bucket, and has no more of them than the API gives', () => {
  const now = Date.parse('2026-03-02T10:44:59.999Z');
  expect(statsQueryOf('24h', now)).toEqual({ since: '2026-03-01T10:30:00.000Z', bucket: '30m' });
  for (const { ms, bucketMs } of Object.values(PERIODS)) expect(ms / bucketMs + 1).toBeLessThanOrEqual(400);
});
