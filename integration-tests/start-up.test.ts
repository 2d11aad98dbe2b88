import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApi } from './harness/api.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import {
  freePorts,
  interrupt,
  killAllStarted,
  npmStart,
  type Ports,
  processesNaming,
  type Started,
  stillRunning,
} from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import { testServers } from './harness/servers.ts';
import { API_KEY, ENCRYPTION_KEYS } from './harness/service.ts';
import { externalSettings } from './harness/service-process.ts';
import { until } from './harness/until.ts';

/* What a person meets who types `npm start`: the process itself, from outside. A start takes seconds, so tests share them. */

const folder = mkdtempSync(join(tmpdir(), 'exosphere-start-'));
/** The data folder whose life the tests follow from its first start on. */
const home = join(folder, 'home');

let homePorts: Ports;
let receiver: Receiver;
let cli: Record<string, string>;

beforeAll(async () => {
  homePorts = await freePorts();
  receiver = await startReceiver();
  cli = { TEMPORAL_CLI_PATH: testServers().temporalCli };
});

afterAll(async () => {
  await killAllStarted();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const startHome = (...args: string[]) =>
  npmStart({ env: { ...cli, ...homePorts }, args: ['--data-dir', home, ...args] });
const keyOf = (dataDir: string) => readFileSync(join(dataDir, 'api-key'), 'utf8').trim();
const homeApi = () => createApi(`http://127.0.0.1:${homePorts.PORT}`, keyOf(home));

/** The events that were sent, without those of the service's own. */
async function sentEvents() {
  const { items } = (await homeApi().get('/v1/events')).body;
  return items.filter((event: { accepted_by: string }) => event.accepted_by !== 'service');
}

describe('one data folder, from its first start on', () => {
  let service: Started;

  test('the first start prints where everything is, the key once, and a signed delivery as it arrives', async () => {
    service = startHome();
    const { PORT, EXOSPHERE_TEMPORAL_UI_PORT: uiPort } = homePorts;
    await service.prints(/\/inbox ← dlv_\w+ \(workflow\.failed\), attempt 1: signature verified, answered 200\./);
    const out = service.out();
    expect(out).toMatch(new RegExp(`API +http://127\\.0\\.0\\.1:${PORT}/v1\\n`));
    expect(out).toMatch(new RegExp(`API docs +http://127\\.0\\.0\\.1:${PORT}/docs\\n`));
    expect(out).toMatch(new RegExp(`Temporal UI +http://127\\.0\\.0\\.1:${uiPort}\\n`));
    expect(out).toMatch(new RegExp(`API key +${keyOf(home)} +\\(shown this once\\)\\n`));
    expect(out).toContain('127.0.0.0/8');
    const pages = [`http://127.0.0.1:${PORT}/docs`, `http://127.0.0.1:${PORT}/readyz`, `http://127.0.0.1:${uiPort}`];
    for (const page of pages) expect((await fetch(page)).status).toBe(200);
    expect(service.err()).toBe('');
  });

  test('the command of the banner, pasted, sends an event that arrives', async () => {
    const [, command] = (await service.prints(/Send an event:\n(( {2}curl [\s\S]*?)\n)\n/)) as unknown as [
      string,
      string,
    ];
    const answer = spawnSync('/bin/sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
    expect(answer.stderr).toBe('');
    expect(JSON.parse(answer.stdout)).toMatchObject({ status: 'accepted' });
    await service.prints(/etl run 42/);
  });

  test('the flaky inbox leaves a dead letter', async () => {
    await service.prints(
      /\/inbox\/flaky ← dlv_\w+ \(workflow\.failed\), attempt 3: signature verified, answered 503\./,
    );
    const waiting = await until(async () => {
      const { items } = (await homeApi().get('/v1/dead-letters?status=waiting')).body;
      return items.find((letter: { event_id: string }) => letter.event_id === 'sample-1');
    }, 'the dead letter of the sample');
    expect(waiting).toMatchObject({
      rounds: 1,
      reason: 'maximum_attempts',
      last_error: expect.stringContaining('503'),
    });
  });

  test('another start on the same folder is told so, and disturbs nothing', async () => {
    const second = startHome();
    expect(await second.exited).toBe(1);
    expect(second.err()).toMatch(/is running on .*home already \(process \d+\)\. Stop it first, or .* --data-dir/);
    expect((await fetch(`http://127.0.0.1:${homePorts.PORT}/readyz`)).status).toBe(200);
  });

  test('Ctrl-C stops all of it with exit code 0', async () => {
    const family = await interrupt(service);
    expect(family.some(({ command }) => command.includes('postgres'))).toBe(true);
    expect(family.some(({ command }) => command.includes('start-dev'))).toBe(true);
    await until(() => stillRunning(family).length === 0, 'the end of every child');
    expect(processesNaming(home)).toEqual([]);
    expect(service.out()).toContain('Stopping');
    expect(service.err()).toBe('');
  });

  test('a second start goes on with the data, and shows neither sample nor key again', async () => {
    service = startHome();
    await service.prints(/curl /);
    expect(await sentEvents()).toHaveLength(2);
    expect((await homeApi().get('/v1/webhooks')).body.items).toHaveLength(2);
    const letter = (await homeApi().get('/v1/dead-letters')).body.items.find(
      ({ event_id }: { event_id: string }) => event_id === 'sample-1',
    );
    expect(await homeApi().post(`/v1/dead-letters/${letter.id}/retry`, {})).toMatchObject({ status: 202 });
    await service.prints(new RegExp(`/inbox/flaky ← ${letter.id} .*, attempt 4: signature verified, answered 200`));
    await until(async () => {
      return (await homeApi().get(`/v1/dead-letters/${letter.id}`)).body.status === 'succeeded';
    }, 'the end of the dead letter');
    expect(service.out()).not.toContain('sample event');
    expect(service.out()).not.toContain(keyOf(home));
    expect(service.out()).toContain('api-key');
  });

  test('killed with a request on the way, it leaves no servers behind', async () => {
    const api = homeApi();
    const { body: endpoint } = await api.post('/v1/webhooks', { name: 'hanging', target_url: receiver.url });
    await api.post('/v1/alert-rules', {
      name: 'hanging',
      event_type: 'custom.killed',
      webhook_endpoint_id: endpoint.id,
    });
    const hanging: ServerResponse[] = [];
    receiver.answer((response) => void hanging.push(response), 200);
    await api.post('/v1/events', { type: 'custom.killed', data: {} });
    await receiver.arrived(1);
    const family = service.family();
    service.signal('SIGKILL');
    expect(await service.exited).toBe(null);
    for (const response of hanging) response.destroy();
    await until(() => stillRunning(family).length === 0, 'the end of the servers by their lifelines');
    expect(processesNaming(home)).toEqual([]);
  });

  // It runs while the test below does; the last one looks at it again.
  test('and starts again', async () => {
    service = startHome();
    await service.prints(/curl /);
    expect(await sentEvents()).toHaveLength(3);
  });
});

test('with DATABASE_URL and TEMPORAL_ADDRESS, an api and a worker process deliver, and nothing is embedded', async () => {
  const database = await migratedDatabase();
  const unused = join(folder, 'unused');
  const ports = await freePorts();
  const workerPorts = await freePorts();
  const args = ['--data-dir', unused];
  receiver.answer(200);
  try {
    const api = npmStart({ env: { ...externalSettings(database.url), ...ports, EXOSPHERE_ROLE: 'api' }, args });
    const worker = npmStart({
      env: { ...externalSettings(database.url), ...workerPorts, EXOSPHERE_ROLE: 'worker' },
      args,
    });
    await Promise.all([api.prints(/"msg":"running"/), worker.prints(/"msg":"running"/)]);
    expect([...api.family(), ...worker.family()]).toEqual([]);
    expect(existsSync(unused)).toBe(false);

    const client = createApi(`http://127.0.0.1:${ports.PORT}`, API_KEY);
    const target_url = `${receiver.url}/from-two-processes`;
    const { body: endpoint } = await client.post('/v1/webhooks', { name: 'roles', target_url });
    const rule = { name: 'roles', event_type: 'custom.roles', webhook_endpoint_id: endpoint.id };
    await client.post('/v1/alert-rules', rule);
    await client.post('/v1/events', { type: 'custom.roles', data: {} });
    await until(() => receiver.received.some(({ path }) => path === new URL(target_url).pathname), 'the delivery');
    await until(() => worker.out().includes('"msg":"attempt"'), "the attempt in the worker's log");
    expect(api.out()).not.toContain('"msg":"attempt"');
    // The worker's process answers its probes, and nothing of the API.
    expect((await fetch(`http://127.0.0.1:${workerPorts.PORT}/readyz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${workerPorts.PORT}/v1/events`)).status).toBe(404);

    await Promise.all([interrupt(api), interrupt(worker)]);
    const output = [api, worker].map((each) => each.out() + each.err()).join('');
    for (const secret of [API_KEY, ENCRYPTION_KEYS.split(':')[1]!, endpoint.secret, new URL(database.url).password]) {
      expect(output).not.toContain(secret);
    }
  } finally {
    await database.drop();
  }
});

/** Last, as it takes most of a minute from the kill on: until it is sure that nobody holds the request any more. */
test('the delivery that was on the way when the service was killed arrives', async () => {
  const isIt = ({ path, headers }: Receiver['received'][number]) =>
    path === '/hook' && headers['x-exosphere-event'] === 'custom.killed';
  const requests = await until(
    () => {
      const found = receiver.received.filter(isIt);
      return found.length > 1 && found;
    },
    'the second attempt',
    120_000,
  );
  expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const id = requests[0]?.headers['webhook-id'];
  await until(async () => (await homeApi().get(`/v1/deliveries/${id}`)).body.status === 'succeeded', 'its success');
  const { attempts } = (await homeApi().get(`/v1/deliveries/${id}`)).body;
  expect(attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['interrupted', 'success']);
  const log = readFileSync(join(home, 'service.log'), 'utf8');
  expect(log).toContain('"msg":"attempt"');
  expect(log).not.toContain(keyOf(home));
}, 180_000);
