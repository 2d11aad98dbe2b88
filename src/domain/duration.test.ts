import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { durationPattern, formatDuration, parseDuration } from './duration.ts';

test.each([
  ['1ms', 1],
  ['500ms', 500],
  ['5s', 5_000],
  ['30m', 1_800_000],
  ['12h', 43_200_000],
  ['3d', 259_200_000],
  ['90s', 90_000],
])('%s is %d milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  '5',
  's',
  '0s',
  '05s',
  '-5s',
  '+5s',
  '1.5s',
  '1e3s',
  '5 s',
  ' 5s',
  '5s ',
  '5s\n',
  '5S',
  '5sec',
  '1m30s',
  '5w',
  '٥s',
])('%j is not a duration', (text) => {
  expect(() => parseDuration(text)).toThrow(RangeError);
  expect(durationPattern.test(text)).toBe(false);
});

test('a duration whose milliseconds are no safe integer is refused', () => {
  expect(parseDuration('9007199254740991ms')).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => parseDuration('9007199254740992ms')).toThrow('too long');
  expect(() => parseDuration('104249992d')).toThrow('too long');
  expect(() => parseDuration(`${'9'.repeat(400)}d`)).toThrow('too long');
});

test('what is not a duration is quoted, but not at length', () => {
  expect(() => parseDuration('x'.repeat(10_000))).toThrow(/^"x{50}" is not a duration/);
});

test.each([
  [0, '0s'],
  [1, '1ms'],
  [1_500, '1500ms'],
  [90_000, '90s'],
  [300_000, '5m'],
  [86_400_000, '1d'],
  [90_000_000, '25h'],
])('%d milliseconds are written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d has no written form', (ms) => {
  expect(() => formatDuration(ms)).toThrow(RangeError);
});

test('reading what was written gives the same milliseconds, in the largest unit that loses nothing', () => {
  const size = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(...Object.values(size)), (count, unit) => {
      const text = formatDuration(count * unit);
      expect(text).toMatch(durationPattern);
      expect(parseDuration(text)).toBe(count * unit);
      const shown = size[text.replace(/^\d+/, '') as keyof typeof size];
      expect(Object.values(size).filter((other) => other > shown && (count * unit) % other === 0)).toEqual([]);
    }),
  );
});
