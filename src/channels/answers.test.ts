import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type ChannelKind, channelKinds } from '../domain/channel-kind.ts';
import { classify, type Outcome } from '../domain/outcome.ts';
import { resolveRetryPolicy } from '../domain/retry-policy.ts';
import type { RetryPolicyInput } from '../domain/retry-policy-schema.ts';
import { channels } from './index.ts';

interface Row {
  status: number | string;
  class: Outcome['class'];
  body?: unknown;
  body_code?: number;
  disable_destination?: boolean;
}

const tableOf = (name: string): Row[] =>
  JSON.parse(readFileSync(new URL(`../../integration-tests/data/schemas/${name}`, import.meta.url), 'utf8')).answers;
const tables: Partial<Record<ChannelKind, Row[]>> = {
  slack: tableOf('slack-limits.json'),
  pagerduty: tableOf('pagerduty-v2-answers.json'),
  discord: tableOf('discord-answers.json'),
};

interface Given {
  headers?: Record<string, string>;
  body?: string | null;
  policy?: RetryPolicyInput;
}

function outcomeOf(
  kind: ChannelKind,
  statusCode: number,
  { headers = {}, body = null, policy = {} }: Given = {},
): Outcome {
  const result = { kind: 'response' as const, statusCode, headers };
  const general = classify({ result, policy: resolveRetryPolicy(policy), now: 0 });
  return channels[kind].readAnswer({ statusCode, headers, excerpt: body }, general);
}

/** The statuses and bodies that a row stands for. */
function casesOf(row: Row): { status: number; body: string | null }[] {
  const statuses = row.status === '5xx' ? [500, 501, 502, 503, 504, 520] : [Number(row.status)];
  const bodies = row.body_code
    ? [JSON.stringify({ message: 'Unknown Webhook', code: row.body_code })]
    : Array.isArray(row.body)
      ? (row.body as string[])
      : [typeof row.body === 'string' ? row.body : JSON.stringify(row.body ?? null), null, '<html>', '[]', 'null'];
  return statuses.flatMap((status) => bodies.map((body) => ({ status, body })));
}

for (const [kind, rows] of Object.entries(tables) as [ChannelKind, Row[]][]) {
  describe(`the answers of ${kind}`, () => {
    test.each(rows.filter(({ status }) => status !== 'network'))('$status: $class', (row) => {
      for (const { status, body } of casesOf(row)) {
        const outcome = outcomeOf(kind, status, { body });
        expect([status, body, outcome.class]).toEqual([status, body, row.class]);
        const disables = outcome.class === 'permanent' && outcome.disableEndpoint === true;
        expect([status, body, disables]).toEqual([status, body, row.disable_destination ?? false]);
      }
    });

    test('that are final are so whatever the policy says', () => {
      for (const { status } of rows.filter((row) => row.class === 'permanent')) {
        const policy: RetryPolicyInput = { retry_on: [String(status), '4xx', '5xx'], never_retry: [] };
        expect(outcomeOf(kind, Number(status), { policy }).class).toBe('permanent');
      }
    });
  });
}

// "network" in PagerDuty's table is not an answer: what no service has answered is read by the general table alone.
test('no answer at all is retried', () => {
  const result = { kind: 'failed' as const, reason: 'network' as const, message: 'connection refused' };
  expect(classify({ result, policy: resolveRetryPolicy({}), now: 0 }).class).toBe('retry');
});

describe.each(channelKinds)('%s', (kind) => {
  test('takes any 2xx for success and 410 for the end', () => {
    for (const status of [200, 201, 202, 204]) expect(outcomeOf(kind, status)).toEqual({ class: 'success' });
    expect(outcomeOf(kind, 410)).toMatchObject({ class: 'permanent', code: 'http_410', disableEndpoint: true });
  });

  test('leaves to the general table what its own has not', () => {
    for (const status of [100, 302, 402, 405, 408, 413, 418, 422, 425, 500, 502]) {
      expect([status, outcomeOf(kind, status)]).toEqual([status, outcomeOf('http', status)]);
    }
    expect(outcomeOf(kind, 500, { policy: { never_retry: ['5xx'] } }).class).toBe('permanent');
    expect(outcomeOf(kind, 429, { headers: { 'retry-after': '7' } })).toMatchObject({
      class: 'retry',
      retryAfterMs: 7_000,
    });
    expect(outcomeOf(kind, 503, { headers: { 'retry-after': '7' } })).toMatchObject({
      class: 'retry',
      retryAfterMs: 7_000,
    });
  });

  test('never quotes an answer', () => {
    for (let status = 100; status < 600; status++) {
      const body = JSON.stringify({ message: 'QUOTED', code: 'QUOTED', retry_after: 'QUOTED', errors: ['QUOTED'] });
      expect(JSON.stringify(outcomeOf(kind, status, { body }))).not.toContain('QUOTED');
    }
  });
});

describe("discord's 429", () => {
  test.each<[body: unknown, header: string | undefined, ms: number | undefined]>([
    [{ message: 'You are being rate limited.', retry_after: 0.529, global: false }, undefined, 529],
    [{ retry_after: 64.57 }, '65', 65_000],
    [{ retry_after: 65.2 }, '65', 65_200],
    [{ retry_after: 1e300 }, undefined, Number.MAX_SAFE_INTEGER],
    [{ retry_after: -5 }, undefined, undefined],
    [{ retry_after: '5' }, undefined, undefined],
    [{}, '3', 3_000],
    ['not JSON', '3', 3_000],
    [null, undefined, undefined],
  ])('with %j and Retry-After %j', (body, header, ms) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'retry-after': header };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const outcome = outcomeOf('discord', 429, { headers, body: text });
    expect(outcome).toEqual({ class: 'retry', code: 'http_429', message: 'HTTP 429', ...(ms && { retryAfterMs: ms }) });
  });

  test('is final where the policy says so', () => {
    expect(outcomeOf('discord', 429, { policy: { never_retry: ['429'] }, body: '{"retry_after":1}' }).class).toBe(
      'permanent',
    );
  });
});

test.each([[null], [''], ['<html>Not Found</html>']])('a 404 of Discord with the body %j disables', (body) => {
  expect(outcomeOf('discord', 404, { body })).toMatchObject({ class: 'permanent', disableEndpoint: true });
});

test('a 404 of Discord that names something other than the webhook leaves the endpoint on', () => {
  const outcome = outcomeOf('discord', 404, { body: '{"message":"Unknown Channel","code":10003}' });
  expect(outcome).toMatchObject({ class: 'permanent', code: 'http_404' });
  expect(outcome).not.toHaveProperty('disableEndpoint');
});
