import { expect, test } from '@jest/globals';
import { createBadKeyLimit } from './bad-key-limit.ts';
import { ApiError } from './problem.ts';

const badKey = new ApiError(401, 'invalid_api_key', 'This API key is not known.');
const noKey = new ApiError(401, 'missing_api_key', 'Send your API key.');

const withClock = (options: { burst?: number; perMinute?: number; addresses?: number } = {}) => {
  const clock = { ms: 0 };
  const limit = createBadKeyLimit({ now: () => clock.ms, burst: 3, perMinute: 6, ...options });
  const send = (address: string, error: Error = badKey) => {
    const { status, headers } = limit.refusal(address, error) as ApiError;
    return status === 429 ? `429 ${headers['retry-after']}` : String(status);
  };
  return { clock, limit, send };
};

test('a burst is told 401, and from then on as many as its rate has', () => {
  const { clock, send } = withClock();
  expect([1, 2, 3, 4, 5].map(() => send('192.0.2.1'))).toEqual(['401', '401', '401', '429 10', '429 10']);
  clock.ms += 9_000;
  expect(send('192.0.2.1')).toBe('429 1');
  clock.ms += 1_000;
  expect([1, 2].map(() => send('192.0.2.1'))).toEqual(['401', '429 10']);
  clock.ms += 3_600_000;
  expect([1, 2, 3, 4].map(() => send('192.0.2.1'))).toEqual(['401', '401', '401', '429 10']);
});

test('addresses count apart; of IPv6 the /64 counts, and IPv4 is the same written as IPv6', () => {
  const { send } = withClock({ burst: 1 });
  expect([send('192.0.2.1'), send('192.0.2.2'), send('::ffff:192.0.2.1')]).toEqual(['401', '401', '429 10']);
  const v6 = ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:0db8::1:0:0:0:3', '2001:db8:0:2::1', 'fe80::1%eth0'];
  expect(v6.map((address) => send(address))).toEqual(['401', '429 10', '429 10', '401', '401']);
  expect([send('::1'), send('::1')]).toEqual(['401', '429 10']);
});

test('a request without a key does not count, nor does another error', () => {
  const { limit, send } = withClock({ burst: 1 });
  const other = new Error('PostgreSQL is away');
  for (let n = 0; n < 10; n += 1) {
    expect(send('192.0.2.1', noKey)).toBe('401');
    expect(limit.refusal('192.0.2.1', other)).toBe(other);
  }
  expect(send('192.0.2.1')).toBe('401');
});

test('remembers so many addresses and no more; those that go on are not forgotten', () => {
  const { send } = withClock({ burst: 1, addresses: 100 });
  expect(send('192.0.2.1')).toBe('401');
  for (let n = 0; n < 1_000; n += 1) {
    send(`198.51.${n >> 8}.${n & 255}`);
    expect(send('192.0.2.1')).toMatch(/^429/);
  }
  // The first of them was forgotten long since.
  expect(send('198.51.0.0')).toBe('401');
});

test('a clock that is set back frees nobody and locks nobody up', () => {
  const { clock, send } = withClock({ burst: 1 });
  clock.ms = 1_000_000;
  expect(send('192.0.2.1')).toBe('401');
  clock.ms = 0;
  expect(send('192.0.2.1')).toBe('429 10');
  clock.ms = 10_000;
  expect(send('192.0.2.1')).toBe('401');
});
