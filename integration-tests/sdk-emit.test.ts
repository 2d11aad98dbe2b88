import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { ExosphereAlerts, unwrap } from '@exosphere/alerts';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { freePort } from './harness/free-port.ts';
import { startFront } from './harness/front.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import { createEndpoint, unique, watchedType } from './harness/scenario.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* The SDK, as it is published, against the real service: what is emitted arrives, whatever stands between them. */

let service: TestService;
let receiver: Receiver;
let port: number;
const clients: ExosphereAlerts[] = [];

beforeAll(async () => {
  port = await freePort();
  service = await startTestService({ http: { host: '127.0.0.1', port } });
  receiver = await startReceiver();
}, 60_000);
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close({ timeout: 1 }))));
afterAll(async () => {
  await service.close();
  await receiver.close();
});

function client(url = service.url, hooks: Partial<ConstructorParameters<typeof ExosphereAlerts>[0]> = {}) {
  const made = new ExosphereAlerts({ url, apiKey: API_KEY, onError: () => {}, ...hooks });
  clients.push(made);
  return made;
}

/** The ids of a type's events, once there are so many; each is one record. */
const recorded = (type: string, count: number) =>
  until(async () => {
    const { body } = await service.api.get(`/v1/events?type=${type}&limit=200`);
    return body.items.length >= count && body.items.map(({ id }: { id: string }) => id);
  }, `${count} events of ${type}`);

test('a server that is away for a while: nothing is lost, and nothing is there twice', async () => {
  const type = unique('custom.away');
  const failures: string[] = [];
  const drops: unknown[] = [];
  const alerts = client(service.url, {
    onError: ({ code }) => failures.push(code),
    onDrop: (event) => drops.push(event),
  });
  await alerts.send({ type, data: { n: 0 } });
  await service.stop();
  for (let n = 1; n < 150; n++) alerts.emit({ type, data: { n } });
  // Tries 1 to 4, with 4 to 8 s between the first and the last.
  await until(() => failures.length >= 4, 'four tries in vain');
  expect(await alerts.flush({ timeout: 1 })).toBe(false);
  expect(alerts.pending).toBe(149);
  service = await startTestService({ http: { host: '127.0.0.1', port }, databaseUrl: service.databaseUrl });
  expect(await alerts.flush({ timeout: 60_000 })).toBe(true);
  expect(new Set(await recorded(type, 150)).size).toBe(150);
  expect({ pending: alerts.pending, drops }).toEqual({ pending: 0, drops: [] });
  expect(new Set(failures)).toEqual(new Set(['unreachable']));
}, 120_000);

test('503 and 429 with Retry-After, resets, answers that are lost: each event is recorded once, and delivered', async () => {
  const type = await watchedType(service.api, receiver.url);
  const front = await startFront(service.url, ['unavailable', 'too-many', 'answer-lost', 'reset', 'pass']);
  try {
    const drops: unknown[] = [];
    const alerts = client(front.url, { onDrop: (event) => drops.push(event) });
    const ids = Array.from({ length: 60 }, (_, n) => alerts.emit({ type, data: { n } }));
    expect(await alerts.flush({ timeout: 60_000 })).toBe(true);
    expect(front.counts).toMatchObject({ unavailable: 1, 'too-many': 1, 'answer-lost': 1, reset: 1, pass: 1 });
    expect((await recorded(type, 60)).toSorted()).toEqual(ids.toSorted());
    const requests = await receiver.arrived(60);
    const delivered = requests.map(({ text }) => JSON.parse(text).data.event.id);
    expect(new Set(delivered)).toEqual(new Set(ids));
    expect(drops).toEqual([]);
  } finally {
    await front.close();
  }
}, 120_000);

