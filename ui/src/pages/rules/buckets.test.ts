import { expect, test } from '@jest/globals';
import { bucketsOf } from './buckets.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const event = (second: number, outcome: string, fires = false) =>
  ({ event_id: `e${second}`, received_at: at(second), outcome, fires }) as never;
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

test('each event is in one bar, and what time made fire is added', () => {
  const buckets = bucketsOf({
    decisions: [event(0, 'matched'), event(1, 'not_matched'), event(59, 'matched', true)],
    firings: [
      { event_id: 'e59', at: at(59) },
      { event_id: null, at: at(80) },
    ] as never,
  });
  expect([sum(buckets.fires), sum(buckets.counts), sum(buckets.others)]).toEqual([2, 1, 1]);
  expect(buckets.times.length).toBeLessThanOrEqual(41);
  expect(buckets.times[0]).toBe(Date.parse(at(0)) / 1_000);
  expect(buckets.fires.length).toBe(buckets.times.length);
});

test('nothing gives nothing', () => {
  expect(bucketsOf({ decisions: [], firings: [] }).times).toEqual([]);
});
