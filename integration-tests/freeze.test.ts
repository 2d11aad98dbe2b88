import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliveryOf, deliveryWith, sendBatch, sendEvent } from './harness/scenario.ts';
import { type ServiceProcess, startServiceProcess, type Workflows, watchWorkflows } from './harness/service-process.ts';
import { until } from './harness/until.ts';

/* A process that hangs holds its lease and its connections: nobody can tell that it is not about to record an answer. */

let database: TestDatabase;
let workflows: Workflows;
let frozen: ServiceProcess;
let receiver: Receiver;

beforeAll(async () => {
  database = await migratedDatabase();
  [workflows, frozen, receiver] = await Promise.all([
    watchWorkflows(),
    startServiceProcess(database.url),
    startReceiver(),
  ]);
}, 180_000);
afterAll(async () => {
  await killAllStarted();
  await receiver?.close();
  await workflows?.close();
  await database?.drop();
}, 60_000);

/** The longest that a request may take, and what recording its outcome may take on top. */
const DEADLINE_MS = 45_000;

test('frozen during attempts: others wait for their deadline, and what it records when it goes on undoes nothing', async () => {
  receiver.answer(() => {});
  const endpoint = await createEndpoint(frozen.api, receiver.url);
  const type = (await createRule(frozen.api, [endpoint.id])).event_types[0];
  // One goes on in a workflow of its own, those of a list in a group.
  const ids = [await sendEvent(frozen.api, type), ...(await sendBatch(frozen.api, type, 2))];
  await receiver.arrived(3);
  frozen.signal('SIGSTOP');
  receiver.answer(200);

  const { api } = await startServiceProcess(database.url);
  await receiver.arrived(6, 85_000);
  for (const eventId of ids) {
    const { id } = await deliveryOf(api, eventId);
    const { attempts } = await deliveryWith(api, id, 'succeeded');
    expect(attempts).toMatchObject([
      { number: 1, outcome: 'interrupted' },
      { number: 2, outcome: 'success' },
    ]);
    const posts = receiver.received.filter(({ headers }) => headers['webhook-id'] === id);
    expect(posts.map(({ headers }) => headers['x-exosphere-attempt'])).toEqual(['1', '2']);
    expect(posts[1]?.at).toBeGreaterThan(Date.parse(attempts[0].started_at) + DEADLINE_MS);
  }

  frozen.signal('SIGCONT');
  for (const eventId of ids) {
    const { id } = await deliveryOf(api, eventId);
    const late = await until(async () => {
      const { body } = await api.get(`/v1/deliveries/${id}`);
      return body.attempts[0].outcome !== 'interrupted' && body;
    }, 'the late outcome to be recorded');
    expect(late).toMatchObject({
      status: 'succeeded',
      attempt_count: 2,
      attempts: [
        { number: 1, outcome: 'timeout' },
        { number: 2, outcome: 'success', status_code: 200 },
      ],
    });
  }
  await workflows.ended();
  expect(receiver.received).toHaveLength(6);
}, 110_000);
