import { expect, test } from '@jest/globals';
import { nextLookBehind } from './message-order.ts';

const NOW = Date.UTC(2026, 10, 28);

test.each([
  ['due now', 0, 1_000],
  ['due in a moment', 200, 1_200],
  ['due in 20 s', 20_000, 21_000],
  ['due in 10 minutes', 600_000, 300_000],
  ['due in 12 hours', 43_200_000, 600_000],
  ['over its time by a second', -1_000, 1_000],
  ['over its time by 20 s, for its receiver is slow', -20_000, 10_000],
  ['over its time by a day', -86_400_000, 30_000],
])('behind an earlier one that is %s', (_, dueInMs, lookInMs) => {
  expect(nextLookBehind(NOW + dueInMs, NOW) - NOW).toBe(lookInMs);
});
