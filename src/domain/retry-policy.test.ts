import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { decideNext, nextDelay, resolveRetryPolicy, toTemporalRetry } from './retry-policy.ts';
import { type RetryPolicyInput, retryPolicySchema } from './retry-policy-schema.ts';

const published = JSON.parse(
  readFileSync(new URL('../../integration-tests/data/schemas/retry-policy.schema.json', import.meta.url), 'utf8'),
) as Schema;

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const accepts = (policy: unknown) => retryPolicySchema.safeParse(policy).success;

describe('a policy that a person writes', () => {
  // What the published JSON schema says of them, and so do we.
  test.each<[policy: unknown]>([
    [{}],
    [{ initial_interval: '1s' }],
    [{ initial_interval: '1h' }],
    [{ backoff_coefficient: 1 }],
    [{ backoff_coefficient: 10 }],
    [{ backoff_coefficient: 1.5 }],
    [{ maximum_interval: '24h' }],
    [{ maximum_interval: '1d' }],
    [{ maximum_attempts: 1 }],
    [{ maximum_attempts: 30 }],
    [{ maximum_elapsed: '7d' }],
    [{ maximum_elapsed: '1ms' }],
    [{ jitter: 0 }],
    [{ jitter: 0.5 }],
    [{ schedule: ['5s'] }],
    [{ schedule: ['5s', '5m', '30m'] }],
    [{ schedule: Array(29).fill('1s') }],
    [{ schedule: ['5s'], maximum_elapsed: '1d', jitter: 0.1 }],
    [{ timeout: {} }],
    [{ timeout: { connect: '1s', request: '30s' } }],
    [{ timeout: { connect: '10s' } }],
    [{ respect_retry_after: false }],
    [{ maximum_retry_after: '24h' }],
    [{ retry_on: [] }],
    [{ retry_on: ['3xx', '4xx', '5xx', 'timeout', 'network', 'tls', '429'] }],
    [{ never_retry: ['410', '4xx'] }],
  ])('is accepted, as by the published schema: %j', (policy) => {
    expect({ ours: accepts(policy), published: validate(published, policy) }).toEqual({ ours: true, published: true });
  });

  test.each<[policy: unknown]>([
    [null],
    [[]],
    ['5s'],
    [{ unknown: 1 }],
    [{ initial_interval: 5 }],
    [{ initial_interval: '0s' }],
    [{ initial_interval: '5' }],
    [{ initial_interval: '05s' }],
    [{ initial_interval: '5 s' }],
    [{ initial_interval: '1.5s' }],
    [{ initial_interval: null }],
    [{ backoff_coefficient: 0.9 }],
    [{ backoff_coefficient: 10.1 }],
    [{ backoff_coefficient: '4' }],
    [{ maximum_interval: '1w' }],
    [{ maximum_attempts: 0 }],
    [{ maximum_attempts: 31 }],
    [{ maximum_attempts: 1.5 }],
    [{ maximum_elapsed: '' }],
    [{ jitter: -0.1 }],
    [{ jitter: 0.51 }],
    [{ schedule: [] }],
    [{ schedule: Array(30).fill('1s') }],
    [{ schedule: ['5'] }],
    [{ schedule: '5s' }],
    [{ schedule: ['5s'], initial_interval: '5s' }],
    [{ schedule: ['5s'], backoff_coefficient: 2 }],
    [{ schedule: ['5s'], maximum_interval: '1h' }],
    [{ schedule: ['5s'], maximum_attempts: 2 }],
    [{ timeout: { total: '1s' } }],
    [{ timeout: '5s' }],
    [{ timeout: { connect: 5 } }],
    [{ respect_retry_after: 'yes' }],
    [{ retry_on: ['2xx'] }],
    [{ retry_on: ['200'] }],
    [{ retry_on: ['600'] }],
    [{ retry_on: ['TIMEOUT'] }],
    [{ retry_on: ['429', '429'] }],
    [{ never_retry: [410] }],
    [{ never_retry: ['410', '410'] }],
  ])('is refused, as by the published schema: %j', (policy) => {
    expect({ ours: accepts(policy), published: validate(published, policy) }).toEqual({
      ours: false,
      published: false,
    });
  });

  // What the published schema leaves to us: its comments name the bounds.
  test.each<[policy: unknown, path: string]>([
    [{ initial_interval: '999ms' }, 'initial_interval'],
    [{ initial_interval: '61m' }, 'initial_interval'],
    [{ maximum_interval: '25h' }, 'maximum_interval'],
    [{ initial_interval: '10s', maximum_interval: '9s' }, 'maximum_interval'],
    // Below the default of initial_interval, 5s.
    [{ maximum_interval: '4s' }, 'maximum_interval'],
    [{ maximum_elapsed: '8d' }, 'maximum_elapsed'],
    [{ schedule: ['5s', '999ms'] }, 'schedule.1'],
    [{ schedule: ['25h'] }, 'schedule.0'],
    [{ timeout: { connect: '11s' } }, 'timeout.connect'],
    [{ timeout: { connect: '999ms' } }, 'timeout.connect'],
    [{ timeout: { request: '31s' } }, 'timeout.request'],
    [{ maximum_retry_after: '25h' }, 'maximum_retry_after'],
    [{ maximum_elapsed: '9'.repeat(400).concat('d') }, 'maximum_elapsed'],
  ])('is refused beyond the bounds of durations: %j', (policy, path) => {
    expect(validate(published, policy)).toBe(true);
    expect(pathsOf(policy)).toEqual([path]);
  });

  test('has every bad field named in one answer', () => {
    const policy = { initial_interval: '2h', jitter: 2, schedule: ['5s'], maximum_attempts: 99, nonsense: 1 };
    expect(pathsOf(policy).sort()).toEqual([
      '',
      'initial_interval',
      'initial_interval',
      'jitter',
      'maximum_attempts',
      'maximum_attempts',
    ]);
  });

  test('is documented with the very bounds and defaults of the published schema', () => {
    const documented = z.toJSONSchema(retryPolicySchema, { io: 'input' }) as unknown as {
      $defs: { RetryPolicy: Schema };
    };
    const { properties } = documented.$defs.RetryPolicy;
    expect(comparable(properties)).toEqual(comparable(published.properties));
  });
});

