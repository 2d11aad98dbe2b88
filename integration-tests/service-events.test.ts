import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import {
  createEndpoint,
  createRule,
  deliveryOf,
  deliveryWith,
  recordedEvent,
  sendEvent,
  unique,
} from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* What the service itself has to say: told once, by the way of all events, and never in a loop. */

const PATIENT = 60_000;
jest.setTimeout(180_000);
const ONE_ATTEMPT = { retry_policy: { maximum_attempts: 1 } };

let database: TestDatabase;
let service: TestService;
let receiver: Receiver;
let dead: Receiver;
beforeAll(async () => {
  database = await migratedDatabase();
  service = await startTestService({ databaseUrl: database.url });
});
beforeEach(async () => {
  receiver = await startReceiver();
  dead = await startReceiver();
  dead.answer(500);
});
afterEach(async () => {
  for (const { id } of (await service.api.get('/v1/alert-rules?limit=200')).body.items) {
    await service.api.delete(`/v1/alert-rules/${id}`);
  }
  await receiver.close();
  await dead.close();
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const outbox = (where: string, ...values: unknown[]) =>
  query(database.url, `select * from service_events where ${where} order by id`, values);
/** One of the service's own, as soon as it is recorded. */
const ownEvent = (id: string) =>
  until(
    async () => {
      const answer = await service.api.get(`/v1/events/${id}`);
      return answer.status === 200 && answer.body;
    },
    `${id} to be recorded`,
    PATIENT,
  );
const dataOf = ({ text }: { text: string }) => JSON.parse(text).data.event.data;

/** A delivery that has become a dead letter, by a rule and to an endpoint of its own. */
async function deadLetter(fields: { rule?: object } = {}) {
  const endpoint = await createEndpoint(service.api, dead.url, ONE_ATTEMPT);
  const rule = await createRule(service.api, [endpoint.id], fields.rule);
  const { id } = await deliveryOf(service.api, await sendEvent(service.api, rule.event_types[0]));
  await deliveryWith(service.api, id, 'dead_lettered', PATIENT);
  return { endpoint, rule, id: id as string };
}

describe('delivery.dead_lettered', () => {
  test('goes to those who watch it, once, with what a person needs', async () => {
    const watcher = await createEndpoint(service.api, receiver.url);
    await createRule(service.api, [watcher.id], { event_type: 'delivery.dead_lettered' });
    const { id, endpoint, rule } = await deadLetter();
    const [request] = await receiver.arrived(1, PATIENT);
    expect(request?.headers['x-exosphere-event']).toBe('delivery.dead_lettered');
    expect(dataOf(request as never)).toMatchObject({
      namespace: 'default',
      delivery_id: id,
      webhook_endpoint_id: endpoint.id,
      alert_rule_id: rule.id,
      reason: 'maximum_attempts',
      attempts: 1,
      round: 1,
      error: { message: 'HTTP 500' },
    });
    expect(JSON.parse(request?.text as string).subject).toBe(`deliveries/${id}`);
    const event = await ownEvent(`${id}.dead_lettered.1`);
    expect(event).toMatchObject({ source: '/exosphere', accepted_by: 'service', type: 'delivery.dead_lettered' });

    // Handed over, and the process died before it could note that: it is handed over again and has no effect.
    await query(database.url, 'update service_events set sent_at = null where id = $1', [`${id}.dead_lettered.1`]);
    await until(async () => (await outbox('sent_at is null')).length === 0, 'it to be handed over again', PATIENT);
    await deadLetter();
    await receiver.arrived(2, PATIENT);
    expect(receiver.received.filter(({ text }) => text.includes(id))).toHaveLength(1);
  });

  test('never to its own endpoint, nor by its own rule', async () => {
    const both = `custom.${unique('both')}`;
    const { endpoint, rule, id } = await deadLetter({
      rule: { event_type: undefined, event_types: [both, 'delivery.dead_lettered'] },
    });
    const watcher = await createEndpoint(service.api, receiver.url);
    await createRule(service.api, [endpoint.id, watcher.id], { event_type: 'delivery.dead_lettered' });
    const second = await deliveryOf(service.api, await sendEvent(service.api, both));
    await deliveryWith(service.api, second.id, 'dead_lettered', PATIENT);
    await receiver.arrived(1, PATIENT);
    const event = await ownEvent(`${second.id}.dead_lettered.1`);
    expect(event.decisions).toContainEqual(
      expect.objectContaining({ rule_id: rule.id, outcome: 'not_matched', reason: 'about_itself' }),
    );
    const deliveries = (await service.api.get(`/v1/deliveries?event_id=${second.id}.dead_lettered.1`)).body.items;
    expect(deliveries).toHaveLength(2);
    expect(deliveries).toContainEqual(
      expect.objectContaining({ endpoint_id: endpoint.id, status: 'skipped', reason: 'about_itself' }),
    );
    expect(dead.received).toHaveLength(2);
    expect(await outbox('id = $1', `${id}.dead_lettered.1`)).toHaveLength(1);
  });

  test('two watchers that are down as well do not tell of each other for ever', async () => {
    const watchers = [
      await createEndpoint(service.api, dead.url, ONE_ATTEMPT),
      await createEndpoint(service.api, dead.url, ONE_ATTEMPT),
    ];
    for (const { id } of watchers) await createRule(service.api, [id], { event_type: 'delivery.dead_lettered' });
    const { id } = await deadLetter();
    const told = await until(
      async () => {
        const { items } = (await service.api.get(`/v1/deliveries?event_id=${id}.dead_lettered.1`)).body;
        return items.length === 2 && items;
      },
      'both to be told',
      PATIENT,
    );
    for (const delivery of told) await deliveryWith(service.api, delivery.id, 'dead_lettered', PATIENT);
    // Written with the parking itself, or not at all.
    for (const delivery of told) expect(await outbox('id like $1', `${delivery.id}.%`)).toEqual([]);
  });

  test('a further round that fails is told of, a parking that repeats is not', async () => {
    const { id } = await deadLetter();
    const handle = service.temporal.workflow.getHandle(`dead-letter/${id}`);
    await handle.cancel();
    await until(async () => (await handle.describe()).status.name === 'CANCELLED', 'it to be parked again', PATIENT);
    expect(await outbox('id like $1', `${id}.%`)).toHaveLength(1);
    expect((await service.api.post(`/v1/dead-letters/${id}/retry`)).status).toBe(202);
    await dead.arrived(2, PATIENT);
    await until(
      async () => (await outbox('id like $1', `${id}.%`)).length === 2,
      'the second round to be told',
      PATIENT,
    );
  });
});

test('alert_rule.degraded: told once for a revision, never by the rule itself', async () => {
  const watcher = await createEndpoint(service.api, receiver.url);
  await createRule(service.api, [watcher.id], { event_type: 'alert_rule.degraded' });
  const broken = await createRule(service.api, [watcher.id], {
    event_type: undefined,
    event_types: [`custom.${unique('broken')}`, 'alert_rule.degraded'],
    condition: 'event.data.items[0] > 5',
  });
  for (let count = 0; count < 3; count += 1) {
    await recordedEvent(service.api, await sendEvent(service.api, broken.event_types[0], { items: ['text'] }));
  }
  const [request] = await receiver.arrived(1, PATIENT);
  expect(dataOf(request as never)).toMatchObject({
    namespace: 'default',
    alert_rule_id: broken.id,
    name: broken.name,
    revision: 1,
    reason: expect.any(String),
  });
  const event = await ownEvent(`${broken.id}.degraded.1`);
  expect(event.decisions).toContainEqual(expect.objectContaining({ rule_id: broken.id, reason: 'about_itself' }));
  expect(receiver.received).toHaveLength(1);
});

describe('a reserved type from outside', () => {
  const forged = (id: string) => ({
    specversion: '1.0',
    id,
    source: '/exosphere',
    type: 'webhook.disabled',
    data: { webhook_endpoint_id: 'we_of_somebody', forged: true },
  });
  const byTemporal = (events: unknown[]) =>
    service.temporal.workflow.execute('eventWorkflow', {
      taskQueue: 'exosphere-alerts',
      workflowId: `events/${unique('forged')}-${randomBytes(4).toString('hex')}`,
      args: [{ namespace: 'default', events, accepted_by: 'service' }],
    });

  test('is refused by REST and recorded as rejected by Temporal', async () => {
    const watcher = await createEndpoint(service.api, receiver.url);
    await createRule(service.api, [watcher.id], { event_type: 'webhook.disabled' });
    const answer = await service.api.post('/v1/events', forged('forged-1'));
    expect(answer).toMatchObject({ status: 422, body: { code: 'reserved_type' } });
    expect(await byTemporal([forged('forged-1')])).toMatchObject({ recorded: 0, rejected: 1, deliveries: 0 });
    const [row] = await query(database.url, "select reason from events where event_id = 'forged-1'");
    expect(row.reason).toContain('emitted by the service itself');
    expect(receiver.received).toHaveLength(0);
  });

  test('with the id of a true one: what counts is what the service wrote', async () => {
    await service.api.post('/v1/events', { type: 'custom.warm', data: {} });
    const watcher = await createEndpoint(service.api, receiver.url);
    await createRule(service.api, [watcher.id], { event_type: 'webhook.disabled' });
    // Not handed over by the service: `sent_at` is set.
    const values = ['true-1', 'webhooks/we_x', '{"namespace":"default","reason":"true"}'];
    await query(
      database.url,
      `insert into service_events (id, namespace, type, subject, data, about_endpoint_id, sent_at, created_by, created_at)
       values ($1, 'default', 'webhook.disabled', $2, $3, 'we_x', now(), 'test', now())`,
      values,
    );
    expect(await byTemporal([forged('true-1')])).toMatchObject({ recorded: 1 });
    const [request] = await receiver.arrived(1, PATIENT);
    expect(dataOf(request as never)).toEqual({ namespace: 'default', reason: 'true' });
  });
});

test('two workers and one that was killed before its hand-over: each event once', async () => {
  const second = await startTestService({ databaseUrl: database.url });
  try {
    const watcher = await createEndpoint(service.api, receiver.url);
    await createRule(service.api, [watcher.id], { event_type: 'webhook.disabled' });
    // As a process leaves them that dies right after the statement which made them true.
    await query(
      database.url,
      `insert into service_events (id, namespace, type, subject, data, about_endpoint_id, created_by, created_at)
       select 'we_' || n || '.disabled.1', 'default', 'webhook.disabled', 'webhooks/we_' || n,
         json_build_object('number', n)::text, 'we_' || n, 'test', now() from generate_series(1, 60) n`,
    );
    await receiver.arrived(60, PATIENT);
    await until(async () => (await outbox('sent_at is null')).length === 0, 'all to be noted', PATIENT);
    const numbers = receiver.received.map((request) => dataOf(request).number as number);
    expect(new Set(numbers).size).toBe(60);
    expect(numbers).toHaveLength(60);
  } finally {
    await second.stop();
  }
});
