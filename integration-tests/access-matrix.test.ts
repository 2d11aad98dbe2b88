import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeApi } from '../src/api/index.ts';
import { allows, type RequiredScope, scopes } from '../src/domain/scope.ts';
import { alertRule } from './harness/alerts.ts';
import { type Api, createApi } from './harness/api.ts';
import { parkOne } from './harness/dead-letters.ts';
import { apiWith, makeKey } from './harness/keys.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/*
 * Every operation of the API's description, which is written from the routes themselves, by every kind of key. Who adds a
 * route has it tried without a line here; one with a new kind of id says in `ours` what has such an id.
 */
interface Operation {
  method: string;
  path: string;
  /** Undefined: no key is needed. */
  scope: RequiredScope | undefined;
  takesBody: boolean;
}

type Described = Record<
  string,
  Record<string, { security?: []; 'x-required-scope'?: RequiredScope; requestBody?: object }>
>;
const operations: Operation[] = Object.entries(describeApi().paths as Described).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { security, requestBody, 'x-required-scope': required }]) => ({
    ...{ method: method.toUpperCase(), path, takesBody: requestBody !== undefined },
    scope: security?.length === 0 ? undefined : (required ?? 'any'),
  })),
);
const closed = operations.filter(({ scope }) => scope !== undefined);
const ofOne = closed.filter(({ path }) => path.includes('{id}'));
/** Whoever is let in to a stream waits for its end for ever: stream.test.ts. */
const ending = closed.filter(({ path }) => path !== '/v1/stream');
const lists = ending.filter(({ method, path }) => method === 'GET' && !path.includes('{'));

/** Where an empty body would be refused before anything is looked up. */
const bodies: Record<string, object> = { '/v1/alert-rules/{id}/test': { last: 1 } };

let service: TestService;
let receiver: Receiver;
/** Ids of what is in our namespace, by the collection that has it. */
let ours: Record<string, string>;
let our: Api;
let their: Api;
const LONG = 120_000;
/** A source whose server is away. */
const NOBODY = { name: 'away', address: '127.0.0.1:1025', namespace: 'default' };

beforeAll(async () => {
  // Bad keys are what it is about.
  service = await startTestService({ badKeys: { burst: 10_000 } });
  receiver = await startReceiver();
  our = await apiWith(service.url, service.api, ['admin'], { namespace: 'ours' });
  their = await apiWith(service.url, service.api, ['admin'], { namespace: 'theirs' });
  receiver.answer(404);
  const { endpoint, rule, eventId, delivery } = await parkOne(our, receiver);
  const counting = { event_type: rule.event_types[0], trigger: { kind: 'count', threshold: 1, window: '1h' } };
  const { id: countingId } = await alertRule(our, receiver, counting);
  await our.post('/v1/events', { type: rule.event_types[0], data: {} });
  const matchers = { rule_name: unique('silenced') };
  const silence = await our.post('/v1/silences', { matchers, ends_at: new Date(Date.now() + 3_600_000) });
  const alert = await until(
    async () => (await our.get(`/v1/alerts?rule_id=${countingId}`)).body.items[0],
    'an alert to fire',
  );
  const key = await makeKey(our, ['rules:read']);
  const source = await our.post('/v1/sources/temporal', NOBODY);
  const given = await parkOne(our, receiver);
  const bulk = await our.post('/v1/dead-letters/discard', { ids: [given.delivery.id] });
  ours = {
    webhooks: endpoint.id,
    'alert-rules': rule.id,
    alerts: alert.id,
    silences: silence.body.id,
    events: eventId,
    deliveries: delivery.id,
    'dead-letters': delivery.id,
    'dead-letters/bulk': bulk.body.id,
    'api-keys': key.id,
    'sources/temporal': source.body.id,
  };
}, LONG);
afterAll(async () => {
  await receiver?.close();
  await service?.close();
});

/** Calls an operation on something of ours, or on what is nowhere. */
function call(by: Api, { method, path, takesBody }: Operation, on: 'ours' | 'nothing', body: unknown) {
  const place = path.replace('{id}', () => (on === 'ours' ? idIn(path) : 'nothing')).replace(/\{\w+\}/, 'nothing');
  if (method === 'GET') return by.get(place);
  if (method === 'DELETE') return by.delete(place);
  if (method === 'PATCH') return by.patch(place, body);
  return by.post(place, takesBody ? body : undefined);
}

function idIn(path: string): string {
  const id = ours[/^\/v1\/(.+?)\/\{id\}/.exec(path)?.[1] ?? ''];
  if (id === undefined) throw new Error(`Say in \`ours\` what ${path} has in our namespace.`);
  return id;
}

test('no operation of /v1 is open to all, but for signing in', () => {
  const open = operations.filter(({ scope }) => scope === undefined).map(({ method, path }) => `${method} ${path}`);
  expect(open.filter((operation) => operation.includes('/v1'))).toEqual(['POST /v1/session']);
  expect(closed.length).toBeGreaterThan(40);
});

