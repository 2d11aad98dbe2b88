import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { freePorts, killAllStarted, npmStart } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { SECOND_NAMESPACE } from './harness/repository.ts';
import { createEndpoint, createRule, sendBatch, sendEvent, unique } from './harness/scenario.ts';
import { sendAll } from './harness/sending.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';
import {
  externalSettings,
  type ServiceProcess,
  startServiceProcess,
  type Workflows,
  watchWorkflows,
} from './harness/service-process.ts';
import { until } from './harness/until.ts';

/* SIGTERM: what is under way ends and is recorded, the rest is another process's, and nobody has to wait for the kill. */

let database: TestDatabase;
let db: pg.Client;
let workflows: Workflows;
let api: TestService;
let receiver: Receiver;
let slow: Receiver;
/** Begun before the first test and awaited by its own: most of its time a receiver is waited for, and others can use it. */
let hanging: Promise<void>;

beforeAll(async () => {
  database = await newDatabase();
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
  workflows = await watchWorkflows();
  api = await startTestService({ role: 'api', databaseUrl: database.url });
  hanging = stopWhileItHangs();
  // Its test tells of it.
  hanging.catch(() => {});
}, 90_000);
beforeEach(async () => {
  receiver = await startReceiver();
  slow = await startReceiver();
});
afterEach(async () => {
  await receiver.close();
  await slow.close();
});
afterAll(async () => {
  await Promise.allSettled([hanging]);
  await killAllStarted();
  await api?.close();
  await workflows?.close();
  await db?.end();
  await database?.drop();
}, 240_000);

function newDatabase(): Promise<TestDatabase> {
  return migratedDatabase();
}

const start = (role: 'api' | 'worker') => startServiceProcess(database.url, { EXOSPHERE_ROLE: role });

/** What a container is given by default before it is killed. */
const CONTAINER_GRACE_MS = 30_000;

/** Asks it to stop. @returns how long that took, in ms, once it has: in time, well, and without a word of complaint */
async function stop(service: ServiceProcess): Promise<number> {
  const began = performance.now();
  service.signal('SIGTERM');
  expect(await service.exited).toBe(0);
  const took = performance.now() - began;
  expect(took).toBeLessThan(CONTAINER_GRACE_MS);
  expect(service.complaints()).toEqual([]);
  return took;
}

/** Events that a slow receiver has not had yet: enough that every stop is in the midst of them. */
const MOST_WAITING = 100;

test('a rolling restart of two workers under load loses nothing and repeats nothing', async () => {
  slow.answer((response) => void setTimeout(() => response.writeHead(200).end(), 1_000));
  const endpoints = [await createEndpoint(api.api, receiver.url), await createEndpoint(api.api, slow.url)];
  const type = (
    await createRule(
      api.api,
      endpoints.map(({ id }) => id),
    )
  ).event_types[0];
  const workers = await Promise.all([start('worker'), start('worker')]);
  const sent: string[] = [];
  let isDone = false;
  const keepsUp = () =>
    until(() => isDone || sent.length - slow.received.length < MOST_WAITING, 'the receiver to keep up', 60_000);
  const senders = Array.from({ length: 4 }, async () => {
    while (!isDone) {
      sent.push(await sendEvent(api.api, type));
      await keepsUp();
    }
  });
  const batches = (async () => {
    while (!isDone) {
      sent.push(...(await sendBatch(api.api, type, 10)));
      await keepsUp();
    }
  })();
  for (const index of [0, 1]) {
    const before = slow.received.length;
    await slow.arrived(before + 10, 60_000);
    await stop(workers[index] as ServiceProcess);
    workers[index] = await start('worker');
  }
  isDone = true;
  await Promise.all([...senders, batches]);

  await expectOneSuccessEach(type, sent);
  for (const worker of workers) await stop(worker);
}, 240_000);

test('API and worker in one process, restarted under load: the same', async () => {
  slow.answer((response) => void setTimeout(() => response.writeHead(200).end(), 500));
  const endpoints = [await createEndpoint(api.api, receiver.url), await createEndpoint(api.api, slow.url)];
  const type = (
    await createRule(
      api.api,
      endpoints.map(({ id }) => id),
    )
  ).event_types[0];
  const events = Array.from({ length: 200 }, () => ({ id: unique('event'), type }));
  const { PORT } = await freePorts();
  const both = await startServiceProcess(database.url, { PORT });
  let next: Promise<ServiceProcess> | undefined;
  await sendAll(both.api, events, () => {
    next = stop(both).then(() => startServiceProcess(database.url, { PORT }));
  });
  await expectOneSuccessEach(
    type,
    events.map(({ id }) => id),
  );
  await stop((await next) as ServiceProcess);
}, 240_000);

/** Each event was delivered to both receivers once, by one attempt that is recorded. */
async function expectOneSuccessEach(type: string, ids: string[]): Promise<void> {
  const ofType = 'from deliveries where event_type = $1';
  const open = async () => (await db.query(`select 1 ${ofType} and status <> 'succeeded'`, [type])).rowCount;
  for (const one of [receiver, slow]) await one.arrived(ids.length, 90_000);
  await until(async () => (await open()) === 0, 'every delivery to succeed', 60_000);
  await workflows.ended(60_000);
  expect((await db.query(`select 1 ${ofType}`, [type])).rowCount).toBe(ids.length * 2);
  const attempts = `select number, outcome, count(*)::int from delivery_attempts
                    where delivery_id in (select id ${ofType}) group by number, outcome`;
  expect((await db.query(attempts, [type])).rows).toEqual([{ number: 1, outcome: 'success', count: ids.length * 2 }]);
  for (const { received } of [receiver, slow]) {
    expect(received).toHaveLength(ids.length);
    expect(new Set(received.map(({ text }) => JSON.parse(text).data.event.id))).toEqual(new Set(ids));
  }
}

