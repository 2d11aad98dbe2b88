import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { killAllStarted } from './harness/npm-start.ts';
import { type OwnServers, startOwnServers } from './harness/own-servers.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliveryOf, deliveryWith, sendEvent } from './harness/scenario.ts';
import { startServiceProcess } from './harness/service-process.ts';

/* A stop does not wait for servers that are away: what it could not record is found by whoever comes next. */

let servers: OwnServers;
let receiver: Receiver;

beforeAll(async () => {
  servers = await startOwnServers();
  receiver = await startReceiver();
}, 120_000);
afterAll(async () => {
  await killAllStarted();
  await receiver?.close();
  await servers?.close();
}, 60_000);

const start = () =>
  startServiceProcess(servers.databaseUrl(), {
    TEMPORAL_ADDRESS: servers.temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
  });

test('PostgreSQL and Temporal away, and a request under way: it ends before it would be killed, and nothing is lost', async () => {
  receiver.answer(() => {});
  const service = await start();
  const retry_policy = { maximum_attempts: 2, timeout: { request: '30s' } };
  const endpoint = await createEndpoint(service.api, receiver.url, { retry_policy });
  const type = (await createRule(service.api, [endpoint.id])).event_types[0];
  const id = await sendEvent(service.api, type);
  await receiver.arrived(1);
  await servers.postgres.kill();
  await servers.temporal.kill();
  const began = performance.now();
  service.signal('SIGTERM');
  // Not killed (null): it has ended by itself, if not well.
  expect(await service.exited).not.toBeNull();
  // By itself it would try to record the outcome for a minute.
  expect(performance.now() - began).toBeLessThan(45_000);

  receiver.answer(200);
  await Promise.all([servers.postgres.start(), servers.temporal.start()]);
  const next = await start();
  const { id: deliveryId } = await deliveryOf(next.api, id);
  const { attempts } = await deliveryWith(next.api, deliveryId, 'succeeded', 90_000);
  expect(attempts).toMatchObject([{ outcome: 'interrupted' }, { outcome: 'success' }]);
  expect(receiver.received).toHaveLength(2);
}, 240_000);
