import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { createAttemptLog } from '../src/store/attempt-log.ts';
import { openDatabase } from '../src/store/database.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliverOne, deliveryOf, deliveryWith, sendEvent } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* Contract §4: failing after 4 exhausted in a row; disabled after 40, after 5 days and 10 failures, or by one 410. */

const PATIENT = 60_000;
jest.setTimeout(180_000);
const ONE_ATTEMPT = { retry_policy: { maximum_attempts: 1 } };
const DAY = 86_400_000;

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  receiver = await startReceiver();
  receiver.answer(500);
});
afterEach(() => receiver.close());
afterAll(() => service.close());

const sql = (text: string, ...values: unknown[]) => query(service.databaseUrl, text, values);
const found = async (id: string) => (await service.api.get(`/v1/webhooks/${id}`)).body;
const healthOf = async (id: string) => (await found(id)).health;

/** An endpoint with one attempt for each delivery, and a way to send it one. */
async function endpointAt(url: string) {
  const endpoint = await createEndpoint(service.api, url, ONE_ATTEMPT);
  const rule = await createRule(service.api, [endpoint.id]);
  const send = async () =>
    (await deliveryOf(service.api, await sendEvent(service.api, rule.event_types[0]))).id as string;
  return {
    id: endpoint.id as string,
    name: endpoint.name as string,
    send,
    async exhaust() {
      const id = await send();
      await deliveryWith(service.api, id, 'dead_lettered', PATIENT);
      return id;
    },
  };
}

/** Writes what weeks of failures would have counted. */
async function haveFailed(
  endpointId: string,
  counts: { exhausted: number; failed: number; since: Date; latest?: Date },
) {
  await sql(
    `insert into endpoint_states (endpoint_id, namespace, failed_attempts, failing_since, consecutive_exhausted, created_by,
       created_at, updated_at)
     values ($1, 'default', $2, $3, $4, 'test', $3, $5)`,
    endpointId,
    counts.failed,
    counts.since,
    counts.exhausted,
    counts.latest ?? counts.since,
  );
}

/** An endpoint that is told whenever another is disabled. */
async function watchDisabling() {
  const watching = await startReceiver();
  const watcher = await createEndpoint(service.api, watching.url);
  const rule = await createRule(service.api, [watcher.id], { event_type: 'webhook.disabled' });
  const about = (id: string) =>
    watching.received
      .map(({ text }) => JSON.parse(text))
      .filter(({ data }) => data.event.data.webhook_endpoint_id === id);
  return {
    told: (id: string) => until(() => about(id).length > 0 && about(id), `${id} to be told of`, PATIENT),
    about,
    async close() {
      await service.api.delete(`/v1/alert-rules/${rule.id}`);
      await watching.close();
    },
  };
}

test('an outcome that is written again, for the answer to the first time was lost, counts once', async () => {
  const endpoint = await endpointAt(receiver.url);
  const deliveryId = await endpoint.exhaust();
  const counts = () =>
    sql('select failed_attempts, consecutive_exhausted from endpoint_states where endpoint_id = $1', endpoint.id);
  expect(await counts()).toEqual([{ failed_attempts: 1, consecutive_exhausted: 1 }]);
  const database = await openDatabase({ url: service.databaseUrl });
  try {
    const outcome = {
      ...{ namespace: 'default', deliveryId, number: 1, durationMs: 5, statusCode: 500, error: 'HTTP 500' },
      ...{
        responseExcerpt: null,
        status: 'retrying' as const,
        nextAttemptAt: null,
        exhaustedReason: 'maximum_attempts',
      },
      ...{ outcome: 'http_error' as const, saysGone: false, isUncounted: false, endpointId: endpoint.id },
      sign: 'down' as const,
    };
    await createAttemptLog(database.sql, Date.now, 'test').finish([outcome]);
  } finally {
    await database.close();
  }
  expect(await counts()).toEqual([{ failed_attempts: 1, consecutive_exhausted: 1 }]);
});

