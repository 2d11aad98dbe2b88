import { describe, expect, test } from '@jest/globals';
import { decideNext, resolveRetryPolicy } from '../../../../src/domain/retry-policy.ts';
import type { Webhook } from '../../api/queries.ts';
import { DEFAULTS, type Policy, policyOf, retryFormOf } from '../../kit/retry-form.ts';
import { previewOf, waitText } from '../../kit/retry-preview.ts';
import { dayOf } from './day.ts';
import { changeOf, creationOf, emptyForm, faultsOf, fieldErrorsOf, formOf } from './form-values.ts';

const POLICY: Policy = {
  schedule: ['5s', '5m'],
  timeout: { request: '10s' },
  retry_on: [],
  respect_retry_after: false,
};
const WEBHOOK = {
  kind: 'slack',
  name: 'ops',
  target_url: 'https://hooks.slack.com/…abcd',
  headers: { Authorization: '••••••••', 'X-Team': '••••••••' },
  retry_policy: POLICY,
  rate_limit: { per_second: 5 },
  description: 'old',
} as unknown as Webhook;

describe('an edit', () => {
  const before = formOf(WEBHOOK);

  test('that changes nothing sends nothing', () => {
    expect(changeOf(before, formOf(WEBHOOK))).toEqual({});
  });

  test('sends what was changed alone', () => {
    expect(changeOf(before, { ...before, description: ' new ' })).toEqual({ description: 'new' });
    expect(changeOf(before, { ...before, description: '', rate_limit: { per_second: '' } })).toEqual({
      description: null,
      rate_limit: null,
    });
  });

  test('replaces one header, removes another and leaves no trace of what was kept', () => {
    const [first, second] = before.headers;
    const replaced = { ...(first as (typeof before.headers)[0]), isKept: false, value: 'Bearer new' };
    expect(changeOf(before, { ...before, headers: [replaced] })).toEqual({
      headers: { Authorization: 'Bearer new', 'X-Team': null },
    });
    const added = { key: '1', name: 'X-New', value: 'v', isKept: false, isStored: false };
    expect(changeOf(before, { ...before, headers: [...before.headers, added] })).toEqual({ headers: { 'X-New': 'v' } });
    expect(second?.isKept).toBe(true);
  });

  test('from a schedule to growing waits takes the schedule away', () => {
    const retry_policy = { ...before.retry_policy, mode: 'exponential' as const, maximum_attempts: 4 };
    expect(changeOf(before, { ...before, retry_policy })).toEqual({
      retry_policy: { schedule: null, maximum_attempts: 4 },
    });
    const defaults = { ...before.retry_policy, mode: 'default' as const };
    expect(changeOf(before, { ...before, retry_policy: defaults })).toEqual({ retry_policy: null });
  });
});

test('a creation sends what was filled in', () => {
  const form = { ...emptyForm(), kind: 'pagerduty' as const, name: 'pager', routing_key: 'k'.repeat(32) };
  expect(creationOf(form)).toEqual({ kind: 'pagerduty', name: 'pager', routing_key: 'k'.repeat(32), headers: {} });
});

test('headers without a name, or with one twice, are told before anything is sent', () => {
  const row = { key: '', name: '', value: 'v', isKept: false, isStored: false };
  const headers = [{ ...row, name: 'A' }, { ...row, name: 'a ' }, row, { ...row, value: '' }];
  expect(Object.keys(faultsOf({ ...emptyForm(), headers }))).toEqual(['headers.1.name', 'headers.2.name']);
});

test('errors of the API stand at their fields; others are told apart', () => {
  const { headers } = formOf(WEBHOOK);
  const { shown, others } = fieldErrorsOf(
    [
      { path: 'name', message: 'taken' },
      { path: 'headers.X-Team', message: 'bad' },
      { path: 'retry_policy.schedule.1', message: 'long' },
      { path: 'headers.Gone', message: 'what' },
    ],
    headers,
  );
  expect(shown).toEqual({ name: 'taken', 'headers.1.value': 'bad', 'retry_policy.schedule': 'long' });
  expect(others).toEqual([{ path: 'headers.Gone', message: 'what' }]);
});

describe('a retry policy', () => {
  test.each([null, {}, POLICY, { ...DEFAULTS }] as (Policy | null)[])(
    'comes out of the editor as it went in: %j',
    (policy) => {
      expect(policyOf(retryFormOf(policy))).toEqual(policy);
    },
  );

  test.each([
    null,
    {},
    { maximum_attempts: 3, jitter: 0 },
    { initial_interval: '1h', maximum_interval: '2h', backoff_coefficient: 1 },
    { maximum_interval: '2s' },
    { schedule: ['5s', '5m', '30m'] },
    { schedule: ['12h', '12h', '12h'], maximum_elapsed: '1d' },
  ] as (Policy | null)[])('is previewed as the service waits: %j', (given) => {
    const policy = resolveRetryPolicy(given);
    const waits: number[] = [];
    for (let now = 0; ; now += waits.at(-1) ?? 0) {
      const next = decideNext({
        policy,
        attemptsInRound: waits.length + 1,
        roundStartedAt: 0,
        now,
        random: () => 0.5,
      });
      if (!next.retry) break;
      waits.push(next.delayMs);
    }
    expect(previewOf(given)?.waits).toEqual(waits);
  });

  test('that cannot be read has no preview', () => {
    expect(previewOf({ initial_interval: 'soon' })).toBeUndefined();
    expect(previewOf({ schedule: ['5s', ''] })).toBeUndefined();
  });

  test('defaults are those of the service', () => {
    expect(resolveRetryPolicy(DEFAULTS)).toEqual(resolveRetryPolicy(null));
  });
});

test.each([
  [500, '500 ms'],
  [5_000, '5 s'],
  [80_000, '1 min 20 s'],
  [43_200_000, '12 h'],
  [187_200_000, '2 d 4 h'],
])('%i ms is %s', (ms, text) => expect(waitText(ms)).toBe(text));

test('a day of an endpoint: every hour, empty ones too', () => {
  const counts = { pending: 0, retrying: 0, succeeded: 2, dead_lettered: 1, discarded: 0, skipped: 0, suppressed: 0 };
  const stats = {
    buckets: [{ start: 'a' }, { start: 'b' }, { start: 'c' }],
    endpoints: [{ endpoint_id: 'we_1', total: 3, counts, buckets: [{ start: 'b', total: 3 }] }],
  } as unknown as Parameters<typeof dayOf>[0];
  expect(dayOf(stats, 'we_1')).toEqual({ values: [0, 3, 0], label: '3 in 24 hours, 2 delivered, 1 given up' });
  expect(dayOf(stats, 'we_2')).toEqual({ values: [0, 0, 0], label: 'No deliveries in 24 hours' });
});
