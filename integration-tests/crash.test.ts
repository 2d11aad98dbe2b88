import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createDatabase, type TestDatabase } from './harness/database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, unique } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { type ServiceProcess, startServiceProcess } from './harness/service-process.ts';
import { until } from './harness/until.ts';

/* Service processes are really killed: nothing accepted may be lost, and nothing recorded may be sent again. */

let database: TestDatabase;
let service: ServiceProcess;
let receiver: Receiver;
let other: Receiver;

beforeAll(async () => {
  const { postgresUrl, templateDatabase } = testServers();
  database = await createDatabase(postgresUrl, { template: templateDatabase });
  service = await startServiceProcess(database.url);
}, 60_000);
beforeEach(async () => {
  receiver = await startReceiver();
  other = await startReceiver();
});
afterEach(async () => {
  await receiver.close();
  await other.close();
});
afterAll(async () => {
  await killAllStarted();
  await database?.drop();
}, 60_000);

const SOON = { schedule: ['1s', '1s', '1s'], jitter: 0 };

test('killed when first attempts have failed and no group holds them yet: all are tried again', async () => {
  receiver.answer(503);
  // The list waits for these a while before it hands over what has failed: that is when the process dies.
  other.answer(() => {});
  const refusing = await createEndpoint(service.api, receiver.url, { retry_policy: SOON });
  const slow = await createEndpoint(service.api, other.url, { retry_policy: SOON });
  const type = (await createRule(service.api, [refusing.id, slow.id])).event_types[0];
  const events = Array.from({ length: 5 }, () => ({ id: unique('event'), type, data: {} }));
  expect((await service.api.post('/v1/events/batch', { events })).status).toBe(202);
  await until(async () => (await statuses(refusing.id, 'retrying')).length === 5, 'the refusals to be recorded');
  await service.kill();
  receiver.answer(200);
  other.answer(200);
  service = await startServiceProcess(database.url);
  await until(async () => (await statuses(slow.id, 'succeeded')).length === 5, 'what was cut off', 30_000);
  await until(async () => (await statuses(refusing.id, 'succeeded')).length === 5, 'what was refused', 30_000);
}, 120_000);

/** The endpoint's deliveries that have this status. */
async function statuses(endpointId: string, status: string): Promise<unknown[]> {
  return (await service.api.get(`/v1/deliveries?endpoint_id=${endpointId}&status=${status}&limit=100`)).body.items;
}
