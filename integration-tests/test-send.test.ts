import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { query } from './harness/query.ts';
import { type Received, type Receiver, startReceiver, withReceiver } from './harness/receiver.ts';
import { createEndpoint, deliverOne, deliveryWith } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { verify } from './harness/verify.ts';

/* A test-send: a signed webhook.ping, sent while somebody waits for its outcome. */

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
const deliveryNow = async (id: string) => (await service.api.get(`/v1/deliveries/${id}`)).body;

test('is a signed webhook.ping with the body of an alert, and a delivery with its attempt', async () => {
  await withReceiver(async (own) => {
    own.answer((response) => response.writeHead(202, { 'content-type': 'text/plain' }).end('taken, thank you'));
    const endpoint = await createEndpoint(service.api, own.url, { headers: { 'x-team': 'on-call-of-ping' } });
    const { status, body } = await service.api.post(`/v1/webhooks/${endpoint.id}/test`);
    expect([status, body]).toEqual([
      200,
      {
        delivery_id: expect.stringMatching(/^dlv_/),
        outcome: 'success',
        status_code: 202,
        duration_ms: expect.any(Number),
        error: null,
        response_excerpt: 'taken, thank you',
      },
    ]);
    const [request] = own.received as [Received];
    verify(request, endpoint.secret);
    expect(request.headers).toMatchObject({
      'webhook-id': body.delivery_id,
      'x-exosphere-delivery': body.delivery_id,
      'x-exosphere-event': 'webhook.ping',
      'x-exosphere-attempt': '1',
      'x-team': 'on-call-of-ping',
    });
    expect(JSON.parse(request.text)).toMatchObject({
      specversion: '1.0',
      id: body.delivery_id,
      type: 'exosphere.alert.v1',
      subject: `webhooks/${endpoint.id}`,
      data: {
        alert: { status: 'notify', severity: 'info', dedup_key: expect.stringMatching(/^ar_0{26}:\w{26}$/) },
        rule: { name: 'Test', revision: 1 },
        event: { type: 'webhook.ping', data: { endpoint_id: endpoint.id, endpoint_name: endpoint.name } },
      },
    });
    const delivery = await deliveryNow(body.delivery_id);
    expect(delivery).toMatchObject({ status: 'succeeded', reason: null, attempt_count: 1, workflow: null });
    expect(delivery.attempts).toEqual([
      expect.objectContaining({
        number: 1,
        outcome: 'success',
        status_code: 202,
        response_excerpt: 'taken, thank you',
      }),
    ]);
    expect(delivery.body).toEqual(JSON.parse(request.text));
    const events = await query(
      service.databaseUrl,
      'select type, about_endpoint_id from service_events where about_endpoint_id = $1',
      [endpoint.id],
    );
    expect(events).toEqual([{ type: 'webhook.ping', about_endpoint_id: endpoint.id }]);
  });
});

test('reaches an endpoint that is off, and one that the service has disabled, and changes neither', async () => {
  await withReceiver(async (own) => {
    const off = await createEndpoint(service.api, own.url, { is_active: false });
    expect((await service.api.post(`/v1/webhooks/${off.id}/test`)).body.outcome).toBe('success');
    expect((await service.api.get(`/v1/webhooks/${off.id}`)).body).toMatchObject({ is_active: false });

    own.answer(410);
    const { endpoint, delivery } = await deliverOne(service.api, own.url);
    await deliveryWith(service.api, delivery.id, 'dead_lettered', SLOW);
    own.answer(200);
    expect((await service.api.post(`/v1/webhooks/${endpoint.id}/test`)).body.outcome).toBe('success');
    expect((await service.api.get(`/v1/webhooks/${endpoint.id}`)).body.health).toBe('disabled');
  });
});

test('that fails is a 200 that says why: nothing is retried, parked, or held against the endpoint', async () => {
  await withReceiver(async (own) => {
    const endpoint = await createEndpoint(service.api, own.url);
    const failed = async () => (await service.api.post(`/v1/webhooks/${endpoint.id}/test`)).body;
    own.answer(410);
    const gone = await failed();
    expect(gone).toMatchObject({
      outcome: 'http_error',
      status_code: 410,
      error: expect.stringMatching(/^HTTP 410/),
    });
    own.answer((response) => response.socket?.destroy());
    const cut = await failed();
    expect(cut).toMatchObject({ outcome: 'network', status_code: null, response_excerpt: null });
    expect((await service.api.get(`/v1/webhooks/${endpoint.id}`)).body).toMatchObject({
      health: 'healthy',
      disabled_reason: null,
    });
    for (const { delivery_id } of [gone, cut]) {
      expect(await deliveryNow(delivery_id)).toMatchObject({
        status: 'discarded',
        reason: 'test_failed',
        next_attempt_at: null,
        attempts: [{ number: 1 }],
      });
    }
    const { body: letters } = await service.api.get(`/v1/dead-letters?endpoint_id=${endpoint.id}`);
    expect(letters.items).toEqual([]);
  });
});

test('is bounded by the time-out of the policy', async () => {
  await withReceiver(async (own) => {
    own.answer(() => {});
    const endpoint = await createEndpoint(service.api, own.url, { retry_policy: { timeout: { request: '1s' } } });
    const { body } = await service.api.post(`/v1/webhooks/${endpoint.id}/test`);
    expect(body).toMatchObject({ outcome: 'timeout', error: 'no answer came within 1 s' });
  });
});

test('to an address that is not allowed dials nothing and tells no address', async () => {
  const endpoint = await createEndpoint(service.api, 'http://localtest.example/');
  await query(service.databaseUrl, "update webhook_endpoints set target_url = 'http://10.0.0.1:8080/' where id = $1", [
    endpoint.id,
  ]);
  const answer = await service.api.post(`/v1/webhooks/${endpoint.id}/test`);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ outcome: 'blocked', status_code: null, response_excerpt: null });
  expect(JSON.stringify(answer.body)).not.toContain('10.0.0.1');
});

test('needs no worker: a process of role api makes it', async () => {
  const api = await startTestService({ role: 'api' });
  try {
    const endpoint = await createEndpoint(api.api, receiver.url);
    const { status, body } = await api.api.post(`/v1/webhooks/${endpoint.id}/test`);
    expect([status, body.outcome]).toEqual([200, 'success']);
  } finally {
    await api.close();
  }
});

test('of an endpoint that is not in the namespace is a 404', async () => {
  expect((await service.api.post('/v1/webhooks/we_00000000000000000000000000/test')).status).toBe(404);
});
