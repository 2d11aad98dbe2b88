import { expect, test } from '@jest/globals';
import { durationText } from './relative-time.ts';

test.each([
  [850, '850 ms'],
  [2_350, '2.4 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min'],
  [89_000, '1 min 29 s'],
  [119_700, '2 min'],
  [3_599_700, '1 h'],
  [11_520_000, '3 h 12 min'],
  [187_200_000, '2 d 4 h'],
])('%i ms is said as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
