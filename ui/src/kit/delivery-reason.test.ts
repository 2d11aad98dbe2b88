import { expect, test } from '@jest/globals';
import { GIVEN_UP_REASONS, reasonText, waitText } from './delivery-reason.ts';
import { countdownText } from './relative-time.ts';

test('a reason is a sentence; one that nobody knows, or that a person gave, is itself', () => {
  for (const reason of GIVEN_UP_REASONS) expect(reasonText(reason)).toMatch(/^[A-Z].*\.$/);
  expect(reasonText('http_410')).toContain('410');
  expect(reasonText('receiver retired')).toBe('receiver retired');
});

test('what a delivery waits for', () => {
  expect(waitText(null)).toContain('retry policy');
  expect(waitText('circuit')).toContain('circuit');
  expect(waitText('something new')).toContain('retry policy');
});

test.each([
  [1, 'in 1 s'],
  [59_001, 'in 1 min 00 s'],
  [249_000, 'in 4 min 09 s'],
  [11_520_000, 'in 3 h 12 min'],
  [190_800_000, 'in 2 d 5 h'],
])('%d ms are %s', (ms, text) => {
  expect(countdownText(ms)).toBe(text);
});
