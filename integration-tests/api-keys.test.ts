import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Api, createApi } from './harness/api.ts';
import { apiWith, makeKey } from './harness/keys.ts';
import { query } from './harness/query.ts';
import { sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

let service: TestService;
/** Another process on the same database, as far as keys are concerned. */
let other: TestService;
let operator: Api;

beforeAll(async () => {
  service = await startTestService();
  other = await startTestService({ databaseUrl: service.databaseUrl, role: 'api' });
  operator = service.api;
}, 120_000);
afterAll(async () => {
  await other?.close();
  await service?.close();
});

const soon = () => new Date(Date.now() + 3_600_000).toISOString();

describe('a new key', () => {
  test('is shown once, and only its digest is kept', async () => {
    const expires_at = soon();
    const { key, ...shown } = await makeKey(operator, ['rules:write', 'webhooks:read'], { name: 'ci', expires_at });
    expect(key).toMatch(/^exo_[0-9a-z]{8}_[A-Za-z0-9_-]{43}$/);
    expect(shown).toEqual({
      id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
      namespace: 'default',
      name: 'ci',
      hint: `${key.slice(0, 13)}…`,
      scopes: ['webhooks:read', 'rules:write'],
      expires_at,
      last_used_at: null,
      revoked_at: null,
      created_by: 'key_bootstrap',
      created_at: expect.any(String),
    });
    expect((await operator.get(`/v1/api-keys/${shown.id}`)).body).toEqual(shown);
    expect((await operator.get('/v1/api-keys?limit=1')).body.items).toEqual([shown]);
    const rows = await query(service.databaseUrl, 'select * from api_keys where id = $1', [shown.id]);
    expect(JSON.stringify(rows)).not.toContain(key.slice(13));
  });

  test('works in either header, for what its scopes are, and its use is noted', async () => {
    const { id, key } = await makeKey(operator, ['events:write']);
    await sendEvent(createApi(service.url, key), unique('custom.key'));
    const read = await service.api.raw('/v1/events', { headers: { authorization: `Bearer ${key}` } });
    expect(read).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect(read.body.detail).toBe(
      'This call needs the scope deliveries:read; your key has events:write. Use a key with it.',
    );
    expect(read.headers.get('www-authenticate')).toMatch(/error="insufficient_scope", scope="deliveries:read"/);
    await until(async () => (await operator.get(`/v1/api-keys/${id}`)).body.last_used_at, 'its use to be noted');
    expect(service.log).toContainEqual(expect.objectContaining({ route: '/v1/events', status: 202, key_id: id }));
  });

  test.each([
    [
      'an unknown scope',
      { scopes: ['rules:write', 'rules:admin'] },
      'scopes[1]',
      /must be one of .*rules:write.*admin/,
    ],
    ['no scope', { scopes: [] }, 'scopes', /at least one/],
    ['an end in the past', { expires_at: '2020-01-01T00:00:00Z' }, 'expires_at', /in the future/],
    ['an end in the year 10000 of UTC', { expires_at: '9999-12-31T23:59:59-12:00' }, 'expires_at', /year 10000/],
    ['an end that is no time', { expires_at: 'tomorrow' }, 'expires_at', /RFC 3339/],
    ['no namespace', { namespace: 'Prod!' }, 'namespace', /a–z/],
    ['an unknown field', { scope: 'admin' }, 'scope', /not a known field/],
  ])('with %s is a 422', async (_what, fields, path, message) => {
    const body = { name: unique('key'), scopes: ['admin'], ...fields };
    const errors = [{ path, message: expect.stringMatching(message) }];
    expect(await operator.post('/v1/api-keys', body)).toMatchObject({ status: 422, body: { errors } });
  });
});

describe('a namespace', () => {
  test("is made by the operator's key with its first key, and has its own keys from then on", async () => {
    const namespace = unique('made');
    const admin = await apiWith(service.url, operator, ['admin'], { namespace });
    await apiWith(service.url, operator, ['events:write'], { namespace });
    const made = await query(service.databaseUrl, 'select namespace, created_by from namespaces where namespace = $1', [
      namespace,
    ]);
    expect(made).toEqual([{ namespace, created_by: 'key_bootstrap' }]);
    const second = await makeKey(admin, ['rules:read']);
    expect(second).toMatchObject({ namespace, created_by: expect.stringMatching(/^key_[0-9a-z]{26}$/) });
    expect((await admin.get('/v1/api-keys')).body.items).toHaveLength(3);
    const told = (await admin.get('/v1/audit-log?action=api_key.created')).body.items;
    expect(told).toHaveLength(3);
    expect(told[0]).toMatchObject({ actor: second.created_by, after: { id: second.id, scopes: ['rules:read'] } });
    expect(JSON.stringify(told)).not.toContain(second.key.slice(13));
    expect((await operator.get(`/v1/api-keys/${second.id}`)).status).toBe(404);
  });

  test('cannot be named by any other key, be it its own', async () => {
    const namespace = unique('named');
    const admin = await apiWith(service.url, operator, ['admin'], { namespace });
    for (const named of [namespace, 'default', unique('new')]) {
      const answer = await admin.post('/v1/api-keys', { name: 'x', scopes: ['admin'], namespace: named });
      expect(answer).toMatchObject({ status: 403, body: { code: 'bootstrap_key_required' } });
    }
    expect((await admin.get('/v1/api-keys')).body.items).toHaveLength(1);
  });
});

describe('an end of a key', () => {
  const statusAt = async (at: TestService, key: string) => {
    const { status, body } = await createApi(at.url, key).get('/v1/event-types');
    return status === 200 ? 'works' : body.code;
  };
  const endsAt = (at: TestService, key: string, code: string) =>
    until(async () => (await statusAt(at, key)) === code, `${code} to be answered`);

  test('a revoked key is refused by every process, and stays to be read', async () => {
    const { id, key } = await makeKey(operator, ['admin']);
    expect([await statusAt(service, key), await statusAt(other, key)]).toEqual(['works', 'works']);
    expect((await createApi(service.url, key).delete(`/v1/api-keys/${id}`)).status).toBe(204);
    await endsAt(other, key, 'api_key_revoked');
    await endsAt(service, key, 'api_key_revoked');
    const { revoked_at } = (await operator.get(`/v1/api-keys/${id}`)).body;
    expect(Date.parse(revoked_at)).toBeGreaterThan(0);
    expect((await operator.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    expect((await operator.get(`/v1/api-keys/${id}`)).body.revoked_at).toBe(revoked_at);
    expect((await operator.delete('/v1/api-keys/key_bootstrap')).status).toBe(404);
  });

  test('where nobody can be told, none goes on working', async () => {
    const { id, key } = await makeKey(operator, ['admin']);
    expect([await statusAt(service, key), await statusAt(other, key)]).toEqual(['works', 'works']);
    const listening = `from pg_stat_activity where datname = current_database() and application_name = 'exosphere-listening'`;
    const cut = `select pg_terminate_backend(pid) ${listening}`;
    const isHeard = async () => (await query(service.databaseUrl, `select ${listening}`)).length === 2;
    await until(isHeard, 'both to listen');
    await query(service.databaseUrl, cut);
    // Behind everybody's back: no notice follows, and whoever listens again is cut off again.
    await query(service.databaseUrl, 'update api_keys set revoked_at = now() where id = $1', [id]);
    for (const process of [service, other]) {
      await until(async () => {
        await query(service.databaseUrl, cut);
        return (await statusAt(process, key)) === 'api_key_revoked';
      }, 'a revocation to be seen that was not told');
    }
    await until(isHeard, 'both to listen again');
    const next = await makeKey(operator, ['admin']);
    expect([await statusAt(service, next.key), await statusAt(other, next.key)]).toEqual(['works', 'works']);
    await operator.delete(`/v1/api-keys/${next.id}`);
    await endsAt(other, next.key, 'api_key_revoked');
  });

  test('one whose time is up is refused, and only to who has the whole of it is that told', async () => {
    const { id, key } = await makeKey(operator, ['admin'], { expires_at: soon() });
    await query(service.databaseUrl, `update api_keys set expires_at = now() - interval '1 second' where id = $1`, [
      id,
    ]);
    await endsAt(service, key, 'api_key_expired');
    const guess = key.slice(0, 13) + 'x'.repeat(43);
    expect(await statusAt(service, guess)).toBe('invalid_api_key');
    expect((await operator.get(`/v1/api-keys/${id}`)).body).toMatchObject({ revoked_at: null });
  });
});

// The last one: from then on bad keys of this address are answered 429.
test('500 keys that nobody has, at once, take one connection, and who is known is answered meanwhile', async () => {
  const random = () => `exo_${randomBytes(4).toString('hex')}_${randomBytes(32).toString('base64url')}`;
  const guess = () => service.api.raw('/v1/webhooks', { headers: { 'x-api-key': random() } });
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    and query like '%from api_keys where key_id%' and pid <> pg_backend_pid()`;
  const holder = new pg.Client({ connectionString: service.databaseUrl });
  await holder.connect();
  try {
    // No look-up ends before all are there.
    await holder.query('begin; lock table api_keys');
    const guesses = Promise.all(Array.from({ length: 500 }, guess));
    await until(async () => (await query(service.databaseUrl, waiting)).length > 0, 'a look-up to wait');
    expect((await operator.get('/v1/webhooks')).status).toBe(200);
    expect(await query(service.databaseUrl, waiting)).toHaveLength(1);
    await holder.query('rollback');
    expect(new Set((await guesses).map(({ status }) => status))).toEqual(new Set([401, 429]));
  } finally {
    await holder.end();
  }
});
