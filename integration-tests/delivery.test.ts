import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { apiWith } from './harness/keys.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import {
  createEndpoint,
  createRule,
  deliverOne,
  deliveryOf,
  deliveryWith,
  sendEvent,
  unique,
} from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

const SOON = { retry_policy: { initial_interval: '1s', maximum_interval: '1s', jitter: 0, maximum_attempts: 3 } };

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());
afterAll(() => service.close());

const attemptsOf = async (id: string) => (await service.api.get(`/v1/deliveries/${id}`)).body.attempts;
const headerSchema = JSON.parse(
  readFileSync(join(ROOT, 'integration-tests', 'data', 'schemas', 'delivery-headers.schema.json'), 'utf8'),
);

describe('what a receiver gets', () => {
  test('has the headers of the contract, the own ones too, and a body by its schema', async () => {
    const headers = { 'X-Team': 'ops', Authorization: 'Bearer t0ken' };
    const { delivery, rule, endpoint, eventId } = await deliverOne(service.api, receiver.url, {
      endpoint: { headers },
    });
    const [request] = await receiver.arrived(1);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': delivery.id,
      'x-exosphere-event': rule.event_types[0],
      'x-exosphere-delivery': delivery.id,
      'x-exosphere-attempt': '1',
      'x-team': 'ops',
      authorization: 'Bearer t0ken',
    });
    for (const [name, { pattern }] of Object.entries<{ pattern?: string }>(headerSchema.properties)) {
      expect(String(request?.headers[name])).toMatch(new RegExp(pattern ?? ''));
    }
    const shown = (await service.api.get(`/v1/deliveries/${delivery.id}`)).body.request;
    expect(shown).toMatchObject({ method: 'POST', url: receiver.url });
    for (const [name, value] of Object.entries<string>(shown.headers)) {
      // When an attempt is begun and when it is signed may be in different seconds.
      const isApart = /^•+$/.test(value) || name === 'webhook-timestamp';
      expect([name, request?.headers[name.toLowerCase()]]).toEqual([name, isApart ? expect.any(String) : value]);
    }
    expect(JSON.stringify(shown)).not.toMatch(/t0ken|"ops"/);
    const reader = await apiWith(service.url, service.api, ['deliveries:read']);
    const { url, headers: ofReader } = (await reader.get(`/v1/deliveries/${delivery.id}`)).body.request;
    expect([url, Object.keys(ofReader).some((name) => /team|authorization/i.test(name))]).toEqual([null, false]);
    const body = JSON.parse(request?.text ?? '');
    expect(body).toMatchObject({
      specversion: '1.0',
      id: delivery.id,
      type: 'exosphere.alert.v1',
      source: '/namespaces/default',
      datacontenttype: 'application/json',
      dataschema: 'https://alerts.example/schemas/alert.v1.json',
      data: {
        alert: { status: 'notify', severity: 'error', resolved_at: null, value: null, threshold: null },
        rule: { id: rule.id, name: rule.name, revision: 1 },
        event: { id: eventId, type: rule.event_types[0], data: {} },
      },
    });
    expect(body.data.alert.dedup_key).toMatch(new RegExp(`^${rule.id}:[0-9a-f]{26}$`));
    const settled = await deliveryWith(service.api, delivery.id, 'succeeded');
    expect(settled.body).toEqual(body);
    expect(settled.attempts).toMatchObject([{ number: 1, status_code: 200, outcome: 'success', error: null }]);
    expect(settled.workflow.url).toContain(encodeURIComponent(`delivery/${delivery.id}`));
    const { disableEndpoint: _, ...line } =
      service.log.find(({ msg, delivery_id }) => msg === 'attempt' && delivery_id === delivery.id) ?? {};
    expect(line).toMatchObject({ endpoint_id: endpoint.id, attempt: 1, outcome: 'success', status_code: 200 });
  });

  test('a retry has the same id and body, and a fresh time and signature', async () => {
    receiver.answer(500, 200);
    const { delivery, endpoint } = await deliverOne(service.api, receiver.url, { endpoint: SOON });
    const [first, second] = await receiver.arrived(2);
    await deliveryWith(service.api, delivery.id, 'succeeded');
    expect(second?.text).toBe(first?.text);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.headers['x-exosphere-attempt']).toBe('2');
    expect(Number(second?.headers['webhook-timestamp'])).toBeGreaterThan(Number(first?.headers['webhook-timestamp']));
    for (const request of [first, second]) {
      new Webhook(endpoint.secret).verify(request?.text ?? '', request?.headers as Record<string, string>);
    }
    expect(await attemptsOf(delivery.id)).toMatchObject([
      { number: 1, status_code: 500, outcome: 'http_error', error: 'HTTP 500' },
      { number: 2, status_code: 200, outcome: 'success', error: null },
    ]);
  });
});

