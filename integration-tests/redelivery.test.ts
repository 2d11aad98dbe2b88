import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Received, type Receiver, startReceiver, withReceiver } from './harness/receiver.ts';
import { createEndpoint, deliverOne, deliveryWith } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';
import { headersOf, verify } from './harness/verify.ts';

/* A redelivery: the stored body once more, on request, whatever became of it before. */

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
});
afterAll(async () => {
  await service?.close();
  await receiver?.close();
});

const SLOW = 60_000;
const once = { retry_policy: { maximum_attempts: 1 } };
/** A receiver may take as long as any policy allows: a slow machine's other calls must not outlast it. */
const patient = { retry_policy: { maximum_attempts: 1, timeout: { request: '30s' } } };

/** A delivery's detail, once it has so many attempts and each has an outcome. */
function attempted(id: string, count: number) {
  return until(
    async () => {
      const detail = (await service.api.get(`/v1/deliveries/${id}`)).body;
      const ended = detail.attempts.filter((attempt: { outcome: string | null }) => attempt.outcome !== null);
      // The row and its attempts are read one after the other.
      return ended.length >= count && detail.attempt_count >= count && detail;
    },
    `${count} attempts of ${id}`,
    SLOW,
  );
}

const redeliver = (id: string) => service.api.post(`/v1/deliveries/${id}/redeliver`);

test('sends the stored body once more under the same id, as an attempt more; a failure leaves it succeeded', async () => {
  await withReceiver(async (own) => {
    const { endpoint, delivery } = await deliverOne(service.api, own.url, { endpoint: once });
    await deliveryWith(service.api, delivery.id, 'succeeded', SLOW);
    const answer = await redeliver(delivery.id);
    expect([answer.status, answer.body]).toEqual([202, { id: delivery.id, status: 'accepted' }]);
    const detail = await attempted(delivery.id, 2);
    const [first, second] = own.received as [Received, Received];
    expect(second.text).toBe(first.text);
    expect(headersOf(second)['webhook-id']).toBe(delivery.id);
    expect(headersOf(second)['x-exosphere-attempt']).toBe('2');
    verify(second, endpoint.secret);
    expect(detail).toMatchObject({
      status: 'succeeded',
      attempt_count: 2,
      workflow: { id: `delivery/${delivery.id}` },
    });

    own.answer(500);
    expect((await redeliver(delivery.id)).status).toBe(202);
    const failed = await attempted(delivery.id, 3);
    expect(failed).toMatchObject({ status: 'succeeded', last_error: null, next_attempt_at: null, attempt_count: 3 });
    expect(failed.attempts[2]).toMatchObject({
      number: 3,
      outcome: 'http_error',
      status_code: 500,
      error: 'HTTP 500',
    });
    expect(own.received).toHaveLength(3);
    const { body: letters } = await service.api.get(`/v1/dead-letters?endpoint_id=${endpoint.id}`);
    expect(letters.items).toEqual([]);
  });
}, 120_000);

test('has no effect on health, even by a 410, and does not ask the rule', async () => {
  await withReceiver(async (own) => {
    const { endpoint, rule, delivery } = await deliverOne(service.api, own.url, { endpoint: once });
    await deliveryWith(service.api, delivery.id, 'succeeded', SLOW);
    await service.api.delete(`/v1/alert-rules/${rule.id}`);
    own.answer(410);
    expect((await redeliver(delivery.id)).status).toBe(202);
    await attempted(delivery.id, 2);
    expect((await service.api.get(`/v1/webhooks/${endpoint.id}`)).body).toMatchObject({ health: 'healthy' });
  });
}, 120_000);

