import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { attemptOutcome, classify, type Outcome, type SendResult } from './outcome.ts';
import { resolveRetryPolicy } from './retry-policy.ts';
import type { RetryPolicyInput } from './retry-policy-schema.ts';

const table = JSON.parse(
  readFileSync(new URL('../../integration-tests/data/schemas/delivery-outcomes.json', import.meta.url), 'utf8'),
) as { outcomes: { result: string; class: string; disable_endpoint?: boolean; use?: string }[] };

const NOW = Date.UTC(2026, 0, 1, 12);
const response = (statusCode: number, headers: Record<string, string> = {}): SendResult => ({
  kind: 'response',
  statusCode,
  headers,
});
const failed = (reason: (SendResult & { kind: 'failed' })['reason'], message = 'why'): SendResult => ({
  kind: 'failed',
  reason,
  message,
});
const outcomeOf = (result: SendResult, policy: RetryPolicyInput = {}): Outcome =>
  classify({ result, policy: resolveRetryPolicy(policy), now: NOW });

describe("the contract's table of outcomes", () => {
  /** What each row's words are as results; those that no attempt leads to are decided elsewhere. */
  const results: Record<string, SendResult[]> = {
    '2xx': [response(200), response(204), response(299)],
    '1xx (final) or malformed response': [response(100), response(199), response(0), response(600), failed('network')],
    '3xx': [response(300), response(301), response(302), response(304), response(399)],
    '400,401,403,404,405,406,413,414,415,422 and other 4xx': [
      ...[400, 401, 403, 404, 405, 406, 413, 414, 415, 422, 418, 499].map((status) => response(status)),
    ],
    '408,409,421,423,425': [408, 409, 421, 423, 425].map((status) => response(status)),
    '410': [response(410)],
    '429': [response(429)],
    '503': [response(503)],
    '502,504': [response(502), response(504)],
    'other 5xx': [response(500), response(501), response(599)],
    'connect refused/reset, DNS SERVFAIL/timeout, EAI_AGAIN': [failed('network')],
    'DNS ENOTFOUND': [failed('network')],
    'timeout (connect, TLS, response, total)': [failed('timeout')],
    'TLS certificate invalid/expired/host mismatch': [failed('tls')],
    'blocked address (SSRF guard)': [failed('blocked')],
    'URL policy (scheme, port, credentials)': [failed('invalid_url')],
  };
  const elsewhere = [
    // No message is: src/channels/messages.test.ts tries.
    'payload cannot be rendered or is over the channel limit',
    'endpoint or rule deleted, or switched off by a person, while retrying',
    'endpoint disabled by the service while retrying',
  ];

  test('is covered row by row', () => {
    expect(Object.keys(results).concat(elsewhere).sort()).toEqual(table.outcomes.map((row) => row.result).sort());
  });

  test.each(table.outcomes.filter((row) => !elsewhere.includes(row.result)))('$result: $class', (row) => {
    for (const result of results[row.result]!) {
      const outcome = outcomeOf(result);
      expect([result, outcome.class]).toEqual([result, row.class]);
      expect('disableEndpoint' in outcome && outcome.disableEndpoint === true).toBe(row.disable_endpoint ?? false);
    }
  });

  test('asks Retry-After where the row says so, and nowhere else', () => {
    const asking = table.outcomes.filter((row) => row.use === 'Retry-After').map((row) => Number(row.result));
    for (let status = 100; status < 600; status++) {
      const outcome = outcomeOf(response(status, { 'retry-after': '7' }));
      expect([status, 'retryAfterMs' in outcome]).toEqual([status, asking.includes(status)]);
    }
  });
});