test(
  'a receiver that hangs is not waited for: the attempt is recorded as ours, uses up none, and another follows',
  () => hanging,
  240_000,
);

/**
 * Beside the file's service and apart from it: on a database of its own, in a Temporal namespace of its own, with a worker
 * of its own, so that nobody else goes on with what that one leaves.
 */
async function stopWhileItHangs(): Promise<void> {
  const { temporalAddress } = testServers();
  const own = await newDatabase();
  const db = new pg.Client({ connectionString: own.url });
  const hangs = await startReceiver();
  const workflows = await watchWorkflows(SECOND_NAMESPACE);
  const temporal = { connection: { address: temporalAddress }, namespace: SECOND_NAMESPACE, uiUrl: undefined };
  const service = await startTestService({ role: 'api', databaseUrl: own.url, temporal });
  const startWorker = () =>
    startServiceProcess(own.url, { EXOSPHERE_ROLE: 'worker', TEMPORAL_NAMESPACE: SECOND_NAMESPACE });
  try {
    await db.connect();
    hangs.answer(() => {});
    const patient = { maximum_attempts: 1, timeout: { request: '30s' } };
    const endpoint = await createEndpoint(service.api, hangs.url, { retry_policy: patient });
    const type = (await createRule(service.api, [endpoint.id])).event_types[0];
    const worker = await startWorker();
    // One goes on in a workflow of its own; of a list more than may be on the way to one endpoint, so that some wait.
    const ids = [await sendEvent(service.api, type), ...(await sendBatch(service.api, type, 80))];
    await hangs.arrived(50, 60_000);
    const stopped = stop(worker);
    await until(async () => {
      const { status, body } = await worker.api.raw('/readyz', {});
      return status === 503 && body.status === 'not_ready' && body.postgresql === 'ok';
    }, 'the worker to say that it is not ready');
    await stopped;
    // What waited for its turn did not get it when those before it were cut off.
    expect(hangs.received.length).toBeLessThan(ids.length);
    const outcomes = `select outcome, count(*)::int from delivery_attempts
                      where delivery_id in (select id from deliveries where event_type = $1) group by outcome`;
    expect((await db.query(outcomes, [type])).rows).toEqual([{ outcome: 'interrupted', count: hangs.received.length }]);

    hangs.answer(200);
    const cutOff = hangs.received.map(({ headers }) => headers['webhook-id']);
    const next = await startWorker();
    const succeeded = `select id from deliveries where event_type = $1 and status = 'succeeded'`;
    await until(async () => (await db.query(succeeded, [type])).rowCount === ids.length, 'all to succeed', 90_000);
    await workflows.ended(60_000);
    for (const { id } of (await db.query(succeeded, [type])).rows) {
      const { rows } = await db.query('select outcome from delivery_attempts where delivery_id = $1 order by number', [
        id,
      ]);
      const expected = cutOff.includes(id) ? ['interrupted', 'success'] : ['success'];
      expect(rows.map(({ outcome }) => outcome)).toEqual(expected);
      expect(hangs.received.filter(({ headers }) => headers['webhook-id'] === id)).toHaveLength(expected.length);
    }
    await stop(next);
  } finally {
    await service.close();
    await workflows.close();
    await hangs.close();
    await db.end();
    await own.drop();
  }
}

/** Copies of one template have the same oids, and other tests may run on the same server. */
const IN_OUR_DATABASE = 'database = (select oid from pg_database where datname = current_database())';

test('the API answers what is under way, on a connection that ends with it, and takes nothing new', async () => {
  const door = await start('api');
  const refused = () =>
    fetch(`${door.url}/healthz`).then(
      () => false,
      () => true,
    );
  await db.query('begin');
  await db.query('lock table webhook_endpoints');
  const waiting = `select 1 from pg_locks where not granted and relation = $1::regclass and ${IN_OUR_DATABASE}`;
  let answer: ReturnType<typeof createUnderWay>;
  try {
    answer = createUnderWay(door);
    await until(async () => (await db.query(waiting, ['webhook_endpoints'])).rowCount === 1, 'the request to wait');
    door.signal('SIGTERM');
    await until(refused, 'new connections to be refused');
  } finally {
    await db.query('rollback');
  }
  const { status, headers } = await answer;
  expect([status, headers.get('connection')]).toEqual([201, 'close']);
  expect(await door.exited).toBe(0);
  expect(door.complaints()).toEqual([]);
}, 90_000);

const createUnderWay = ({ api }: ServiceProcess) =>
  api.post('/v1/webhooks', { name: unique('under-way'), target_url: receiver.url });

test('during its start, while it waits for another process to migrate: it ends at once and well', async () => {
  const { PORT } = await freePorts();
  const migration = 'select pg_advisory_lock(7310544261)';
  await db.query(migration);
  try {
    const started = npmStart({ env: { PORT, ...externalSettings(database.url) } });
    const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted and ${IN_OUR_DATABASE}`;
    await until(async () => (await db.query(waiting)).rowCount === 1, 'it to wait for the migration', 60_000);
    started.signal('SIGTERM');
    expect(await started.exited).toBe(0);
    expect([started.out(), started.err()]).toEqual(['', '']);
  } finally {
    await db.query('select pg_advisory_unlock_all()');
  }
}, 90_000);
