import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { countBy } from './harness/count-by.ts';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, sendBatch, sendEvent, unique } from './harness/scenario.ts';
import { type ServiceProcess, startServiceProcess, type Workflows, watchWorkflows } from './harness/service-process.ts';
import { until } from './harness/until.ts';

/* Service processes are really killed: nothing accepted may be lost, and nothing recorded may be sent again. */

let database: TestDatabase;
let workflows: Workflows;
let service: ServiceProcess;
let receiver: Receiver;
let other: Receiver;

beforeAll(async () => {
  database = await migratedDatabase();
  workflows = await watchWorkflows();
  service = await startServiceProcess(database.url);
}, 180_000);
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
  await workflows?.close();
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
  await sendBatch(service.api, type, 5);
  await until(async () => (await statuses(refusing.id, 'retrying')).length === 5, 'the refusals to be recorded');
  await service.kill();
  receiver.answer(200);
  other.answer(200);
  service = await startServiceProcess(database.url);
  await until(async () => (await statuses(slow.id, 'succeeded')).length === 5, 'what was cut off', 30_000);
  await until(async () => (await statuses(refusing.id, 'succeeded')).length === 5, 'what was refused', 30_000);
}, 120_000);

test('killed between sending and recording: what was recorded stays, what was cut off is sent again soon', async () => {
  receiver.answer(...Array(9).fill(200), () => {});
  const endpoint = await createEndpoint(service.api, receiver.url);
  const type = (await createRule(service.api, [endpoint.id])).event_types[0];
  const ids = await sendBatch(service.api, type, 40);
  await receiver.arrived(40);
  await until(async () => (await statuses(endpoint.id, 'succeeded')).length === 9, 'nine successes to be recorded');
  const recorded = await detailsOf(endpoint.id, 'succeeded');
  const lists = new Set(recorded.map(({ workflow }) => workflow.id));
  expect([...lists]).toEqual([expect.stringMatching(/^events\//)]);
  const killedAt = Date.now();
  await service.kill();
  receiver.answer(200);
  service = await startServiceProcess(database.url);
  await until(async () => (await statuses(endpoint.id, 'succeeded')).length === 40, 'what was cut off', 45_000);
  // Well before the deadline that would tell of a process that hangs: 45 s after an attempt began.
  expect(Date.now() - killedAt).toBeLessThan(40_000);
  await workflows.ended();

  const deliveries = await detailsOf(endpoint.id, 'succeeded');
  const finished = new Set(recorded.map(({ id }) => id));
  for (const { id, attempts } of deliveries) {
    const outcomes = finished.has(id) ? ['success'] : ['interrupted', 'success'];
    expect(attempts.map(numberAndOutcome)).toEqual(outcomes.map((outcome, index) => [index + 1, outcome]));
  }
  expect(new Set(deliveries.map(({ event_id }) => event_id))).toEqual(new Set(ids));
  expect(countBy(receiver.received.map(({ headers }) => String(headers['webhook-id'])))).toEqual(
    Object.fromEntries(deliveries.map(({ id }) => [id, finished.has(id) ? 1 : 2])),
  );
}, 120_000);

test('killed right after the 202s, before anything is recorded: each event arrives once, and repeats change nothing', async () => {
  const endpoint = await createEndpoint(service.api, receiver.url);
  const type = (await createRule(service.api, [endpoint.id])).event_types[0];
  const one = unique('event');
  const ids = Array.from({ length: 20 }, () => unique('event'));
  const session = new pg.Client({ connectionString: database.url });
  await session.connect();
  try {
    // Reading goes on; whoever wants to record an event waits.
    await session.query('begin');
    await session.query('lock table event_keys in share row exclusive mode');
    await sendEvent(service.api, type, {}, { id: one });
    await sendBatch(service.api, type, ids);
    await service.kill();
    // What the dead process has asked for waits still, and would be done once the lock is free.
    await until(async () => {
      // Within a transaction PostgreSQL shows the sessions as they were when it was asked first.
      await session.query('select pg_stat_clear_snapshot()');
      const others = `select pg_terminate_backend(pid) from pg_stat_activity
                      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
      return (await session.query(others)).rowCount === 0;
    }, 'the sessions of the dead process to end');
    const { rows } = await session.query('select 1 from events where type = $1', [type]);
    expect(rows).toEqual([]);
    await session.query('rollback');
  } finally {
    await session.end();
  }
  expect(receiver.received).toEqual([]);

  service = await startServiceProcess(database.url);
  await receiver.arrived(21, 30_000);
  await until(async () => (await statuses(endpoint.id, 'succeeded')).length === 21, 'all to be recorded');
  await workflows.ended();
  const once = Object.fromEntries([one, ...ids].map((id) => [id, 1]));
  expect(countBy(receiver.received.map(({ text }) => JSON.parse(text).data.event.id))).toEqual(once);

  const event = (id: string) => ({ id, type, data: {} });
  const again = await service.api.post('/v1/events', event(one));
  expect(again).toMatchObject({ status: 202, body: { id: one, status: 'duplicate' } });
  const { body } = await service.api.post('/v1/events/batch', { events: ids.map(event) });
  expect(body.items).toEqual(ids.map((id) => ({ id, status: 'duplicate' })));
  await workflows.ended();
  expect(receiver.received).toHaveLength(21);
}, 120_000);

test('killed while a group brings on what has failed: all arrive, and no number of an attempt is left out or used twice', async () => {
  // An answer that says nothing against the endpoint: a 503 would open its circuit, and nothing would be sent for a while.
  receiver.answer(422);
  const retry_policy = { schedule: ['1s', '1s', '1s', '1s', '1s'], jitter: 0 };
  const endpoint = await createEndpoint(service.api, receiver.url, { retry_policy });
  const type = (await createRule(service.api, [endpoint.id])).event_types[0];
  await sendBatch(service.api, type, 12);
  // Then some have a workflow of their own, some wait in line for theirs, and some have not been told apart yet.
  await until(
    () => receiver.received.some(({ headers }) => headers['x-exosphere-attempt'] === '2'),
    'a second attempt',
  );
  await service.kill();
  receiver.answer(200);
  const query = "WorkflowType = 'deliveryGroupWorkflow' and ExecutionStatus = 'Running'";
  expect((await workflows.client.workflow.count(query)).count).toBe(1);
  service = await startServiceProcess(database.url);
  await until(async () => (await statuses(endpoint.id, 'succeeded')).length === 12, 'all to arrive', 45_000);
  await workflows.ended();

  for (const { id, attempts } of await detailsOf(endpoint.id, 'succeeded')) {
    const outcomes = attempts.map(({ outcome }) => outcome);
    expect(attempts.map(({ number }) => number)).toEqual(outcomes.map((_, index) => index + 1));
    expect(outcomes.pop()).toBe('success');
    expect(['http_error', 'interrupted']).toEqual(expect.arrayContaining(outcomes));
    const posts = receiver.received.filter(({ headers }) => headers['webhook-id'] === id);
    const numbers = posts.map(({ headers }) => Number(headers['x-exosphere-attempt']));
    expect(numbers).toEqual([...new Set(numbers)].sort());
    expect(numbers.at(-1)).toBe(attempts.length);
  }
}, 120_000);

test('a receiver that takes 5 s gets each event once, and another endpoint of the rule has all of them before', async () => {
  let firstAnswerAt = Number.POSITIVE_INFINITY;
  receiver.answer((response) => {
    setTimeout(() => {
      firstAnswerAt = Math.min(firstAnswerAt, Date.now());
      response.writeHead(200).end();
    }, 5_000);
  });
  const slow = await createEndpoint(service.api, receiver.url);
  const quick = await createEndpoint(service.api, other.url);
  const type = (await createRule(service.api, [slow.id, quick.id])).event_types[0];
  await sendBatch(service.api, type, 20);
  await until(async () => (await statuses(slow.id, 'succeeded')).length === 20, 'every slow answer to be recorded');
  await workflows.ended();

  for (const endpoint of [slow, quick]) {
    const deliveries = await detailsOf(endpoint.id, 'succeeded');
    expect(deliveries).toHaveLength(20);
    for (const { attempts } of deliveries) expect(attempts.map(numberAndOutcome)).toEqual([[1, 'success']]);
  }
  for (const { received } of [receiver, other]) {
    expect(received).toHaveLength(20);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(20);
  }
  expect(Math.max(...other.received.map(({ at }) => at))).toBeLessThan(firstAnswerAt);
}, 60_000);

interface Attempt {
  number: number;
  outcome: string | null;
}

interface DeliveryDetail {
  id: string;
  event_id: string;
  attempts: Attempt[];
  workflow: { id: string };
}

const numberAndOutcome = ({ number, outcome }: Attempt) => [number, outcome];

/** The endpoint's deliveries that have this status. */
async function statuses(endpointId: string, status: string): Promise<{ id: string }[]> {
  return (await service.api.get(`/v1/deliveries?endpoint_id=${endpointId}&status=${status}&limit=100`)).body.items;
}

/** The same with their attempts. */
async function detailsOf(endpointId: string, status: string): Promise<DeliveryDetail[]> {
  const found = await statuses(endpointId, status);
  return await Promise.all(found.map(async ({ id }) => (await service.api.get(`/v1/deliveries/${id}`)).body));
}