describe('failing', () => {
  test('after 4 exhausted in a row, healthy again after a success', async () => {
    const endpoint = await endpointAt(receiver.url);
    for (let count = 1; count <= 3; count += 1) await endpoint.exhaust();
    expect(await healthOf(endpoint.id)).toBe('healthy');
    await endpoint.exhaust();
    expect(await found(endpoint.id)).toMatchObject({
      health: 'failing',
      disabled_reason: null,
    });
    receiver.answer(200);
    await deliveryWith(service.api, await endpoint.send(), 'succeeded', PATIENT);
    await until(async () => (await healthOf(endpoint.id)) === 'healthy', 'it to be healthy', PATIENT);
  });

  test('a success between starts the count anew', async () => {
    const endpoint = await endpointAt(receiver.url);
    for (let count = 1; count <= 3; count += 1) await endpoint.exhaust();
    receiver.answer(200);
    await deliveryWith(service.api, await endpoint.send(), 'succeeded', PATIENT);
    receiver.answer(500);
    await endpoint.exhaust();
    expect(await healthOf(endpoint.id)).toBe('healthy');
  });

  test('a verdict that a crash has kept from being spoken is spoken later', async () => {
    const mended = await endpointAt(receiver.url);
    for (let count = 1; count <= 4; count += 1) await mended.exhaust();
    expect(await healthOf(mended.id)).toBe('failing');
    const broken = await endpointAt(receiver.url);
    const silent = await endpointAt(receiver.url);
    const idle = await endpointAt(receiver.url);
    const since = new Date(Date.now() - 6 * DAY);
    // All in one round: the next one is 15 s later.
    await haveFailed(idle.id, { exhausted: 0, failed: 12, since });
    await haveFailed(silent.id, { exhausted: 0, failed: 12, since, latest: new Date() });
    await haveFailed(broken.id, { exhausted: 4, failed: 4, since: new Date() });
    await sql('update endpoint_states set consecutive_exhausted = 0 where endpoint_id = $1', mended.id);
    await until(async () => (await healthOf(broken.id)) === 'failing', 'it to be failing', PATIENT);
    await until(async () => (await healthOf(mended.id)) === 'healthy', 'it to be healthy', PATIENT);
    await until(async () => (await healthOf(silent.id)) === 'disabled', 'it to be disabled', PATIENT);
    expect(await healthOf(idle.id)).toBe('healthy');
  });
});

describe('disabled', () => {
  test('after 40 exhausted in a row: told once, to another endpoint, and enabled by a person', async () => {
    const watch = await watchDisabling();
    const endpoint = await endpointAt(receiver.url);
    // Of itself alone: what other tests disable would count here too.
    const condition = `event.data.webhook_endpoint_id == "${endpoint.id}"`;
    const own = await createRule(service.api, [endpoint.id], { event_type: 'webhook.disabled', condition });
    await haveFailed(endpoint.id, { exhausted: 38, failed: 38, since: new Date() });
    await endpoint.exhaust();
    expect(await healthOf(endpoint.id)).toBe('failing');
    const last = await endpoint.exhaust();
    const disabled = await found(endpoint.id);
    expect(disabled).toMatchObject({
      health: 'disabled',
      is_active: true,
      disabled_reason: expect.stringContaining('40'),
    });
    const [event] = await watch.told(endpoint.id);
    expect(event).toMatchObject({
      subject: `webhooks/${endpoint.id}`,
      data: { event: { type: 'webhook.disabled', data: { name: endpoint.name, reason: disabled.disabled_reason } } },
    });

    const before = receiver.received.length;
    const refused = await endpoint.send();
    expect(await deliveryWith(service.api, refused, 'dead_lettered', PATIENT)).toMatchObject({
      reason: 'endpoint_disabled',
    });
    expect(receiver.received).toHaveLength(before);

    const enabled = await service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: true });
    expect(enabled.body).toMatchObject({ health: 'healthy', disabled_reason: null, dead_letters_waiting: 3 });
    // Its count has begun anew: one more failure is the first.
    await endpoint.exhaust();
    expect(await healthOf(endpoint.id)).toBe('healthy');
    receiver.answer(200);
    await service.api.post(`/v1/dead-letters/${last}/retry`);
    await deliveryWith(service.api, last, 'succeeded', PATIENT);
    expect(watch.about(endpoint.id)).toHaveLength(1);
    const toItself = await sql(
      `select status, reason from deliveries where event_type = 'webhook.disabled' and endpoint_id = $1`,
      endpoint.id,
    );
    expect(toItself).toEqual([{ status: 'skipped', reason: 'about_itself' }]);
    await service.api.delete(`/v1/alert-rules/${own.id}`);
    await watch.close();
  });

  test('after 5 days with no success and 10 failures, not before', async () => {
    const [nine, ten, young] = [
      await endpointAt(receiver.url),
      await endpointAt(receiver.url),
      await endpointAt(receiver.url),
    ];
    const ago = (ms: number) => new Date(Date.now() - ms);
    await haveFailed(nine.id, { exhausted: 1, failed: 8, since: ago(6 * DAY) });
    await haveFailed(ten.id, { exhausted: 1, failed: 9, since: ago(5 * DAY + 60_000) });
    await haveFailed(young.id, { exhausted: 1, failed: 30, since: ago(5 * DAY - 3_600_000) });
    for (const endpoint of [nine, ten, young]) await endpoint.exhaust();
    expect(await healthOf(nine.id)).toBe('healthy');
    expect(await healthOf(young.id)).toBe('healthy');
    expect(await found(ten.id)).toMatchObject({
      health: 'disabled',
      disabled_reason: expect.stringMatching(/^No success for 5 days: 10 attempts failed since /),
    });
  });

  test('by one 410, told like the others', async () => {
    const watch = await watchDisabling();
    receiver.answer(410);
    const endpoint = await endpointAt(receiver.url);
    await endpoint.exhaust();
    expect(await found(endpoint.id)).toMatchObject({
      health: 'disabled',
      disabled_reason: expect.stringContaining('410'),
    });
    await watch.told(endpoint.id);
    await endpoint.exhaust();
    expect(watch.about(endpoint.id)).toHaveLength(1);
    await watch.close();
  });

  test('not by the late 410 of a URL that has been changed', async () => {
    const answers: (() => void)[] = [];
    receiver.answer((response) => void answers.push(() => response.writeHead(410).end()));
    const endpoint = await endpointAt(receiver.url);
    const id = await endpoint.send();
    await receiver.arrived(1, PATIENT);
    await service.api.patch(`/v1/webhooks/${endpoint.id}`, { target_url: `${receiver.url}/new` });
    for (const answer of answers) answer();
    expect(await deliveryWith(service.api, id, 'dead_lettered', PATIENT)).toMatchObject({ reason: 'http_410' });
    expect(await healthOf(endpoint.id)).toBe('healthy');
    receiver.answer(410);
    await endpoint.exhaust();
    expect(await healthOf(endpoint.id)).toBe('disabled');
  });
});