describe('each operation wants a key that is good', () => {
  const bad: Record<string, string> = {};
  beforeAll(async () => {
    const expired = await makeKey(service.api, ['admin'], { expires_at: '2100-01-01T00:00:00Z' });
    const revoked = await makeKey(service.api, ['admin']);
    await query(service.databaseUrl, `update api_keys set expires_at = now() - interval '1 second' where id = $1`, [
      expired.id,
    ]);
    await service.api.delete(`/v1/api-keys/${revoked.id}`);
    Object.assign(bad, {
      missing_api_key: '',
      invalid_api_key: `exo_00000000_${'A'.repeat(43)}`,
      api_key_expired: expired.key,
      api_key_revoked: revoked.key,
    });
  });

  test.each(closed)('$method $path', async (operation) => {
    for (const [code, key] of Object.entries(bad)) {
      const answer = await call(createApi(service.url, key), operation, 'ours', {});
      expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 401, code });
    }
  });
});

describe('each operation wants its scope, and no other helps', () => {
  const keys = new Map<string, Api>();
  beforeAll(async () => {
    for (const scope of scopes) keys.set(scope, await apiWith(service.url, our, [scope]));
  });

  test.each(ending)('$method $path: $scope', async (operation) => {
    for (const [held, api] of keys) {
      // A list is no body of any operation: what is let through is refused behind, and nothing is done.
      const { status, body } = await call(api, operation, 'nothing', []);
      if (allows([held], operation.scope as RequiredScope)) {
        expect([held, [200, 202, 204, 404, 422]]).toEqual([held, expect.arrayContaining([status])]);
        continue;
      }
      expect([held, status, body.code]).toEqual([held, 403, 'insufficient_scope']);
      expect(body.detail).toContain(`the scope ${operation.scope}; your key has ${held}.`);
    }
  });
});

describe('nothing crosses a namespace', () => {
  test.each(ofOne)('$method $path: theirs is not found, as what is nowhere', async (operation) => {
    const body = bodies[operation.path] ?? {};
    const [foreign, nowhere] = [
      await call(their, operation, 'ours', body),
      await call(their, operation, 'nothing', body),
    ];
    expect({ status: foreign.status, body: foreign.body }).toEqual({ status: 404, body: nowhere.body });
    expect(foreign.body.code).toBe('not_found');
  });

  test.each(lists)('$method $path lists nothing of others', async (operation) => {
    const { status, body } = await call(their, operation, 'nothing', {});
    expect(status).toBe(200);
    for (const id of Object.values(ours)) expect(JSON.stringify(body)).not.toContain(id);
  });

  test('an id of others in a body is a 422, in a filter it finds nothing', async () => {
    const { webhooks: endpoint, 'alert-rules': rule } = ours;
    const on = (id: string | undefined) => ({
      name: unique('rule'),
      event_type: 'custom.x',
      webhook_endpoint_ids: [id],
    });
    const wrong = (path: string) => ({ status: 422, body: { errors: [{ path: expect.stringContaining(path) }] } });
    expect(await their.post('/v1/alert-rules', on(endpoint))).toMatchObject(wrong('webhook_endpoint_ids'));
    expect(await their.post('/v1/alert-rules/test', { rule: on(endpoint), last: 1 })).toMatchObject(wrong('endpoint'));
    expect(await their.post(`/v1/alert-rules/validate?rule_id=${rule}`, on(endpoint))).toMatchObject(wrong('rule_id'));
    const silence = { matchers: { rule_id: rule }, ends_at: new Date(Date.now() + 3_600_000) };
    expect(await their.post('/v1/silences', silence)).toMatchObject(wrong('matchers.rule_id'));
    for (const decision of ['retry', 'discard']) {
      const bulk = `/v1/dead-letters/${decision}`;
      expect(await their.post(bulk, { endpoint_id: endpoint })).toMatchObject(wrong('endpoint_id'));
      expect(await their.post(bulk, { rule_id: rule })).toMatchObject(wrong('rule_id'));
      expect(await their.post(bulk, {})).toMatchObject({ status: 202, body: { matched: 0 } });
    }
    const filters = [`deliveries?endpoint_id=${endpoint}`, `deliveries?rule_id=${rule}`, `alerts?rule_id=${rule}`];
    for (const filter of [...filters, `alert-rules?endpoint_id=${endpoint}`]) {
      expect((await their.get(`/v1/${filter}`)).body).toEqual({ items: [], next_cursor: null });
    }
  });

  // Last, for it deletes what it is about.
  test(
    'and all of it was there, for our own key',
    async () => {
      for (const path of Object.keys(ours)) {
        const { status, body } = await our.get(`/v1/${path}/${ours[path]}`);
        expect([path, status, body.id]).toEqual([path, 200, ours[path]]);
        // Operations are in no list.
        if (path === 'dead-letters/bulk') continue;
        expect(JSON.stringify((await our.get(`/v1/${path}?limit=200`)).body)).toContain(ours[path]);
      }
      const inOrder = ofOne.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));
      for (const operation of inOrder) {
        const { status, body } = await call(our, operation, 'ours', bodies[operation.path] ?? {});
        expect([operation.path, [200, 202, 204, 409]]).toEqual([operation.path, expect.arrayContaining([status])]);
        if (status === 409) expect(body.code).toMatch(/in_progress|already/);
      }
    },
    LONG,
  );
});