test('what the service says of an event reaches the caller', async () => {
  const drops: [string | undefined, string][] = [];
  const alerts = client(service.url, { onDrop: ({ id }, { code }) => drops.push([id, code]) });
  const id = unique('evt');
  expect(await alerts.send({ type: 'custom.a', id, data: { n: 1 } })).toEqual({ id, status: 'accepted' });
  await recorded('custom.a', 1);
  expect(await alerts.send({ type: 'custom.a', id, data: { n: 1 } })).toEqual({ id, status: 'duplicate' });
  alerts.emit({ type: 'no type' as string, id: 'bad', data: {} });
  alerts.emit({ type: 'custom.a', id, data: { n: 2 } });
  // @ts-expect-error: only the service itself emits it
  alerts.emit({ type: 'webhook.ping', id: 'reserved', data: {} });
  // @ts-expect-error: an event of a run says which
  alerts.emit({ type: 'workflow.failed', id: 'run', data: { graph_name: 'etl' } });
  expect(await alerts.flush()).toBe(true);
  expect(drops).toEqual([
    ['bad', 'invalid'],
    [id, 'event_id_conflict'],
    ['reserved', 'reserved_type'],
  ]);
  const stranger = client(service.url, { apiKey: 'somebody-else-with-a-key-of-enough-characters' });
  await expect(stranger.send({ type: 'custom.a', data: {} })).rejects.toMatchObject({ status: 401 });
});

test('all of the REST API, typed', async () => {
  const { api } = client();
  const { id } = await createEndpoint(service.api, receiver.url);
  const endpoint = await unwrap(api.GET('/v1/webhooks/{id}', { params: { path: { id } } }));
  expect(endpoint.kind).toBe('http');
  const { items } = await unwrap(api.GET('/v1/webhooks', { params: { query: { limit: 200 } } }));
  expect(items.map((one) => one.id)).toContain(id);
  const missing = api.GET('/v1/webhooks/{id}', { params: { path: { id: 'we_none' } } });
  await expect(unwrap(missing)).rejects.toMatchObject({ name: 'ExosphereAlertsError', status: 404, code: 'not_found' });
  const bad = api.POST('/v1/webhooks', { body: { name: '', target_url: 'nowhere' } });
  await expect(unwrap(bad)).rejects.toMatchObject({ status: 422, errors: expect.arrayContaining([expect.anything()]) });
  expect(await unwrap(api.DELETE('/v1/webhooks/{id}', { params: { path: { id } } }))).toBeUndefined();
});

/** This Node, and the oldest that the SDK is for, where the machine has it. */
const nodes = [process.execPath, '/usr/bin/node'].filter((node, at) => at === 0 || /^v20\./.test(versionOf(node)));
function versionOf(node: string): string {
  try {
    return execFileSync(node, ['--version'], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

test.each(nodes)('%s: a process that emits ends by itself', async (node) => {
  const type = unique('custom.process');
  const run = (url: string, rest: string) => {
    const script = `
      import { ExosphereAlerts } from '@exosphere/alerts';
      import { verify } from '@exosphere/alerts/verify';
      const alerts = new ExosphereAlerts({ url: '${url}', apiKey: '${API_KEY}', onError: ({ code }) => console.log(code) });
      alerts.emit({ type: '${type}', data: { by: '${rest}' } });
      ${rest}`;
    const env = { PATH: process.env.PATH ?? '' };
    return promisify(execFile)(node, ['--input-type=module', '-e', script], { cwd: ROOT, env, timeout: 60_000 });
  };
  expect((await run(service.url, 'console.log(await alerts.flush());')).stdout).toBe('true\n');
  // What is under way is finished without: it is only not tried again.
  expect((await run(service.url, '')).stdout).toBe('');
  const nobody = `http://127.0.0.1:${await freePort()}`;
  expect((await run(nobody, '')).stdout).toBe('unreachable\n');
  const waited = await run(nobody, 'console.log(await alerts.flush({ timeout: 1_000 }));');
  expect(waited.stdout).toMatch(/^unreachable\n(unreachable\n)*false\n$/);
  expect(await recorded(type, 2)).toHaveLength(2);
});