test('an endpoint that somebody holds locked stalls nobody, and is judged afterwards', async () => {
  receiver.answer(410);
  const locked = await endpointAt(receiver.url);
  const free = await endpointAt(receiver.url);
  const somebody = new pg.Client({ connectionString: service.databaseUrl });
  await somebody.connect();
  await somebody.query('begin');
  await somebody.query('select * from webhook_endpoints where id = $1 for update', [locked.id]);
  const held = await locked.send();
  await until(
    async () => (await service.api.get(`/v1/deliveries/${held}`)).body.attempt_count === 1,
    'its outcome to be recorded',
    PATIENT,
  );
  await free.exhaust();
  expect(await healthOf(free.id)).toBe('disabled');
  expect(await healthOf(locked.id)).toBe('healthy');
  await somebody.query('rollback');
  await somebody.end();
  await deliveryWith(service.api, held, 'dead_lettered', PATIENT);
  expect(await healthOf(locked.id)).toBe('disabled');
});

test('an attempt that we cut off ourselves says nothing of the endpoint', async () => {
  const endpoint = { retry_policy: { maximum_attempts: 3, initial_interval: '1h', maximum_interval: '1h' } };
  const { delivery, endpoint: made } = await deliverOne(service.api, receiver.url, { endpoint });
  await deliveryWith(service.api, delivery.id, 'retrying', PATIENT);
  // As a process leaves it that died in the middle of its second attempt.
  await sql(
    `insert into delivery_attempts (delivery_id, number, namespace, started_at, deadline_at, workflow_id, workflow_run_id,
       created_by)
     values ($1, 2, 'default', now() - interval '2 minutes', now() - interval '90 seconds', 'delivery/' || $1, '', 'gone')`,
    delivery.id,
  );
  await service.temporal.workflow.getHandle(`delivery/${delivery.id}`).signal('look_again');
  const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered', PATIENT);
  expect(parked.attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'http_error',
    'interrupted',
    'http_error',
  ]);
  const [state] = await sql('select * from endpoint_states where endpoint_id = $1', made.id);
  expect(state).toMatchObject({ failed_attempts: 2, consecutive_exhausted: 1 });
});
