import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { eventDigest } from '../src/domain/event-digest.ts';
import { taskQueue } from '../workflows/contract.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { deliveryWith, recordedEvent, unique, watchedType } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';

const SOURCE = '/namespaces/default';

const servers = testServers();

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
});
afterAll(async () => {
  await service.close();
  await receiver.close();
});

const send = (body: unknown, headers?: Record<string, string>) => service.api.post('/v1/events', body, headers);
const recorded = (id: string, query?: string) => recordedEvent(service.api, id, query);
/* Events that enter by Temporal alone, past the REST door, and what operators do to their workflows. */

test('a valid event is delivered, an invalid one becomes a rejected record', async () => {
  const type = await watchedType(service.api, receiver.url);
  const id = unique('evt');
  const result = await service.temporal.workflow.execute('eventWorkflow', {
    taskQueue,
    workflowId: unique('by-temporal'),
    args: [
      {
        namespace: 'default',
        events: [{ specversion: '1.0', id, source: 'sdk', type, data: {} }, { type: 'nonsense' }, 'text', { a: '\0' }],
      },
    ],
  });
  expect(result).toEqual({ recorded: 1, duplicates: 0, rejected: 3, deliveries: 1 });
  const event = await recorded(id, '?source=sdk');
  expect(event.accepted_by).toBe('temporal');
  await deliveryWith(service.api, event.deliveries[0].id, 'succeeded');
  const { body } = await service.api.get('/v1/events?limit=200');
  const rejected = body.items.filter(({ status }: { status: string }) => status === 'rejected');
  expect(rejected).toHaveLength(3);
  for (const { reason } of rejected) expect(reason).toBeTruthy();
});

test('what PostgreSQL refuses is set aside with its reason and takes no companion with it', async () => {
  const type = await watchedType(service.api, receiver.url);
  const ids = Array.from({ length: 5 }, () => unique('evt'));
  // A constraint of the test's own stands for whatever the next surprise is.
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  const refused = `status = 'rejected' or event_id <> '${ids[3]}'`;
  await client.query(`alter table events add constraint surprise check (${refused})`);
  try {
    const events = ids.map((id) => ({ specversion: '1.0', id, source: 'sdk', type, data: {} }));
    const result = await service.temporal.workflow.execute('eventWorkflow', {
      taskQueue,
      workflowId: unique('by-temporal'),
      args: [{ namespace: 'default', events }],
    });
    expect(result).toEqual({ recorded: 4, duplicates: 0, rejected: 1, deliveries: 4 });
    const poison = await recorded(ids[3] as string, '?source=sdk');
    expect(poison).toMatchObject({ status: 'rejected', reason: expect.stringContaining('surprise'), deliveries: [] });
  } finally {
    await client.query('alter table events drop constraint surprise');
    await client.end();
  }
});

test('an id cut in the middle of a character, and twins in one list, hold up nobody', async () => {
  const type = await watchedType(service.api, receiver.url);
  const id = unique('evt');
  const good = { specversion: '1.0', id, source: 'sdk', type, data: {} };
  const result = await service.temporal.workflow.execute('eventWorkflow', {
    taskQueue,
    workflowId: unique('by-temporal'),
    args: [{ namespace: 'default', events: [{ id: `${'a'.repeat(199)}😀` }, good, good] }],
  });
  expect(result).toEqual({ recorded: 1, duplicates: 1, rejected: 1, deliveries: 1 });
});

test("a cancelled event's deliveries go on: accepted is accepted", async () => {
  const type = await watchedType(service.api, receiver.url);
  const id = unique('evt');
  const before = receiver.received.length;
  const handle = await service.temporal.workflow.start('eventWorkflow', {
    taskQueue,
    workflowId: unique('by-temporal'),
    args: [{ namespace: 'default', events: [{ specversion: '1.0', id, source: 'sdk', type, data: {} }] }],
  });
  await handle.cancel();
  expect(await handle.result()).toMatchObject({ recorded: 1, deliveries: 1 });
  await receiver.arrived(before + 1);
  const { deliveries } = await recorded(id, '?source=sdk');
  await deliveryWith(service.api, deliveries[0].id, 'succeeded');
});

test('many long types are cut to what a search attribute holds', async () => {
  const events = Array.from({ length: 30 }, (_, index) => ({
    specversion: '1.0',
    id: unique('evt'),
    source: 'sdk',
    type: `custom.${'x'.repeat(185)}${index}`,
    data: {},
  }));
  const result = await service.temporal.workflow.execute('eventWorkflow', {
    taskQueue,
    workflowId: unique('by-temporal'),
    args: [{ namespace: 'default', events }],
  });
  expect(result).toMatchObject({ recorded: 30 });
});

test.each([
  ['no events', [{ namespace: 'default' }]],
  ['no namespace', [{ events: [] }]],
  ['null', [null]],
  ['nothing', []],
])('an input with %s fails the workflow, not its tasks', async (_, args) => {
  const start = service.temporal.workflow.execute('eventWorkflow', {
    taskQueue,
    workflowId: unique('by-temporal'),
    args: args as unknown[],
  });
  await expect(start).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
});

test('a namespace that cannot be fails the workflow with what is expected', async () => {
  const start = service.temporal.workflow.execute('eventWorkflow', {
    taskQueue,
    workflowId: unique('by-temporal'),
    args: [{ namespace: 'NOT VALID', events: [] }],
  });
  await expect(start).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
});

test("a reset of an event's workflow starts the deliveries that had not begun, and no other", async () => {
  const type = await watchedType(service.api, receiver.url);
  const [begun, lost] = [unique('evt'), unique('evt')];
  const before = receiver.received.length;
  for (const id of [begun, lost]) await send({ id, type, data: {} });
  await receiver.arrived(before + 2);
  const { deliveries } = await recorded(lost);
  await deliveryWith(service.api, deliveries[0].id, 'succeeded');
  await deliveryWith(service.api, (await recorded(begun)).deliveries[0].id, 'succeeded');
  // As if the workflow had been terminated between the record and the start of its child.
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query("update deliveries set status = 'pending', attempts = 0 where id = $1", [deliveries[0].id]);
  await client.query('delete from delivery_attempts where delivery_id = $1', [deliveries[0].id]);
  await client.end();
  for (const id of [begun, lost]) {
    const workflowId = `event/default/${eventDigest(SOURCE, id)}`;
    const { runId } = await service.temporal.workflow.getHandle(workflowId).describe();
    await service.temporal.workflowService.resetWorkflowExecution({
      namespace: servers.temporalNamespace,
      workflowExecution: { workflowId, runId },
      // The end of the first workflow task: all of it is done again.
      // A Long, as protobuf has it, without its package.
      workflowTaskFinishEventId: { low: 4, high: 0, unsigned: false } as never,
      requestId: unique('reset'),
    });
    await service.temporal.workflow.getHandle(workflowId).result();
  }
  await receiver.arrived(before + 3);
  expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(deliveries[0].id);
  await deliveryWith(service.api, deliveries[0].id, 'succeeded');
  expect(receiver.received).toHaveLength(before + 3);
});
