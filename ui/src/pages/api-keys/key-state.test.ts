import { expect, test } from '@jest/globals';
import { endOf, keyState, LIFETIMES } from './key-state.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const at = (ms: number) => new Date(NOW + ms).toISOString();

test.each([
  ['one without an end', null, null, 'active'],
  ['one that ends later', null, at(1), 'active'],
  ['one whose end is now', null, at(0), 'expired'],
  ['one that was revoked after its end', at(5), at(1), 'revoked'],
  ['one that was revoked', at(-1), at(99), 'revoked'],
])('%s', (_, revoked_at, expires_at, state) => {
  expect(keyState({ revoked_at, expires_at }, NOW)).toBe(state);
});

test('every lifetime has an end in the future, or none', () => {
  const ends = LIFETIMES.map(({ value }) => endOf(value, NOW));
  expect(ends).toEqual(['2026-12-28T12:00:00.000Z', '2027-02-26T12:00:00.000Z', '2027-11-28T12:00:00.000Z', null]);
});
