import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { expectGaps, type Ladder, startLadder } from './harness/ladder.ts';
import { deliverOne, deliveryWith } from './harness/scenario.ts';
import { until } from './harness/until.ts';

/* Long ladders, over days: the gaps observed are those declared. */

let ladder: Ladder;
beforeEach(async () => {
  ladder = await startLadder();
}, 180_000);
afterEach(() => ladder.close(), 60_000);

test('the default policy: ten attempts over days, each gap as declared', async () => {
  const { service, receiver, gapsOf } = ladder;
  const { delivery } = await deliverOne(service.api, receiver.url, { endpoint: { retry_policy: { jitter: 0 } } });
  expectGaps(await gapsOf(delivery.id), [5, 20, 80, 320, 1_280, 5_120, 20_480, 43_200, 43_200]);
  expect(receiver.received).toHaveLength(10);
  expect(await deliveryWith(service.api, delivery.id, 'dead_lettered')).toMatchObject({ reason: 'maximum_attempts' });
}, 240_000);

test('a schedule, overridden by the rule, and ended by maximum_elapsed', async () => {
  const { service, receiver, gapsOf } = ladder;
  const { delivery } = await deliverOne(service.api, receiver.url, {
    endpoint: { retry_policy: { maximum_attempts: 2 } },
    rule: { retry_policy: { schedule: ['1m', '1h', '6h', '12h'], maximum_elapsed: '8h', jitter: 0 } },
  });
  expectGaps(await gapsOf(delivery.id), [60, 3_600, 21_600]);
  expect(await deliveryWith(service.api, delivery.id, 'dead_lettered')).toMatchObject({ reason: 'maximum_elapsed' });
}, 240_000);

test('jitter stays within its bounds, and is not the same twice', async () => {
  const { service, receiver, gapsOf } = ladder;
  const schedule = Array.from({ length: 12 }, () => '10m');
  const { delivery } = await deliverOne(service.api, receiver.url, {
    endpoint: { retry_policy: { schedule, jitter: 0.5 } },
  });
  const gaps = await gapsOf(delivery.id);
  expect(gaps).toHaveLength(12);
  for (const gap of gaps) {
    expect(gap).toBeGreaterThanOrEqual(300_000);
    expect(gap).toBeLessThanOrEqual(910_000);
  }
  expect(new Set(gaps.map((gap) => Math.round(gap / 1_000))).size).toBeGreaterThan(3);
}, 240_000);

test('an edit changes nothing of the round under way, and all of the next', async () => {
  const { service, receiver, gapsOf } = ladder;
  const { delivery, endpoint } = await deliverOne(service.api, receiver.url, {
    endpoint: { retry_policy: { schedule: ['10m', '20m'], jitter: 0 } },
  });
  const edit = () =>
    service.api.patch(`/v1/webhooks/${endpoint.id}`, { retry_policy: { schedule: ['2h'], maximum_elapsed: '1d' } });
  expectGaps(await gapsOf(delivery.id, edit), [600, 1_200]);
  await deliveryWith(service.api, delivery.id, 'dead_lettered');
  expect((await service.api.post(`/v1/dead-letters/${delivery.id}/retry`, {})).status).toBe(202);
  const { attempts, next_attempt_at } = await until(
    async () => {
      const { body } = await service.api.get(`/v1/deliveries/${delivery.id}`);
      return body.attempts.length === 4 && body.next_attempt_at !== null && body;
    },
    'the first attempt of the next round to fail',
    60_000,
  );
  const waitMs = Date.parse(next_attempt_at) - Date.parse(attempts.at(-1).started_at);
  expectGaps([waitMs], [7_200]);
}, 240_000);