describe('answers', () => {
  test('exhausted retries wait as a dead letter, with every attempt visible', async () => {
    receiver.answer((response) => response.writeHead(502, { 'content-type': 'text/plain' }).end('upstream\0broke'));
    const { delivery } = await deliverOne(service.api, receiver.url, { endpoint: SOON });
    const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered');
    expect(parked).toMatchObject({ reason: 'maximum_attempts', last_status_code: 502, next_attempt_at: null });
    expect(parked.attempts.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3]);
    for (const attempt of parked.attempts) expect(attempt.response_excerpt).toMatch(/^upstream.*broke$/);
    expect(receiver.received).toHaveLength(3);
  });

  test('a receiver that echoes what it got does not spill headers or secrets into the record', async () => {
    receiver.answer((response, { headers }) => response.writeHead(500).end(JSON.stringify(headers)));
    const endpoint = { retry_policy: { maximum_attempts: 1 }, headers: { Authorization: 'Bearer t0ken-of-mine' } };
    const { delivery } = await deliverOne(service.api, receiver.url, { endpoint });
    const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered');
    expect(parked.attempts[0].response_excerpt).toContain('"authorization":"••••••••"');
    expect(JSON.stringify(parked)).not.toContain('t0ken-of-mine');
  });

  test('410 is final and disables the endpoint; its other deliveries become dead letters', async () => {
    receiver.answer(410);
    const { delivery, endpoint, rule } = await deliverOne(service.api, receiver.url, { endpoint: SOON });
    const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered');
    expect(parked).toMatchObject({ reason: 'http_410', attempt_count: 1 });
    const { body } = await service.api.get(`/v1/webhooks/${endpoint.id}`);
    expect(body).toMatchObject({ health: 'disabled', disabled_reason: expect.stringContaining('410') });
    const next = await deliveryOf(service.api, await sendEvent(service.api, rule.event_types[0]));
    expect(await deliveryWith(service.api, next.id, 'dead_lettered')).toMatchObject({
      reason: 'endpoint_disabled',
      attempts: [],
    });
    expect(receiver.received).toHaveLength(1);
  });

  test('never_retry makes a class of answers final', async () => {
    receiver.answer(404);
    const policy = { retry_policy: { ...SOON.retry_policy, never_retry: ['4xx'] } };
    const { delivery } = await deliverOne(service.api, receiver.url, { endpoint: policy });
    expect(await deliveryWith(service.api, delivery.id, 'dead_lettered')).toMatchObject({
      reason: 'http_404',
      attempt_count: 1,
    });
  });

  test('a redirect is a failure and is not followed', async () => {
    const target = await startReceiver();
    receiver.answer((response) => response.writeHead(302, { location: `${target.url}?token=hidden` }).end());
    const { delivery } = await deliverOne(service.api, receiver.url, {
      endpoint: { retry_policy: { maximum_attempts: 1 } },
    });
    const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered');
    expect(parked.last_error).toContain('redirects are not followed');
    expect(parked.last_error).not.toContain('hidden');
    expect(target.received).toEqual([]);
    await target.close();
  });

  test('Retry-After is kept to', async () => {
    receiver.answer((response) => response.writeHead(503, { 'retry-after': '3' }).end(), 200);
    const { delivery } = await deliverOne(service.api, receiver.url, { endpoint: SOON });
    const [first, second] = await receiver.arrived(2);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_900);
    await deliveryWith(service.api, delivery.id, 'succeeded');
  });

  test('an address inside is permanent: nothing is dialled and the answer tells no address', async () => {
    const { body: endpoint } = await service.api.post('/v1/webhooks', {
      name: unique('hook'),
      target_url: receiver.url,
    });
    const rule = await createRule(service.api, [endpoint.id]);
    await service.stop();
    service = await startTestService({ databaseUrl: service.databaseUrl, allowedSubnets: [] });
    try {
      const delivery = await deliveryOf(service.api, await sendEvent(service.api, rule.event_types[0]));
      const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered');
      expect(parked).toMatchObject({
        reason: 'blocked',
        attempt_count: 1,
        last_error: expect.stringContaining('Address not allowed'),
      });
      expect(parked.last_error).not.toContain('127.0.0.1');
      expect(receiver.received).toEqual([]);
    } finally {
      await service.stop();
      service = await startTestService({ databaseUrl: service.databaseUrl });
    }
  });
});

test('a secret that cannot be opened uses up no attempt, says so, and is sent once the key is back', async () => {
  const { endpoint, rule } = await deliverOne(service.api, receiver.url);
  await receiver.arrived(1);
  await service.stop();
  const otherKey = `test:${Buffer.alloc(32, 9).toString('base64')}`;
  service = await startTestService({ databaseUrl: service.databaseUrl, encryptionKeys: otherKey });
  const { id } = await deliveryOf(service.api, await sendEvent(service.api, rule.event_types[0]));
  const told = await until(async () => {
    // It is recorded a moment before its workflow starts.
    const described = await service.temporal.workflow
      .getHandle(`delivery/${id}`)
      .describe()
      .catch(() => undefined);
    return described?.raw.pendingActivities?.[0]?.lastFailure?.message;
  }, 'the failure to be told');
  expect(told).toContain(`webhook_endpoints.sealed_secret of ${endpoint.id} does not open`);
  expect(await attemptsOf(id)).toEqual([]);
  await service.stop();
  service = await startTestService({ databaseUrl: service.databaseUrl });
  expect(await deliveryWith(service.api, id, 'succeeded', 40_000)).toMatchObject({ attempt_count: 1 });
});

