import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countBy } from './harness/count-by.ts';
import type { TestDatabase } from './harness/database.ts';
import { lettersWith, listLetters, parkMany } from './harness/dead-letters.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { type ServiceProcess, startServiceProcess, type Workflows, watchWorkflows } from './harness/service-process.ts';
import { until } from './harness/until.ts';

/* The worker is really killed in the middle of an operation: all of it is done in the end, and nothing more. */

let database: TestDatabase;
let workflows: Workflows;
let service: ServiceProcess;
let receiver: Receiver;

beforeAll(async () => {
  database = await migratedDatabase();
  workflows = await watchWorkflows();
  service = await startServiceProcess(database.url);
  receiver = await startReceiver();
}, 180_000);
afterAll(async () => {
  await killAllStarted();
  await receiver?.close();
  await workflows?.close();
  await database?.drop();
}, 60_000);

const COUNT = 60;
const resultOf = (id: string) => workflows.client.workflow.getHandle(id).result();

test('killed in the middle of a retry of many: all arrive, and only what was cut off is sent twice', async () => {
  const { endpoint, rule } = await parkMany(service.api, receiver, COUNT);
  // An attempt that is cut off counts, for it may have arrived: another must be allowed.
  const policy = { schedule: ['1s', '1s', '1s'], jitter: 0, timeout: { connect: '10s', request: '30s' } };
  await service.api.patch(`/v1/webhooks/${endpoint.id}`, { retry_policy: { ...policy, maximum_attempts: null } });
  // Some arrive, some are cut off without an answer, and most have not begun.
  receiver.answer(...Array(10).fill(200), () => {});
  const { body } = await service.api.post('/v1/dead-letters/retry', { endpoint_id: endpoint.id });
  expect(body.matched).toBe(COUNT);
  await receiver.arrived(COUNT + 12, 60_000);
  await until(
    async () => (await listLetters(service.api, rule.id, 'succeeded')).length === 10,
    'ten to be closed',
    60_000,
  );
  await service.kill();
  receiver.answer(200);
  service = await startServiceProcess(database.url);
  await lettersWith(service.api, rule.id, 'succeeded', COUNT);
  const result = await resultOf(body.workflow.id);
  expect(result).toMatchObject({ phase: 'completed', matched: COUNT, done: COUNT, failed: 0, left: 0 });
  await workflows.ended(60_000);
  const { items } = (await service.api.get(`/v1/deliveries?rule_id=${rule.id}&limit=200`)).body;
  expect(items).toHaveLength(COUNT);
  const sent = countBy(receiver.received.map(({ headers }) => String(headers['webhook-id'])));
  for (const { id } of items) {
    const { body: delivery } = await service.api.get(`/v1/deliveries/${id}`);
    const outcomes: string[] = delivery.attempts.map((attempt: { outcome: string }) => attempt.outcome);
    expect([outcomes[0], outcomes.at(-1)]).toEqual(['http_error', 'success']);
    // On a slow machine a request that was to be cut off may have run into its timeout before.
    for (const outcome of outcomes.slice(1, -1)) expect(['interrupted', 'timeout']).toContain(outcome);
    // One request for each attempt; one that was written down and never sent is possible too.
    expect(sent[id]).toBeLessThanOrEqual(outcomes.length);
    // One round that failed and one that did not, however often the operation was begun again.
    expect(delivery.round).toBe(2);
  }
}, 240_000);
