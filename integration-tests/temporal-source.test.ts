import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { alertsOf, firing, LONG, messagesOf, told } from './harness/alerts.ts';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { type ServiceProcess, startServiceProcess, type Workflows, watchWorkflows } from './harness/service-process.ts';
import { until } from './harness/until.ts';
import { DESERTED, type TheirNamespace, theirNamespace } from './harness/watched/namespace.ts';
import { killedInTheMiddle } from './harness/watched/scenario.ts';
import { eventsAbout, looked, watch } from './harness/watched/source.ts';

/*
 * A Temporal namespace of somebody else's, with no change to its code, and our own, are watched. `npm run test:faults` has
 * the same with 2,000 workflows.
 */

const RUNS = 300;

let database: TestDatabase;
let service: ServiceProcess;
let ours: Workflows;
let theirs: TheirNamespace;
let receiver: Receiver;
let sourceId: string;

beforeAll(async () => {
  database = await migratedDatabase();
  [service, ours, theirs] = await Promise.all([
    startServiceProcess(database.url),
    watchWorkflows(),
    theirNamespace('shop'),
  ]);
  receiver = await startReceiver();
  sourceId = (await watch(service.api, { address: theirs.address, namespace: theirs.name })).id;
}, 120_000);
afterAll(async () => {
  await killAllStarted();
  await theirs?.close();
  await ours?.close();
  await receiver?.close();
  await database?.drop();
}, 60_000);

const start = (type: string, workflowId: string, fields: object = {}) =>
  theirs.client.workflow.start(type, { taskQueue: theirs.taskQueue, workflowId, args: [workflowId], ...fields });
const eventOf = (workflowId: string, type: string) =>
  until(
    async () =>
      [...(await eventsAbout(database.url, theirs.name)).values()].find(
        (event) => event.data.workflow_id === workflowId && event.type === type,
      ),
    `${type} of ${workflowId}`,
    LONG,
  );

test('a rule on a workflow type that fails three times in a row pages once, in two calls', async () => {
  const endpoint = await createEndpoint(service.api, receiver.url);
  const rule = await createRule(service.api, [endpoint.id], {
    event_type: 'workflow.failed',
    condition: "event.data.graph_name == 'refundOrder'",
    trigger: { kind: 'consecutive', threshold: 3, reset_on: 'workflow.succeeded', per: ['data.graph_name'] },
  });
  for (const number of [1, 2]) await start('refundOrder', `refund-${number}`);
  await eventOf('refund-2', 'workflow.failed');
  expect(await alertsOf(service.api, rule.id)).toEqual([]);
  await start('refundOrder', 'refund-3');
  const [message] = await told(receiver, rule.id, 'firing');
  await start('refundOrder', 'refund-4');
  expect(message.data.alert.value).toBe(3);
  expect(message.data.event.data).toMatchObject({
    workflow_type: 'refundOrder',
    error: { type: 'NotPaid', message: 'refund-3 was never paid' },
  });
  await eventOf('refund-4', 'workflow.failed');
  await start('chargeOrder', 'charged');
  const { data } = await eventOf('charged', 'workflow.failed');
  expect(data.error).toEqual({
    type: 'CardDeclined',
    message: 'the card of charged was declined',
    node_name: 'charge',
  });
  expect(data.links.temporal).toContain(`/namespaces/${theirs.name}/workflows/charged/${data.run_id}/history`);
  expect(messagesOf(receiver, rule.id)).toHaveLength(1);
}, 180_000);

test('a try that its own retry policy follows up is no failure; the last one is', async () => {
  await start('flakyOrder', 'flaky', { retry: { maximumAttempts: 2, initialInterval: '1s' } });
  const failed = await eventOf('flaky', 'workflow.failed');
  const { data } = await eventOf('flaky', 'state.retry_scheduled');
  expect(data).toMatchObject({ status: 'failed', next_run_id: failed.data.run_id, error: { type: 'BadLuck' } });
}, 180_000);

test('every end is one event, although the process that watches is killed in the middle; one that stays open pages', async () => {
  const rule = await createRule(service.api, [(await createEndpoint(service.api, receiver.url)).id], {
    condition: "event.data.workflow_id == 'parcel'",
    trigger: { kind: 'duration', longer_than: '50s', ended: ['workflow.cancelled', 'workflow.timed_out'] },
    event_type: undefined,
  });
  const parcel = await start('waitForParcel', 'parcel', { taskQueue: DESERTED });
  service = await killedInTheMiddle(theirs, database.url, service, RUNS);
  const { data } = await eventOf('parcel', 'workflow.started');
  expect(data).toMatchObject({ status: 'running', workflow_id: 'parcel' });
  await firing(service.api, rule.id);
  await parcel.terminate('found it');
  expect((await eventOf('parcel', 'workflow.cancelled')).data).toMatchObject({
    status: 'terminated',
    error: { message: expect.stringContaining('found it') },
  });
  await firing(service.api, rule.id, 0);
}, 300_000);

test("its own work is nobody's news, whichever namespace is watched; a query says what is", async () => {
  const { temporalAddress: address, temporalNamespace: namespace } = testServers();
  const query = "WorkflowType = 'billOrder' OR WorkflowType = 'eventWorkflow'";
  const source = await watch(service.api, { address, namespace, query });
  const foreign = (type: string) =>
    ours.client.workflow.start(type, { taskQueue: DESERTED, workflowId: type, workflowRunTimeout: '1s' });
  await Promise.all([foreign('packOrder'), foreign('billOrder')]);
  const events = await until(async () => {
    const found = await eventsAbout(database.url, namespace);
    return found.size > 0 && found;
  }, 'the foreign workflow to be told');
  // By now workflows of the service's own have ended for it, and were looked at.
  await looked(service.api, source.id);
  await looked(service.api, source.id);
  expect(await eventsAbout(database.url, namespace)).toEqual(events);
  expect([...events.values()].map(({ data }) => data.workflow_type)).toEqual(['billOrder']);
  expect((await ours.client.workflow.count("WorkflowType = 'eventWorkflow'")).count).toBeGreaterThan(0);
}, 180_000);

test('in Temporal it says what it watches, and ends with its source', async () => {
  const handle = ours.client.workflow.getHandle(`temporal-source/${sourceId}`);
  expect(await (await handle.describe()).staticSummary()).toBe(`Watches shop at ${theirs.address}: source-1`);
  expect((await service.api.delete(`/v1/sources/temporal/${sourceId}`)).status).toBe(204);
  await until(async () => (await handle.describe()).status.name !== 'RUNNING', 'the watching to end');
  const before = (await eventsAbout(database.url, theirs.name)).size;
  await (await start('shipOrder', 'late')).result();
  // One that is still watched has been looked at since: nobody looks at this one.
  const again = await watch(service.api, {
    address: theirs.address,
    namespace: theirs.name,
    query: "WorkflowId = 'x'",
  });
  await looked(service.api, again.id);
  expect((await eventsAbout(database.url, theirs.name)).size).toBe(before);
}, 180_000);
