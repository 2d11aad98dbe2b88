import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Api } from './harness/api.ts';
import { createApi } from './harness/api.ts';
import { type EventStream, openStream } from './harness/event-stream.ts';
import { apiWith, makeKey } from './harness/keys.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, deliverOne, deliveryWith, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

let service: TestService;
/** Another process, which makes no change itself. */
let other: TestService;
let receiver: Receiver;
/** Opened first, for its heartbeat takes a while. */
let quiet: EventStream;
const open: EventStream[] = [];

beforeAll(async () => {
  service = await startTestService();
  other = await startTestService({ databaseUrl: service.databaseUrl, role: 'api' });
  receiver = await startReceiver();
  quiet = (await listen()).stream;
}, 120_000);
afterAll(async () => {
  for (const stream of open) stream.close();
  await other?.close();
  await service?.close();
  await receiver?.close();
});

/** A stream for a new key, in a namespace of its own unless one is named. */
async function listen(scopes = ['admin'], namespace = unique('stream'), at = service) {
  const { id, key } = await makeKey(service.api, scopes, { namespace });
  const stream = await openStream(at.url, { 'x-api-key': key });
  open.push(stream);
  return { id, key, namespace, stream };
}

const silenceOf = (api: Api) =>
  api.post('/v1/silences', { matchers: { rule_name: 'quiet' }, ends_at: new Date(Date.now() + 3_600_000) });

describe('a stream', () => {
  test('tells of each kind that has changed, whichever process is listened to', async () => {
    const { namespace, key, stream } = await listen();
    const { stream: elsewhere } = await listen(['admin'], namespace, other);
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    expect(stream.headers.get('cache-control')).toBe('no-store');
    const api = createApi(service.url, key);
    receiver.answer(404);
    const once = { retry_policy: { maximum_attempts: 1 } };
    const { delivery, endpoint } = await deliverOne(api, receiver.url, { endpoint: once });
    await deliveryWith(api, delivery.id, 'dead_lettered', 60_000);
    for (const each of [stream, elsewhere]) {
      for (const kind of ['webhooks', 'rules', 'events', 'deliveries', 'dead_letters']) await each.told(kind);
    }
    await silenceOf(api);
    await stream.told('silences');
    const before = stream.kinds.filter((kind) => kind === 'dead_letters').length;
    receiver.answer(200);
    await api.post(`/v1/dead-letters/${delivery.id}/retry`);
    await deliveryWith(api, delivery.id, 'succeeded', 60_000);
    await stream.told('dead_letters', before + 1);
    const webhooks = stream.kinds.filter((kind) => kind === 'webhooks').length;
    await api.delete(`/v1/webhooks/${endpoint.id}`);
    await stream.told('webhooks', webhooks + 1);
  }, 150_000);

  test('tells of an alert that fires, and of keys', async () => {
    const { key, stream } = await listen();
    const api = createApi(service.url, key);
    const endpoint = await createEndpoint(api, receiver.url);
    const event_type = unique('custom.counted');
    const trigger = { kind: 'count', threshold: 1, window: '1h' };
    await api.post('/v1/alert-rules', { name: 'count', event_type, webhook_endpoint_id: endpoint.id, trigger });
    await api.post('/v1/events', { type: event_type, data: {} });
    await makeKey(api, ['rules:read']);
    await stream.told('alerts');
    await stream.told('api_keys');
  }, 120_000);

  test('tells nothing of another namespace, nor what its key may not read', async () => {
    const { namespace, key, stream } = await listen(['admin']);
    const { stream: foreign } = await listen();
    const { stream: reader } = await listen(['webhooks:read'], namespace);
    const api = createApi(service.url, key);
    await silenceOf(api);
    await stream.told('silences');
    await createEndpoint(api, receiver.url);
    await reader.told('webhooks');
    await stream.told('webhooks');
    // A round later at the earliest: what had been told to the others would have come before.
    await silenceOf(api);
    await stream.told('silences', 2);
    expect(new Set(reader.kinds)).toEqual(new Set(['webhooks']));
    expect(foreign.kinds).toEqual([]);
  }, 120_000);
});

describe('a stream ends', () => {
  test('when its key is revoked, or expires', async () => {
    const { id, namespace, stream } = await listen();
    const { id: expiring, stream: second } = await listen(['rules:read'], namespace);
    const admin = await apiWith(service.url, service.api, ['admin'], { namespace });
    await query(service.databaseUrl, 'update api_keys set expires_at = now() where id = $1', [expiring]);
    await query(service.databaseUrl, "select pg_notify('exosphere_key_changes', key_id) from api_keys where id = $1", [
      expiring,
    ]);
    await until(() => second.hasEnded(), 'the stream of the expired key to end');
    expect(stream.hasEnded()).toBe(false);
    await admin.delete(`/v1/api-keys/${id}`);
    await until(() => stream.hasEnded(), 'the stream of the revoked key to end');
  }, 120_000);

  test('with its session', async () => {
    const { id, key } = await makeKey(service.api, ['rules:read']);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ api_key: key });
    const signedIn = await service.api.raw('/v1/session', { method: 'POST', headers, body });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] as string;
    const stream = await openStream(service.url, { cookie });
    open.push(stream);
    await silenceOf(service.api);
    await stream.told('silences');
    await service.api.delete(`/v1/api-keys/${id}`);
    await until(() => stream.hasEnded(), 'the stream to end');
  }, 120_000);

  test('when the service stops, which does not wait for it', async () => {
    const stopping = await startTestService({ databaseUrl: service.databaseUrl, role: 'api' });
    const { stream } = await listen(['admin'], unique('stream'), stopping);
    await stopping.stop();
    await until(() => stream.hasEnded(), 'the stream to end');
    // One that was cut off, and not ended, would have been an error in the log of requests.
    expect(stopping.log).toContainEqual(expect.objectContaining({ route: '/v1/stream', status: 200, aborted: false }));
  }, 60_000);
});

test('there are not more of them than there is room for', async () => {
  const { namespace, key, stream } = await listen();
  const more = await Promise.all(Array.from({ length: 99 }, () => openStream(service.url, { 'x-api-key': key })));
  open.push(...more);
  expect(new Set([stream, ...more].map(({ status }) => status))).toEqual(new Set([200]));
  const refused = await createApi(service.url, key).get('/v1/stream');
  expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_streams' } });
  expect(refused.headers.get('retry-after')).toBe('5');
  expect((await listen()).stream.status).toBe(200);
  more[0]?.close();
  const again = async () => {
    const next = await openStream(service.url, { 'x-api-key': key });
    open.push(next);
    return next.status === 200;
  };
  await until(again, `room in ${namespace}`);
}, 60_000);

test('a HEAD of it ends', async () => {
  const { key } = await makeKey(service.api, ['rules:read']);
  const { status } = await fetch(`${service.url}/v1/stream`, { method: 'HEAD', headers: { 'x-api-key': key } });
  expect(status).toBe(200);
});

test('a stream on which nothing happens says now and then that it is still there', async () => {
  await until(() => quiet.text().includes(': still here\n\n'), 'a heartbeat', 90_000);
  expect(quiet.text()).toMatch(/^retry: 2000\n/);
  expect(quiet.kinds).toEqual([]);
}, 120_000);