describe('a slow receiver', () => {
  test('that answers after 5 s gets exactly one POST, recorded as attempt 1', async () => {
    const waiting: (() => void)[] = [];
    receiver.answer((response) => void waiting.push(() => response.writeHead(200).end('late')));
    const { delivery } = await deliverOne(service.api, receiver.url);
    const [request] = await receiver.arrived(1);
    // Long after the workflow task has let go of it, the request is still the one on the way.
    await until(() => Date.now() - (request?.at ?? 0) > 5_000, '5 s to pass');
    const inFlight = await attemptsOf(delivery.id);
    expect(inFlight).toMatchObject([{ number: 1, outcome: null, duration_ms: null }]);
    for (const answer of waiting) answer();
    const settled = await deliveryWith(service.api, delivery.id, 'succeeded');
    expect(settled.attempts).toMatchObject([{ number: 1, outcome: 'success', response_excerpt: 'late' }]);
    expect(settled.attempts[0].duration_ms).toBeGreaterThanOrEqual(5_000);
    expect(receiver.received).toHaveLength(1);
  });

  test('that never answers is a time-out, by the policy', async () => {
    receiver.answer(() => {});
    const endpoint = { retry_policy: { maximum_attempts: 1, timeout: { request: '2s' } } };
    const { delivery } = await deliverOne(service.api, receiver.url, { endpoint });
    const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered');
    expect(parked.attempts).toMatchObject([{ outcome: 'timeout', status_code: null }]);
    expect(receiver.received).toHaveLength(1);
  });

  test('holds up nobody else', async () => {
    receiver.answer(() => {});
    const slow = await createEndpoint(service.api, receiver.url, { retry_policy: { timeout: { request: '30s' } } });
    const stuck = await createRule(service.api, [slow.id]);
    await Promise.all(Array.from({ length: 30 }, () => sendEvent(service.api, stuck.event_types[0])));
    await receiver.arrived(30);
    const quick = await startReceiver();
    const started = Date.now();
    const { delivery } = await deliverOne(service.api, quick.url);
    await deliveryWith(service.api, delivery.id, 'succeeded');
    expect(Date.now() - started).toBeLessThan(10_000);
    await quick.close();
  });
});

describe('before every attempt, rule and endpoint are looked at again', () => {
  /** A delivery between its first attempt and a second one that is an hour off unless something changes. */
  async function waiting() {
    receiver.answer(500);
    const endpoint = { retry_policy: { initial_interval: '2s', maximum_interval: '2s', jitter: 0 } };
    const made = await deliverOne(service.api, receiver.url, { endpoint });
    await deliveryWith(service.api, made.delivery.id, 'retrying');
    return made;
  }

  test.each([
    ['rule deleted', 'rule_deleted', ({ rule }: Made) => service.api.delete(`/v1/alert-rules/${rule.id}`)],
    [
      'rule switched off',
      'rule_switched_off',
      ({ rule }: Made) => service.api.patch(`/v1/alert-rules/${rule.id}`, { is_active: false }),
    ],
    ['endpoint deleted', 'endpoint_deleted', ({ endpoint }: Made) => service.api.delete(`/v1/webhooks/${endpoint.id}`)],
    [
      'endpoint switched off',
      'endpoint_switched_off',
      ({ endpoint }: Made) => service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: false }),
    ],
  ])('%s: skipped, with the reason', async (_, reason, change) => {
    const made = await waiting();
    await change(made);
    expect(await deliveryWith(service.api, made.delivery.id, 'skipped')).toMatchObject({
      reason,
      next_attempt_at: null,
    });
    expect(receiver.received.length).toBeLessThanOrEqual(2);
  });

  test('disabled by the service meanwhile: a dead letter, nothing is lost', async () => {
    const { delivery, rule } = await waiting();
    receiver.answer(410);
    await sendEvent(service.api, rule.event_types[0]);
    const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered');
    expect(['endpoint_disabled', 'http_410']).toContain(parked.reason);
  });

  test('an endpoint that is off when the event comes: skipped at once', async () => {
    const endpoint = await createEndpoint(service.api, receiver.url, { is_active: false });
    const rule = await createRule(service.api, [endpoint.id]);
    const delivery = await deliveryOf(service.api, await sendEvent(service.api, rule.event_types[0]));
    expect(delivery).toMatchObject({ status: 'skipped', reason: 'endpoint_switched_off' });
    expect(receiver.received).toEqual([]);
  });
});

type Made = Awaited<ReturnType<typeof deliverOne>>;