function comparable(properties: Record<string, Schema> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(
      ([name, { type, pattern, minimum, maximum, minItems, maxItems, uniqueItems, ...rest }]) => [
        name,
        // Of `timeout` each part has its own default.
        {
          type,
          pattern,
          minimum,
          maximum,
          minItems,
          maxItems,
          uniqueItems,
          default: type === 'object' ? undefined : rest.default,
        },
      ],
    ),
  );
}

describe('resolveRetryPolicy', () => {
  const defaults = {
    kind: 'exponential',
    initialIntervalMs: 5 * SECOND,
    backoffCoefficient: 4,
    maximumIntervalMs: 12 * HOUR,
    maximumAttempts: 10,
    maximumElapsedMs: 3 * DAY,
    jitter: 0.2,
    connectTimeoutMs: 5 * SECOND,
    requestTimeoutMs: 15 * SECOND,
    respectRetryAfter: true,
    maximumRetryAfterMs: HOUR,
    retryOn: ['3xx', '4xx', '5xx', 'timeout', 'network', 'tls'],
    neverRetry: ['410'],
  };

  test.each<[layers: (RetryPolicyInput | null | undefined)[], expected: object]>([
    [[], {}],
    [[null, undefined], {}],
    [[{}], {}],
    [[{ jitter: 0 }], { jitter: 0 }],
    [[{ jitter: 0.1, maximum_attempts: 3 }, { jitter: 0.3 }], { jitter: 0.3, maximumAttempts: 3 }],
    [
      [{ timeout: { connect: '1s' } }, { timeout: { request: '2s' } }],
      { connectTimeoutMs: 1_000, requestTimeoutMs: 2_000 },
    ],
    [[{ retry_on: ['429'] }, { retry_on: ['5xx'] }], { retryOn: ['5xx'] }],
    [[{ retry_on: ['429'] }, { never_retry: [] }], { retryOn: ['429'], neverRetry: [] }],
    [[{ respect_retry_after: false }, {}], { respectRetryAfter: false }],
    // The later word stands where two layers contradict each other.
    [
      [{ maximum_interval: '10s' }, { initial_interval: '30s' }],
      { initialIntervalMs: 30_000, maximumIntervalMs: 30_000 },
    ],
    [
      [{ initial_interval: '30s' }, { maximum_interval: '10s' }],
      { initialIntervalMs: 10_000, maximumIntervalMs: 10_000 },
    ],
    [[{ schedule: ['5s'] }, { maximum_attempts: 3 }], { maximumAttempts: 3 }],
  ])('of %j', (layers, expected) => {
    expect(resolveRetryPolicy(...layers)).toEqual({ ...defaults, ...expected });
  });

  test('a schedule takes the place of the exponential fields below it', () => {
    const { initialIntervalMs, backoffCoefficient, maximumIntervalMs, ...common } = defaults;
    expect(resolveRetryPolicy({ maximum_attempts: 3, jitter: 0 }, { schedule: ['5s', '5m'] })).toEqual({
      ...common,
      kind: 'schedule',
      delaysMs: [5_000, 300_000],
      maximumAttempts: 3,
      jitter: 0,
    });
    expect(resolveRetryPolicy({ schedule: ['5s'] }, { jitter: 0 })).toMatchObject({ kind: 'schedule', jitter: 0 });
  });

  test('does not hand out its defaults to be changed', () => {
    expect(() => resolveRetryPolicy(null, undefined).retryOn.push('nonsense')).toThrow(TypeError);
    expect(() => Object.assign(resolveRetryPolicy(), { maximumAttempts: 1 })).toThrow(TypeError);
    expect(resolveRetryPolicy()).toEqual(defaults);
  });

  test('any layers that are good by themselves make a good policy', () => {
    const interval = fc.constantFrom('1s', '5s', '10m', '1h');
    const layer = fc.oneof(
      fc
        .record(
          { initial_interval: interval, maximum_interval: interval, maximum_attempts: fc.integer({ min: 1, max: 30 }) },
          { requiredKeys: [] },
        )
        .filter(accepts),
      fc.record({ schedule: fc.array(interval, { minLength: 1, maxLength: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 4 }), (layers) => {
        const policy = resolveRetryPolicy(...layers);
        if (policy.kind === 'exponential')
          expect(policy.initialIntervalMs).toBeLessThanOrEqual(policy.maximumIntervalMs);
        else expect(policy.maximumAttempts).toBe(policy.delaysMs.length + 1);
      }),
    );
  });
});

test('Temporal gets what it has fields for', () => {
  expect(toTemporalRetry(resolveRetryPolicy())).toEqual({
    initialInterval: 5 * SECOND,
    backoffCoefficient: 4,
    maximumInterval: 12 * HOUR,
    maximumAttempts: 10,
  });
  expect(toTemporalRetry(resolveRetryPolicy({ schedule: ['5s', '5m', '1m'] }))).toEqual({
    initialInterval: 5 * SECOND,
    backoffCoefficient: 1,
    maximumInterval: 300 * SECOND,
    maximumAttempts: 4,
  });
});

describe('nextDelay', () => {
  const without = resolveRetryPolicy({ jitter: 0 });
  const middle = () => 0.5;

  test('follows the declared ladder to the top', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 30].map((attemptsInRound) =>
      nextDelay({ policy: without, attemptsInRound, random: middle }),
    );
    const seconds = [5, 20, 80, 320, 1_280, 5_120, 20_480, 43_200, 43_200, 43_200];
    expect(delays).toEqual(seconds.map((second) => second * SECOND));
  });

  test('follows a schedule, and stays at its last delay', () => {
    const policy = resolveRetryPolicy({ schedule: ['5s', '5m'], jitter: 0 });
    const delays = [1, 2, 3].map((attemptsInRound) => nextDelay({ policy, attemptsInRound, random: middle }));
    expect(delays).toEqual([5_000, 300_000, 300_000]);
  });

  test('spreads by the jitter, both ways, in whole milliseconds', () => {
    const policy = resolveRetryPolicy({ jitter: 0.2 });
    const at = (random: number) => nextDelay({ policy, attemptsInRound: 1, random: () => random });
    expect([at(0), at(0.5), at(1 - Number.EPSILON)]).toEqual([4_000, 5_000, 6_000]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        expect(Number.isInteger(at(random))).toBe(true);
      }),
    );
  });

  test.each<[name: string, policy: RetryPolicyInput, retryAfterMs: number | undefined, expected: number]>([
    ['is raised to Retry-After', {}, 60 * SECOND, 60 * SECOND],
    ['is not lowered to it', {}, 1 * SECOND, 5 * SECOND],
    ['counts no more of it than maximum_retry_after', {}, 5 * HOUR, HOUR],
    [
      'keeps its own length where that is above maximum_retry_after',
      { maximum_retry_after: '1s' },
      5 * HOUR,
      5 * SECOND,
    ],
    ['does not ask it where the policy says so', { respect_retry_after: false }, 60 * SECOND, 5 * SECOND],
    ['is its own without it', {}, undefined, 5 * SECOND],
  ])('%s', (_name, policy, retryAfterMs, expected) => {
    const state = { policy: resolveRetryPolicy({ jitter: 0, ...policy }), attemptsInRound: 1, random: middle };
    expect(nextDelay({ ...state, retryAfterMs })).toBe(expected);
  });

  test('is never below Retry-After by jitter', () => {
    const policy = resolveRetryPolicy({ jitter: 0.5 });
    expect(nextDelay({ policy, attemptsInRound: 1, retryAfterMs: 5_000, random: () => 0 })).toBe(5_000);
  });
});

