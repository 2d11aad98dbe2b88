import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, deliverOne, deliveryWith } from './harness/scenario.ts';
import { startServiceProcess } from './harness/service-process.ts';
import { until } from './harness/until.ts';

let database: TestDatabase;
let receiver: Receiver;
let tested: Receiver;
beforeAll(async () => {
  database = await migratedDatabase();
  receiver = await startReceiver();
  tested = await startReceiver();
});
afterAll(async () => {
  await killAllStarted();
  await receiver.close();
  await tested.close();
  await database.drop();
});

test('a process dies with a redelivery and a test-send on their way: the one is made again, the other shows it', async () => {
  const first = await startServiceProcess(database.url);
  const { delivery } = await deliverOne(first.api, receiver.url);
  await deliveryWith(first.api, delivery.id, 'succeeded', 60_000);
  // Never answered: the process dies with the request on its way.
  receiver.answer(() => {});
  expect((await first.api.post(`/v1/deliveries/${delivery.id}/redeliver`)).status).toBe(202);
  await receiver.arrived(2, 60_000);
  tested.answer(() => {});
  const endpoint = await createEndpoint(first.api, tested.url);
  const test = first.api.post(`/v1/webhooks/${endpoint.id}/test`).catch(() => 'no answer');
  const [ping] = await tested.arrived(1, 60_000);
  await first.kill();
  expect(await test).toBe('no answer');

  receiver.answer(200);
  const second = await startServiceProcess(database.url);
  await receiver.arrived(3, 120_000);
  const attempts = await until(
    async () => {
      const { body } = await second.api.get(`/v1/deliveries/${delivery.id}`);
      return body.attempts[2]?.outcome && body.attempts;
    },
    'the outcome of the repeated redelivery',
    60_000,
  );
  expect(attempts.map(({ number, outcome }: { number: number; outcome: string }) => [number, outcome])).toEqual([
    [1, 'success'],
    [2, 'interrupted'],
    [3, 'success'],
  ]);
  const { body: cutOff } = await second.api.get(`/v1/deliveries/${ping?.headers['webhook-id']}`);
  expect(cutOff).toMatchObject({
    status: 'discarded',
    reason: 'test_interrupted',
    attempts: [{ number: 1, outcome: 'interrupted' }],
  });
  expect(tested.received).toHaveLength(1);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
}, 300_000);
