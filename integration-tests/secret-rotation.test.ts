import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { query } from './harness/query.ts';
import { type Received, type Receiver, startReceiver, withReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliveryWith, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';
import { headersOf, verify } from './harness/verify.ts';

/* Rotating an endpoint's secret: who verifies by the old one or the new one meanwhile, and until when. */

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
const rotate = (id: string, body?: object) => service.api.post(`/v1/webhooks/${id}/rotate-secret`, body);

test('both secrets verify every request while the grace lasts, the new one first; retries and redeliveries too', async () => {
  await withReceiver(async (own) => {
    const endpoint = await createEndpoint(service.api, own.url, { retry_policy: { schedule: ['1s'], jitter: 0 } });
    const rule = await createRule(service.api, [endpoint.id]);
    const { status, body: rotated } = await rotate(endpoint.id);
    expect(status).toBe(200);
    expect(rotated).toMatchObject({ id: endpoint.id, secret: expect.stringMatching(/^whsec_/) });
    expect(rotated.secret_hint).toBe(`whsec_…${rotated.secret.slice(-4)}`);
    expect(rotated.secret).not.toBe(endpoint.secret);
    const graceMs = Date.parse(rotated.previous_secret_until) - Date.parse(rotated.updated_at);
    expect(graceMs).toBe(86_400_000);

    own.answer(500, 200);
    const eventId = await sendEvent(service.api, rule.event_types[0]);
    await own.arrived(2, SLOW);
    const { items } = (await service.api.get(`/v1/deliveries?event_id=${eventId}`)).body;
    await deliveryWith(service.api, items[0].id, 'succeeded', SLOW);
    const sentSeconds = headersOf(own.received[1] as Received)['webhook-timestamp'];
    // A timestamp of its own shows once the second has passed.
    await until(() => Math.floor(Date.now() / 1000) > Number(sentSeconds), 'the next second');
    expect((await service.api.post(`/v1/deliveries/${items[0].id}/redeliver`)).status).toBe(202);
    await own.arrived(3, SLOW);
    await service.api.post(`/v1/webhooks/${endpoint.id}/test`);
    const requests = await own.arrived(4, SLOW);
    for (const request of requests) {
      verify(request, rotated.secret);
      verify(request, endpoint.secret);
      const [first, second] = (headersOf(request)['webhook-signature'] as string).split(' ') as [string, string];
      const only = (signature: string) => ({ ...headersOf(request), 'webhook-signature': signature });
      new Webhook(rotated.secret).verify(request.text, only(first));
      new Webhook(endpoint.secret).verify(request.text, only(second));
      expect(() => new Webhook(endpoint.secret).verify(request.text, only(first))).toThrow();
      expect(headersOf(request)['x-exosphere-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
    }
    const [first, retry, again] = requests.map((request) => headersOf(request)) as Record<string, string>[];
    const sent = [first, retry, again].map((each) => Number(each?.['webhook-timestamp']));
    expect(sent[0]).toBeLessThan(sent[1] as number);
    expect(sent[1]).toBeLessThan(sent[2] as number);
    expect(new Set([first, retry, again].map((each) => each?.['webhook-id'])).size).toBe(1);
    expect(new Set([first, retry, again].map((each) => each?.['webhook-signature'])).size).toBe(3);
    expect([first, retry, again].map((each) => each?.['x-exosphere-attempt'])).toEqual(['1', '2', '3']);
  });
});

test('after the grace, and without one, the old secret signs no more; the next write takes it away', async () => {
  await withReceiver(async (own) => {
    const endpoint = await createEndpoint(service.api, own.url);
    const ping = async () => {
      await service.api.post(`/v1/webhooks/${endpoint.id}/test`);
      return own.received.at(-1) as Received;
    };
    const { body: rotated } = await rotate(endpoint.id, { grace_seconds: 3600 });
    verify(await ping(), endpoint.secret);
    const isKept = async () =>
      (
        await query(service.databaseUrl, 'select sealed_previous_secret from webhook_endpoints where id = $1', [
          endpoint.id,
        ])
      )[0].sealed_previous_secret !== null;
    await service.api.patch(`/v1/webhooks/${endpoint.id}`, { description: 'within the grace' });
    expect(await isKept()).toBe(true);
    await query(
      service.databaseUrl,
      "update webhook_endpoints set previous_secret_until = now() - interval '1 second' where id = $1",
      [endpoint.id],
    );
    const after = await ping();
    verify(after, rotated.secret);
    expect(() => verify(after, endpoint.secret)).toThrow();
    expect(headersOf(after)['webhook-signature']).not.toContain(' ');
    await service.api.patch(`/v1/webhooks/${endpoint.id}`, { description: 'after the grace' });
    expect(await isKept()).toBe(false);

    const own1 = `whsec_${Buffer.alloc(32, unique('secret')).toString('base64')}`;
    expect((await rotate(endpoint.id, { secret: own1, grace_seconds: 0 })).body).toMatchObject({
      secret: own1,
      previous_secret_until: null,
    });
    const last = await ping();
    verify(last, own1);
    expect(() => verify(last, rotated.secret)).toThrow();
  });
});

test('a second rotation within the grace ends the oldest secret: at most two live', async () => {
  await withReceiver(async (own) => {
    const endpoint = await createEndpoint(service.api, own.url);
    const { body: second } = await rotate(endpoint.id);
    const { body: third } = await rotate(endpoint.id);
    await service.api.post(`/v1/webhooks/${endpoint.id}/test`);
    const [request] = own.received as [Received];
    verify(request, third.secret);
    verify(request, second.secret);
    expect(() => verify(request, endpoint.secret)).toThrow();
  });
});

test('rotations and changes at once: each takes its turn, and what is left are the last two secrets', async () => {
  await withReceiver(async (own) => {
    const endpoint = await createEndpoint(service.api, own.url, { headers: { 'x-kept': 'kept-all-along' } });
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => rotate(endpoint.id)),
      ...Array.from({ length: 4 }, (_, index) =>
        service.api.patch(`/v1/webhooks/${endpoint.id}`, { description: `${index}` }),
      ),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    await service.api.post(`/v1/webhooks/${endpoint.id}/test`);
    const [request] = own.received as [Received];
    expect(headersOf(request)['x-kept']).toBe('kept-all-along');
    const passes = (secret: string) => {
      try {
        verify(request, secret);
        return true;
      } catch {
        return false;
      }
    };
    expect(answers.slice(0, 4).filter(({ body }) => passes(body.secret))).toHaveLength(2);
  });
});

test.each([
  ['a grace of more than a week', { grace_seconds: 604_801 }, 'grace_seconds'],
  ['a grace below 0', { grace_seconds: -1 }, 'grace_seconds'],
  ['half a second', { grace_seconds: 0.5 }, 'grace_seconds'],
  ['a secret of another form', { secret: 'whsec_short' }, 'secret'],
  ['an unknown field', { reason: 'leaked' }, 'reason'],
])('%s is a 422', async (_, body, path) => {
  const endpoint = await createEndpoint(service.api, receiver.url);
  const answer = await rotate(endpoint.id, body);
  expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, path]);
});

test('the secret in use is refused, and an unknown endpoint a 404', async () => {
  const endpoint = await createEndpoint(service.api, receiver.url);
  const answer = await rotate(endpoint.id, { secret: endpoint.secret });
  expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'secret']);
  expect(JSON.stringify(answer.body)).not.toContain(endpoint.secret);
  expect((await rotate('we_00000000000000000000000000')).status).toBe(404);
});
