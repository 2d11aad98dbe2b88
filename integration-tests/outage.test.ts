import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type OwnServers, startOwnServers } from './harness/own-servers.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliveryOf, deliveryWith, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* PostgreSQL and Temporal really go away and come back: nothing accepted may be lost, and nobody may be told otherwise. */

let servers: OwnServers;
let service: TestService;
let receiver: Receiver;
let type: string;

beforeAll(async () => {
  servers = await startOwnServers();
  service = await startTestService({
    databaseUrl: servers.databaseUrl(),
    temporal: { connection: { address: servers.temporalAddress }, namespace: 'default', uiUrl: undefined },
    // What could not be accepted is not counted: no test here meets the limit.
    eventsPerSecond: 10,
  });
}, 60_000);
beforeEach(async () => {
  await Promise.all([servers.postgres.start(), servers.temporal.start()]);
  await until(async () => (await service.api.raw('/readyz', {})).status === 200, 'the service to be ready', 30_000);
  receiver = await startReceiver();
  const endpoint = await createEndpoint(service.api, receiver.url, {
    retry_policy: { initial_interval: '1s', maximum_interval: '1s', jitter: 0 },
  });
  type = (await createRule(service.api, [endpoint.id])).event_types[0];
}, 60_000);
afterEach(() => receiver.close());
afterAll(async () => {
  await service?.close();
  await servers?.close();
}, 60_000);

const send = (id: string) => service.api.post('/v1/events', { id, type, data: {} });

test('PostgreSQL away: 503 with Retry-After, not ready; what was accepted before is delivered after', async () => {
  const accepted = await sendEvent(service.api, type);
  await servers.postgres.stop();
  const refused = await send(unique('evt'));
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  for (const path of ['/v1/webhooks', '/v1/events', '/v1/deliveries']) {
    expect((await service.api.get(path)).status).toBe(503);
  }
  expect(await service.api.raw('/readyz', {})).toMatchObject({
    status: 503,
    body: { postgresql: 'away', temporal: 'ok' },
  });
  expect((await service.api.raw('/healthz', {})).status).toBe(200);
  // What stands in PostgreSQL is absent then, and not as it was.
  const { status, body: page } = await service.api.raw('/metrics', {});
  expect({ status, absent: !/^exosphere_dead_letters_waiting /m.test(page) }).toEqual({ status: 200, absent: true });
  expect(page).toMatch(/^exosphere_postgresql_up 0$/m);
  expect(page).toMatch(/^exosphere_scrape_errors_total\{source="postgresql"\} [1-9]/m);
  await servers.postgres.start();
  const delivery = await deliveryOf(service.api, accepted);
  await deliveryWith(service.api, delivery.id, 'succeeded', 40_000);
}, 90_000);

test('PostgreSQL away between acceptance and record: the event waits in Temporal and is delivered once', async () => {
  await servers.postgres.stop();
  const id = unique('evt');
  // Past the door, which would refuse: as an event that was accepted the moment before.
  const running = service.temporal.workflow.execute('eventWorkflow', {
    taskQueue: 'exosphere-alerts',
    workflowId: unique('by-temporal'),
    args: [{ namespace: 'default', events: [{ specversion: '1.0', id, source: 'sdk', type, data: {} }] }],
  });
  const handle = service.temporal.workflow;
  await until(
    async () => {
      for await (const { workflowId } of handle.list({
        query: "ExecutionStatus = 'Running' AND WorkflowType = 'eventWorkflow'",
      })) {
        const { raw } = await handle.getHandle(workflowId).describe();
        if ((raw.pendingActivities?.[0]?.attempt ?? 0) > 1) return true;
      }
      return false;
    },
    'the recording to be retried',
    30_000,
  );
  await servers.postgres.start();
  expect(await running).toMatchObject({ recorded: 1, deliveries: 1 });
  await receiver.arrived(1, 30_000);
  const delivery = await deliveryOf(service.api, id);
  expect(await deliveryWith(service.api, delivery.id, 'succeeded')).toMatchObject({ attempt_count: 1 });
  expect(receiver.received).toHaveLength(1);
}, 90_000);

test('PostgreSQL away while a receiver answers: the outcome is recorded after, and nothing is sent twice', async () => {
  const answers: (() => void)[] = [];
  receiver.answer((response) => void answers.push(() => response.writeHead(200).end()));
  const id = await sendEvent(service.api, type);
  await receiver.arrived(1);
  await servers.postgres.stop();
  for (const answer of answers) answer();
  await servers.postgres.start();
  const delivery = await deliveryOf(service.api, id);
  expect(await deliveryWith(service.api, delivery.id, 'succeeded', 40_000)).toMatchObject({ attempt_count: 1 });
  expect(receiver.received).toHaveLength(1);
}, 90_000);

test('Temporal away: 503 with Retry-After, and the same event is accepted after', async () => {
  await servers.temporal.stop();
  const events = Array.from({ length: 500 }, () => ({ id: unique('evt'), type: 'custom.nobody', data: {} }));
  const batch = await service.api.post('/v1/events/batch', { events });
  expect(batch.status).toBe(503);
  const id = unique('evt');
  const refused = await send(id);
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect(await service.api.raw('/readyz', {})).toMatchObject({
    status: 503,
    body: { postgresql: 'ok', temporal: 'away' },
  });
  expect((await service.api.get('/v1/webhooks')).status).toBe(200);
  await servers.temporal.start();
  await until(async () => (await send(id)).status === 202, 'the event to be accepted', 30_000);
  const delivery = await deliveryOf(service.api, id);
  await deliveryWith(service.api, delivery.id, 'succeeded', 40_000);
  expect(receiver.received).toHaveLength(1);
}, 90_000);

test('Temporal restarts while deliveries wait: they go on', async () => {
  receiver.answer(500);
  const id = await sendEvent(service.api, type);
  await receiver.arrived(1);
  await servers.temporal.stop();
  receiver.answer(200);
  await servers.temporal.start();
  const delivery = await deliveryOf(service.api, id);
  await deliveryWith(service.api, delivery.id, 'succeeded', 60_000);
}, 120_000);
