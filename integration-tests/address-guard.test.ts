import dns from 'node:dns';
import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TestDatabase } from './harness/database.ts';
import { historiesOf } from './harness/histories.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
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

/* The address guard and the URL policy from the event to the socket. The resolver is a stub: it answers as a test says. */

/** An address that any dial would reach, and that stands nowhere else. */
const INSIDE = '127.83.41.7';

let database: TestDatabase;
let service: TestService;
let server: http.Server;
let port: number;
let connections: number;
let answer: RequestListener;
/** What the resolver answers for a name: one list after the other, the last for ever. */
const names = new Map<string, string[][]>();

beforeAll(async () => {
  database = await migratedDatabase();
  server = http.createServer((request, response) => answer(request, response));
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  stubResolver();
});
afterEach(async () => {
  await service?.stop();
});
afterAll(async () => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  await database?.drop();
});

/** All other names go to the machine's own resolver. */
function stubResolver(): void {
  const real = dns.lookup;
  const stub = (name: string, options: object, callback: (error: null, found: dns.LookupAddress[]) => void) => {
    const lists = names.get(name);
    if (!lists) return (real as (...all: unknown[]) => void)(name, options, callback);
    const list = (lists.length > 1 ? lists.shift() : lists[0]) as string[];
    const found = list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(() => callback(null, found));
  };
  jest.spyOn(dns, 'lookup').mockImplementation(stub as never);
}

async function start(overrides: { allowHttp?: boolean; allowedSubnets?: string[] }): Promise<void> {
  connections = 0;
  answer = (_, response) => response.writeHead(200).end();
  service = await startTestService({ databaseUrl: database.url, allowedSubnets: [], ...overrides });
}

/** All that people and programs can read of a delivery, in one text. */
async function everythingAbout(deliveryId: string, eventId: string): Promise<string> {
  const paths = [`/v1/deliveries/${deliveryId}`, `/v1/dead-letters/${deliveryId}`, `/v1/events/${eventId}`];
  const lists = ['/v1/deliveries', '/v1/dead-letters', '/v1/webhooks', '/v1/alert-rules'];
  const answers = await Promise.all([...paths, ...lists].map((path) => service.api.get(path)));
  const histories = await historiesOf(service.temporal, [`delivery/${deliveryId}`, `dead-letter/${deliveryId}`]);
  return JSON.stringify([answers.map(({ body }) => body), histories, service.log]);
}

describe('a name that leads inside', () => {
  test.each([
    ['alone', [[INSIDE]]],
    ['beside a public address', [['93.184.215.14', INSIDE]]],
    ['as IPv6', [['2606:4700::1111', `::ffff:${INSIDE}`]]],
  ])(
    '%s: nothing is dialled, one attempt, and the address is told nowhere',
    async (kind, answers) => {
      await start({});
      const host = `${kind.replaceAll(' ', '-').toLowerCase()}.hooks.example`;
      names.set(host, answers);
      const { delivery, eventId } = await deliverOne(service.api, `http://${host}:${port}/hook`);
      const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered', 60_000);
      expect(parked).toMatchObject({ reason: 'blocked', attempt_count: 1, next_attempt_at: null });
      expect(parked.attempts).toMatchObject([
        { number: 1, outcome: 'blocked', status_code: null, response_excerpt: null },
      ]);
      expect(parked.last_error).toMatch(/^Address not allowed/);
      expect(connections).toBe(0);
      const everything = await everythingAbout(delivery.id, eventId);
      expect(everything).toContain('Address not allowed');
      for (const address of ['127.83', '7f53', '93.184', '2606:4700']) expect(everything).not.toContain(address);
    },
    120_000,
  );

  test('from the second attempt on: the first was sent, the second is not', async () => {
    await start({ allowedSubnets: ['127.0.0.1/32'] });
    answer = (_, response) => response.writeHead(500, { connection: 'close' }).end();
    names.set('rebound.example', [['127.0.0.1'], [INSIDE]]);
    const endpoint = { retry_policy: { schedule: ['1s', '1s', '1s'], jitter: 0 } };
    const { delivery } = await deliverOne(service.api, `http://rebound.example:${port}/hook`, { endpoint });
    const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered', 60_000);
    expect(parked).toMatchObject({ reason: 'blocked', attempt_count: 2 });
    expect(parked.attempts).toMatchObject([{ outcome: 'http_error' }, { outcome: 'blocked' }]);
    expect(connections).toBe(1);
  }, 120_000);

  test('by a redirect: it is not followed', async () => {
    await start({ allowedSubnets: ['127.0.0.1/32'] });
    answer = (_, response) => response.writeHead(307, { location: `http://${INSIDE}:${port}/` }).end();
    names.set('redirecting.example', [['127.0.0.1']]);
    const endpoint = { retry_policy: { maximum_attempts: 1 } };
    const { delivery } = await deliverOne(service.api, `http://redirecting.example:${port}/hook`, { endpoint });
    const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered', 60_000);
    expect(parked.attempts).toMatchObject([{ outcome: 'http_error', status_code: 307 }]);
    expect(connections).toBe(1);
  }, 120_000);
});

