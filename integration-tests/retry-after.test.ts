import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { expectGaps, type Ladder, startLadder } from './harness/ladder.ts';
import type { Answer } from './harness/receiver.ts';
import { deliverOne, deliveryWith } from './harness/scenario.ts';

/* What a receiver asks for, and what it says for good, in the course of a long round. */

let ladder: Ladder;
beforeEach(async () => {
  ladder = await startLadder();
}, 120_000);
afterEach(() => ladder.close(), 60_000);

const asking = (status: number, retryAfter: string | (() => string)): Answer => {
  const value = () => (typeof retryAfter === 'string' ? retryAfter : retryAfter());
  return (response) => response.writeHead(status, { 'retry-after': value() }).end();
};

test('Retry-After in seconds or as a date raises a gap, up to its bound, and never lowers one', async () => {
  const { service, receiver, now, gapsOf } = ladder;
  const inMs = (ms: number) => () => new Date(now() + ms).toUTCString();
  receiver.answer(
    asking(429, '600'),
    asking(503, inMs(900_000)),
    asking(503, '7200'),
    asking(429, inMs(86_400_000)),
    asking(429, '10'),
    asking(503, inMs(-60_000)),
    asking(429, 'soon'),
    asking(500, '600'),
    410,
  );
  const schedule = Array.from({ length: 12 }, () => '1m');
  const { delivery, endpoint } = await deliverOne(service.api, receiver.url, {
    endpoint: { retry_policy: { schedule, jitter: 0, maximum_retry_after: '30m' } },
  });
  expectGaps(await gapsOf(delivery.id), [600, 900, 1_800, 1_800, 60, 60, 60, 60]);
  const ended = await deliveryWith(service.api, delivery.id, 'dead_lettered');
  expect(ended).toMatchObject({ reason: 'http_410', attempt_count: 9 });
  expect((await service.api.get(`/v1/webhooks/${endpoint.id}`)).body).toMatchObject({ health: 'disabled' });
}, 240_000);

test('Retry-After is not asked where the rule says so; a final answer ends the round', async () => {
  const { service, receiver, gapsOf } = ladder;
  receiver.answer(asking(429, '3600'), asking(503, '3600'), 418);
  const { delivery } = await deliverOne(service.api, receiver.url, {
    endpoint: { retry_policy: { schedule: ['1m', '2m', '3m'], jitter: 0 } },
    rule: { retry_policy: { respect_retry_after: false, never_retry: ['4xx'], retry_on: ['5xx', '429'] } },
  });
  expectGaps(await gapsOf(delivery.id), [60, 120]);
  const ended = await deliveryWith(service.api, delivery.id, 'dead_lettered');
  expect(ended).toMatchObject({ reason: 'http_418', attempt_count: 3 });
}, 240_000);

test('a Retry-After beyond maximum_elapsed ends the round at once', async () => {
  const { service, receiver, gapsOf } = ladder;
  receiver.answer(500, asking(503, '3600'));
  const { delivery } = await deliverOne(service.api, receiver.url, {
    endpoint: { retry_policy: { initial_interval: '1m', maximum_elapsed: '30m', jitter: 0 } },
  });
  expectGaps(await gapsOf(delivery.id), [60]);
  const ended = await deliveryWith(service.api, delivery.id, 'dead_lettered');
  expect(ended).toMatchObject({ reason: 'maximum_elapsed', attempt_count: 2 });
}, 240_000);