describe('decideNext', () => {
  const policy = resolveRetryPolicy({ jitter: 0, maximum_attempts: 3, maximum_elapsed: '1m' });
  const state = { policy, random: () => 0.5, roundStartedAt: 1_000_000 };

  test.each([
    [1, 0, { retry: true, delayMs: 5_000, at: 1_005_000 }],
    [2, 40_000, { retry: true, delayMs: 20_000, at: 1_060_000 }],
    [2, 40_001, { retry: false, reason: 'maximum_elapsed' }],
    [3, 0, { retry: false, reason: 'maximum_attempts' }],
    [4, 0, { retry: false, reason: 'maximum_attempts' }],
  ])('after attempt %d, %d ms into the round', (attemptsInRound, elapsed, expected) => {
    expect(decideNext({ ...state, attemptsInRound, now: state.roundStartedAt + elapsed })).toEqual(expected);
  });

  test('a Retry-After beyond the end of the round ends it', () => {
    const decision = decideNext({ ...state, attemptsInRound: 1, retryAfterMs: 61_000, now: state.roundStartedAt });
    expect(decision).toEqual({ retry: false, reason: 'maximum_elapsed' });
  });
});

function pathsOf(policy: unknown): string[] {
  const parsed = retryPolicySchema.safeParse(policy);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
}