describe('the URL policy', () => {
  test('is asked when an endpoint is saved or changed, and answers with the reason and the remedy', async () => {
    await start({ allowHttp: false });
    names.set('inside.example', [[INSIDE]]);
    // What a name leads to is the guard's part: asking here would tell who saves an endpoint.
    const saved = await createEndpoint(service.api, 'https://inside.example/hook');
    for (const [target_url, reason] of REFUSED) {
      const created = await service.api.post('/v1/webhooks', { name: unique('hook'), target_url });
      const changed = await service.api.patch(`/v1/webhooks/${saved.id}`, { target_url });
      for (const { status, body } of [created, changed]) {
        expect([target_url, status, body.errors]).toEqual([
          target_url,
          422,
          [{ path: 'target_url', message: expect.stringMatching(reason) }],
        ]);
      }
    }
    const { body } = await service.api.get(`/v1/webhooks/${saved.id}`);
    expect(body.target_url).toBe('https://inside.example/hook');
  });

  test.each([
    ['blocked', 'a subnet is exempt no longer', { allowHttp: true, allowedSubnets: [] }],
    ['invalid_url', 'http is allowed no longer', { allowHttp: false, allowedSubnets: ['127.0.0.0/8'] }],
  ])(
    'is asked again when it is sent: %s, where %s',
    async (reason, _, tightened) => {
      await start({ allowedSubnets: ['127.0.0.0/8'] });
      const endpoint = await createEndpoint(service.api, `http://127.0.0.1:${port}/hook`);
      const rule = await createRule(service.api, [endpoint.id]);
      await service.stop();
      await start(tightened);
      const eventId = await sendEvent(service.api, rule.event_types[0]);
      const { id } = await deliveryOf(service.api, eventId);
      const parked = await deliveryWith(service.api, id, 'dead_lettered', 60_000);
      expect(parked).toMatchObject({ reason, attempt_count: 1, next_attempt_at: null });
      expect(parked.attempts).toMatchObject([{ outcome: reason, status_code: null }]);
      expect(connections).toBe(0);
      // The URL is what a person wrote, and that is shown; no address is told on top of it.
      expect(parked.last_error).not.toContain('127.');
    },
    120_000,
  );
});

const REFUSED: [string, RegExp][] = [
  ['http://hooks.example/', /must use https/],
  ['ftp://hooks.example/', /must use https/],
  ['https://127.0.0.1/', /private or reserved range/],
  ['https://2130706433/', /private or reserved range/],
  ['https://0x7f.1/', /private or reserved range/],
  ['https://0177.0.0.1/', /private or reserved range/],
  ['https://127.0.0.1./', /private or reserved range/],
  ['https://①②⑦.⓪.⓪.①/', /private or reserved range/],
  ['https://[::1]/', /private or reserved range/],
  ['https://[::ffff:10.0.0.1]/', /private or reserved range/],
  ['https://[64:ff9b::7f00:1]/', /private or reserved range/],
  ['https://[fe80::1%25eth0]/', /must be an absolute URL/],
  ['https://localhost./', /must not be localhost/],
  ['https://ⓛocalhost/', /must not be localhost/],
  ['https://metadata.google.internal/', /private network/],
  ['https://user:pw@hooks.example/', /user name or password/],
  ['https://hooks.example/#a', /fragment/],
  ['https://hooks.example:22/', /must not use port 22/],
  [`https://hooks.example/${'a'.repeat(2_048)}`, /at most 2048 characters/],
];