describe("the policy's lists", () => {
  test.each<[policy: RetryPolicyInput, result: SendResult, expected: Outcome['class']]>([
    [{ never_retry: ['4xx'] }, response(404), 'permanent'],
    [{ never_retry: ['4xx'] }, response(500), 'retry'],
    [{ never_retry: ['4xx'], retry_on: ['429'] }, response(429), 'retry'],
    [{ never_retry: ['4xx'], retry_on: ['4xx'] }, response(429), 'permanent'],
    [{ never_retry: ['429'], retry_on: ['429'] }, response(429), 'permanent'],
    [{ never_retry: ['429'], retry_on: ['4xx'] }, response(429), 'permanent'],
    [{ retry_on: ['5xx'] }, response(404), 'permanent'],
    [{ retry_on: ['5xx'] }, response(500), 'retry'],
    [{ retry_on: ['5xx'] }, failed('timeout'), 'permanent'],
    [{ retry_on: ['5xx'] }, failed('tls'), 'permanent'],
    [{ never_retry: ['network'] }, failed('network'), 'permanent'],
    [{ never_retry: ['network'] }, failed('timeout'), 'retry'],
    [{ retry_on: [] }, response(500), 'permanent'],
    // No list can make these other than they are.
    [{ retry_on: [], never_retry: ['3xx', '4xx', '5xx', 'network', 'timeout', 'tls'] }, response(200), 'success'],
    [{ retry_on: [] }, failed('aborted'), 'retry'],
    [{ retry_on: [] }, response(100), 'retry'],
    [{ retry_on: ['410', '4xx'], never_retry: [] }, response(410), 'permanent'],
  ])('%j on %j: %s', (policy, result, expected) => {
    expect(outcomeOf(result, policy).class).toBe(expected);
  });

  test('a 410 disables the endpoint whatever they say', () => {
    expect(outcomeOf(response(410), { retry_on: ['410'], never_retry: [] })).toMatchObject({ disableEndpoint: true });
  });
});

describe('Retry-After', () => {
  test.each<[value: string, expected: number | undefined]>([
    ['0', undefined],
    ['1', 1_000],
    [' 120 ', 120_000],
    ['007', 7_000],
    ['99999999999999999999', Number.MAX_SAFE_INTEGER],
    ['Thu, 01 Jan 2026 12:01:00 GMT', 60_000],
    ['Thursday, 01-Jan-26 12:01:00 GMT', 60_000],
    ['Thu Jan  1 12:01:00 2026', 60_000],
    ['Thu, 01 Jan 2026 12:00:00 GMT', undefined],
    ['Thu, 01 Jan 2026 11:59:00 GMT', undefined],
    ['', undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['5s', undefined],
    ['soon', undefined],
    ['2026-01-01T12:01:00Z', undefined],
    ['Thu, 99 Jan 2026 12:01:00 GMT', undefined],
    ['1, 2', undefined],
  ])('of %j', (value, expected) => {
    const outcome = outcomeOf(response(429, { 'retry-after': value }));
    expect('retryAfterMs' in outcome ? outcome.retryAfterMs : undefined).toBe(expected);
  });

  test('is not asked of a failure that is final', () => {
    const outcome = outcomeOf(response(429, { 'retry-after': '5' }), { never_retry: ['429'] });
    expect(outcome).toEqual({ class: 'permanent', code: 'http_429', message: 'HTTP 429' });
  });
});

describe('what people read', () => {
  test.each<[result: SendResult, code: string, message: string]>([
    [response(500), 'http_500', 'HTTP 500'],
    [response(302), 'http_302', 'HTTP 302 (redirects are not followed)'],
    [
      response(302, { location: 'https://user:pw@other.example/p?token=secret' }),
      'http_302',
      'HTTP 302 to https://other.example (redirects are not followed)',
    ],
    [response(302, { location: '/login?token=secret' }), 'http_302', 'HTTP 302 (redirects are not followed)'],
    [response(302, { location: 'javascript:alert(1)' }), 'http_302', 'HTTP 302 (redirects are not followed)'],
    [response(199), 'http_199', 'HTTP 199: not a final answer'],
    [failed('timeout', 'no answer within 15s'), 'timeout', 'no answer within 15s'],
    [failed('aborted', 'the worker stops'), 'interrupted', 'the worker stops'],
  ])('of %j', (result, code, message) => {
    expect(outcomeOf(result)).toMatchObject({ code, message });
  });

  test('never has the blocked address in it', () => {
    const outcome = outcomeOf(failed('blocked', '10.1.2.3 is private'));
    expect(outcome).toMatchObject({ code: 'blocked', message: expect.stringContaining('not allowed') });
    expect(JSON.stringify(outcome)).not.toContain('10.1.2.3');
  });
});

test.each<[result: SendResult, word: string]>([
  [response(204), 'success'],
  [response(302), 'http_error'],
  [response(199), 'http_error'],
  [response(500), 'http_error'],
  [failed('aborted'), 'interrupted'],
  [failed('blocked'), 'blocked'],
  [failed('invalid_url'), 'invalid_url'],
  [failed('timeout'), 'timeout'],
  [failed('network'), 'network'],
  [failed('tls'), 'tls'],
])('the list of attempts shows %j as %s', (result, word) => {
  expect(attemptOutcome(result)).toBe(word);
});