/** As much of JSON Schema as the published one uses. */
interface Schema {
  type?: string;
  default?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  items?: Schema;
  additionalProperties?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
  anyOf?: Schema[];
  not?: Schema;
  if?: Schema;
  then?: Schema;
}

function validate(schema: Schema, value: unknown): boolean {
  const members = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  const { properties = {} } = schema;
  return [
    schema.type === undefined || schema.type === type || (schema.type === 'integer' && Number.isInteger(value)),
    typeof value !== 'string' || schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value),
    typeof value !== 'number' || (value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity)),
    !Array.isArray(value) ||
      (value.length >= (schema.minItems ?? 0) &&
        value.length <= (schema.maxItems ?? Infinity) &&
        (!schema.uniqueItems || new Set(value).size === value.length) &&
        value.every((item) => !schema.items || validate(schema.items, item))),
    members.every(([name, member]) =>
      properties[name] ? validate(properties[name], member) : schema.additionalProperties !== false,
    ),
    (schema.required ?? []).every((name) => members.some(([member]) => member === name)),
    (schema.allOf ?? []).every((each) => validate(each, value)),
    !schema.anyOf || schema.anyOf.some((each) => validate(each, value)),
    !schema.not || !validate(schema.not, value),
    !schema.if || !schema.then || !validate(schema.if, value) || validate(schema.then, value),
  ].every(Boolean);
}
