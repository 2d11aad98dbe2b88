import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasShare, toTheEnd } from './fair-share.ts';

/** What one gets who takes as long as it may, beside what others hold. */
function most(max: number, times: number, others = 0): number {
  let own = 0;
  while (hasShare(own, own + others, max, times)) own += 1;
  return own;
}

test('one alone gets a half or three quarters, and of what others leave the same part', () => {
  expect(most(40, 1)).toBe(20);
  expect(most(256, 3)).toBe(192);
  expect(most(256, 3, 192)).toBe(48);
});

test('where there is any, one that has nothing has a share; where there is none, nobody has', () => {
  const amount = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(amount, amount, fc.constantFrom(1, 3), (all, max, times) => {
      expect(hasShare(0, all, max, times)).toBe(all < max);
    }),
  );
});

test('who has had its turn is last, and one that is not in line does not get into it', () => {
  const line = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  toTheEnd(line, 'a');
  toTheEnd(line, 'nobody');
  expect([...line]).toEqual([
    ['b', 2],
    ['c', 3],
    ['a', 1],
  ]);
});