test('of a skipped and of a discarded one makes it succeeded, or leaves it as it was', async () => {
  await withReceiver(async (own) => {
    const skipped = await deliverOne(service.api, own.url, { endpoint: { ...once, is_active: false } });
    await deliveryWith(service.api, skipped.delivery.id, 'skipped', SLOW);
    expect((await redeliver(skipped.delivery.id)).body.code).toBe('endpoint_disabled');
    await service.api.patch(`/v1/webhooks/${skipped.endpoint.id}`, { is_active: true });
    own.answer(500);
    expect((await redeliver(skipped.delivery.id)).status).toBe(202);
    expect(await attempted(skipped.delivery.id, 1)).toMatchObject({
      status: 'skipped',
      reason: 'endpoint_switched_off',
    });

    const { delivery } = await deliverOne(service.api, own.url, { endpoint: once });
    await deliveryWith(service.api, delivery.id, 'dead_lettered', SLOW);
    await service.api.post(`/v1/dead-letters/${delivery.id}/discard`);
    await deliveryWith(service.api, delivery.id, 'discarded', SLOW);
    own.answer(200);
    for (const id of [skipped.delivery.id, delivery.id]) {
      expect((await redeliver(id)).status).toBe(202);
      const detail = await deliveryWith(service.api, id, 'succeeded', SLOW);
      expect(detail).toMatchObject({ reason: null, last_error: null, completed_at: expect.any(String) });
    }
  });
}, 180_000);

test('of a failed test-send may be asked for too', async () => {
  await withReceiver(async (own) => {
    own.answer(500);
    const endpoint = await createEndpoint(service.api, own.url);
    const { delivery_id } = (await service.api.post(`/v1/webhooks/${endpoint.id}/test`)).body;
    own.answer(200);
    expect((await redeliver(delivery_id)).status).toBe(202);
    await deliveryWith(service.api, delivery_id, 'succeeded', SLOW);
    expect(headersOf(own.received.at(-1) as Received)['x-exosphere-event']).toBe('webhook.ping');
  });
}, 120_000);

test('while one is under way, another is refused as in_progress; so is that of a delivery on its way', async () => {
  await withReceiver(async (own) => {
    let release = () => {};
    const { delivery } = await deliverOne(service.api, own.url, { endpoint: patient });
    await deliveryWith(service.api, delivery.id, 'succeeded', SLOW);
    own.answer((response) => {
      release = () => response.writeHead(200).end();
    });
    expect((await redeliver(delivery.id)).status).toBe(202);
    await own.arrived(2, SLOW);
    const second = await redeliver(delivery.id);
    expect([second.status, second.body.code]).toEqual([409, 'in_progress']);
    release();
    await attempted(delivery.id, 2);
    expect(own.received).toHaveLength(2);

    own.answer(500);
    const pending = await deliverOne(service.api, own.url, { endpoint: { retry_policy: { schedule: ['1h'] } } });
    await deliveryWith(service.api, pending.delivery.id, 'retrying', SLOW);
    const third = await redeliver(pending.delivery.id);
    expect([third.status, third.body.code]).toEqual([409, 'in_progress']);
  });
}, 180_000);

test('many at once: one is made', async () => {
  await withReceiver(async (own) => {
    const { delivery } = await deliverOne(service.api, own.url, { endpoint: patient });
    await deliveryWith(service.api, delivery.id, 'succeeded', SLOW);
    let release = () => {};
    own.answer((response) => {
      release = () => response.writeHead(200).end();
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => redeliver(delivery.id)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409, 409, 409]);
    await own.arrived(2, SLOW);
    release();
    await attempted(delivery.id, 2);
  });
}, 120_000);

test('on a dead letter it is retry', async () => {
  await withReceiver(async (own) => {
    own.answer(500);
    const { delivery } = await deliverOne(service.api, own.url, { endpoint: once });
    await deliveryWith(service.api, delivery.id, 'dead_lettered', SLOW);
    own.answer(200);
    expect((await redeliver(delivery.id)).status).toBe(202);
    await deliveryWith(service.api, delivery.id, 'succeeded', SLOW);
    expect((await service.api.get(`/v1/dead-letters/${delivery.id}`)).body.rounds).toBe(2);
  });
}, 120_000);

test('without its endpoint there is nowhere to send it', async () => {
  const { endpoint, delivery } = await deliverOne(service.api, receiver.url);
  await deliveryWith(service.api, delivery.id, 'succeeded', SLOW);
  await service.api.delete(`/v1/webhooks/${endpoint.id}`);
  const answer = await redeliver(delivery.id);
  expect([answer.status, answer.body.code]).toEqual([409, 'endpoint_deleted']);
  expect((await redeliver('dlv_00000000000000000000000000')).status).toBe(404);
}, 120_000);
