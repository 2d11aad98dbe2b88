import { expect, test } from '@jest/globals';
import { openMs, signOf } from './circuit.ts';

test.each([
  ['success', 204, 'up'],
  ['http_error', 302, 'up'],
  ['http_error', 404, 'up'],
  ['http_error', 410, 'up'],
  ['http_error', 429, 'down'],
  ['http_error', 500, 'down'],
  ['http_error', 503, 'down'],
  ['http_error', 999, 'down'],
  ['timeout', null, 'down'],
  ['network', null, 'down'],
  ['tls', null, 'down'],
  ['blocked', null, 'none'],
  ['invalid_url', null, 'none'],
  ['interrupted', null, 'none'],
] as const)('%s %s says that the endpoint is %s', (outcome, statusCode, sign) => {
  expect(signOf(outcome, statusCode)).toBe(sign);
});

test('the circuit stays open twice as long each time, and five minutes at most', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 1_000].map((openings) => openMs(openings) / 1_000)).toEqual([
    ...[5, 10, 20, 40, 80, 160, 300, 300, 300],
  ]);
});
