import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { type Received, type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliverOne, deliveryWith, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
});
afterAll(async () => {
  await service.close();
  await receiver.close();
});

const SLOW = 60_000;
const once = { retry_policy: { maximum_attempts: 1 } };
/** A receiver may take as long as any policy allows: a slow machine's other calls must not outlast it. */
const patient = { retry_policy: { maximum_attempts: 1, timeout: { request: '30s' } } };
const headers = (request: Received) => request.headers as Record<string, string>;

/** Both official verifiers, by one secret. @throws Error when either refuses the request */
function verify(request: Received, secret: string): void {
  new Webhook(secret).verify(request.text, headers(request));
  Stripe.webhooks.constructEvent(request.text, headers(request)['x-exosphere-signature'] as string, secret);
}

/** A receiver of a test's own. @returns what `use` gives, once the receiver is closed again */
async function withReceiver<T>(use: (own: Receiver) => Promise<T>): Promise<T> {
  const own = await startReceiver();
  try {
    return await use(own);
  } finally {
    await own.close();
  }
}

const sql = async (text: string, values: unknown[] = []) => {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
};

const deliveryNow = async (id: string) => (await service.api.get(`/v1/deliveries/${id}`)).body;

/** A delivery's detail, once it has so many attempts and each has an outcome. */
function attempted(id: string, count: number) {
  return until(
    async () => {
      const detail = await deliveryNow(id);
      const ended = detail.attempts.filter((attempt: { outcome: string | null }) => attempt.outcome !== null);
      // The row and its attempts are read one after the other.
      return ended.length >= count && detail.attempt_count >= count && detail;
    },
    `${count} attempts of ${id}`,
    SLOW,
  );
}

describe('a test-send', () => {
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
      const events = await sql('select type, about_endpoint_id from service_events where about_endpoint_id = $1', [
        endpoint.id,
      ]);
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
    await sql("update webhook_endpoints set target_url = 'http://10.0.0.1:8080/' where id = $1", [endpoint.id]);
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
});

describe('rotating the secret', () => {
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
      const sentSeconds = headers(own.received[1] as Received)['webhook-timestamp'];
      // A timestamp of its own shows once the second has passed.
      await until(() => Math.floor(Date.now() / 1000) > Number(sentSeconds), 'the next second');
      expect((await service.api.post(`/v1/deliveries/${items[0].id}/redeliver`)).status).toBe(202);
      await own.arrived(3, SLOW);
      await service.api.post(`/v1/webhooks/${endpoint.id}/test`);
      const requests = await own.arrived(4, SLOW);
      for (const request of requests) {
        verify(request, rotated.secret);
        verify(request, endpoint.secret);
        const [first, second] = (headers(request)['webhook-signature'] as string).split(' ') as [string, string];
        const only = (signature: string) => ({ ...headers(request), 'webhook-signature': signature });
        new Webhook(rotated.secret).verify(request.text, only(first));
        new Webhook(endpoint.secret).verify(request.text, only(second));
        expect(() => new Webhook(endpoint.secret).verify(request.text, only(first))).toThrow();
        expect(headers(request)['x-exosphere-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
      }
      const [first, retry, again] = requests.map((request) => headers(request)) as Record<string, string>[];
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
        (await sql('select sealed_previous_secret from webhook_endpoints where id = $1', [endpoint.id]))[0]
          .sealed_previous_secret !== null;
      await service.api.patch(`/v1/webhooks/${endpoint.id}`, { description: 'within the grace' });
      expect(await isKept()).toBe(true);
      await sql("update webhook_endpoints set previous_secret_until = now() - interval '1 second' where id = $1", [
        endpoint.id,
      ]);
      const after = await ping();
      verify(after, rotated.secret);
      expect(() => verify(after, endpoint.secret)).toThrow();
      expect(headers(after)['webhook-signature']).not.toContain(' ');
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
      expect(headers(request)['x-kept']).toBe('kept-all-along');
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
});

describe('a redelivery', () => {
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
      expect(headers(second)['webhook-id']).toBe(delivery.id);
      expect(headers(second)['x-exosphere-attempt']).toBe('2');
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
      expect(headers(own.received.at(-1) as Received)['x-exosphere-event']).toBe('webhook.ping');
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
});
