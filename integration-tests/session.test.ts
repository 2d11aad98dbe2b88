import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { csrfTokenOf } from '../src/api/session-token.ts';
import { createSealer } from '../src/store/seal.ts';
import { apiWith, makeKey } from './harness/keys.ts';
import { query } from './harness/query.ts';
import { unique } from './harness/scenario.ts';
import { API_KEY, ENCRYPTION_KEYS, startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

let service: TestService;
/** Another process: it has made none of the sessions. */
let other: TestService;

beforeAll(async () => {
  service = await startTestService({
    http: { host: '127.0.0.1', port: 0, trustedProxies: ['127.0.0.0/8'] },
    badKeys: { burst: 30 },
  });
  other = await startTestService({ databaseUrl: service.databaseUrl, role: 'api' });
}, 120_000);
afterAll(async () => {
  await other?.close();
  await service?.close();
});

const json = { 'content-type': 'application/json' };
const https = { 'x-forwarded-proto': 'https' };

interface SignedIn {
  cookie: string;
  csrf: string;
}

function signIn(apiKey: string, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ api_key: apiKey });
  return service.api.raw('/v1/session', { method: 'POST', headers: { ...json, ...headers }, body });
}

async function session(apiKey: string, headers = {}): Promise<SignedIn> {
  const answer = await signIn(apiKey, headers);
  expect(answer.status).toBe(200);
  return { cookie: cookieIn(answer.headers), csrf: answer.body.csrf_token };
}

const cookieIn = (headers: Headers) => (headers.getSetCookie()[0] as string).split(';')[0] as string;
const read = (cookie: string, path = '/v1/session', at = service) => at.api.raw(path, { headers: { cookie } });
const codeOf = async (cookie: string, at = service) => (await read(cookie, '/v1/session', at)).body.code ?? 'works';

/** A change by a session: a silence is made. */
function change({ cookie, csrf }: SignedIn, headers: Record<string, string> = {}) {
  const ends_at = new Date(Date.now() + 3_600_000).toISOString();
  const body = JSON.stringify({ matchers: { rule_name: unique('quiet') }, ends_at });
  const given: Record<string, string> = { ...json, cookie, 'x-exosphere-csrf': csrf, ...headers };
  const sent = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  return service.api.raw('/v1/silences', { method: 'POST', headers: sent, body });
}

describe('signing in', () => {
  test('answers who it is, with a cookie that no script reads and no other site sends', async () => {
    const made = await makeKey(service.api, ['rules:write'], { name: 'on call' });
    const answer = await signIn(made.key);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^exosphere_session=v1\.[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43[12]\d\d$/),
    ]);
    expect(answer.body).toEqual({
      namespace: 'default',
      scopes: ['rules:write'],
      key: { id: made.id, name: 'on call' },
      bootstrap: false,
      expires_at: expect.stringMatching(/Z$/),
      csrf_token: expect.stringMatching(/^[\w-]{43}$/),
    });
    const cookie = cookieIn(answer.headers);
    expect((await read(cookie)).body).toEqual(answer.body);
    expect((await read(cookie, '/v1/session', other)).body).toEqual(answer.body);
    expect((await read(cookie, '/v1/silences')).status).toBe(200);
    expect(await read(cookie, '/v1/webhooks')).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
  });

  test('by https, as a trusted proxy says, is kept to this host and to https', async () => {
    const answer = await signIn(API_KEY, https);
    const [set = ''] = answer.headers.getSetCookie();
    expect(set).toMatch(/^__Host-exosphere_session=\S+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/);
    const cookie = cookieIn(answer.headers);
    const secure = await service.api.raw('/v1/session', { headers: { cookie, ...https } });
    expect(secure).toMatchObject({ status: 200, body: { key: null, bootstrap: true, scopes: ['admin'] } });
    // Any host of the domain could have set one of the other name.
    const plain = cookie.replace('__Host-', '');
    const planted = await service.api.raw('/v1/session', { headers: { cookie: plain, ...https } });
    expect(planted).toMatchObject({ status: 401, body: { code: 'missing_api_key' } });
    // The page itself is nobody's to hold who has opened it.
    const page = await fetch(service.url, { headers: { accept: 'text/html', ...https } });
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  });

  test('with a wrong key is a 401 with the remedy, and too many of them a 429', async () => {
    const wrong = await signIn(`exo_00000000_${'A'.repeat(43)}`);
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_api_key' } });
    expect(wrong.body.detail).toContain('copied whole');
    expect(wrong.headers.getSetCookie()).toEqual([]);
    expect((await signIn('')).status).toBe(422);
    const address = { 'x-forwarded-for': '192.0.2.7' };
    const tooMany = async () => (await signIn('x'.repeat(40), address)).status === 429;
    await until(tooMany, 'wrong keys of an address to be too many', 60_000);
    expect((await signIn(API_KEY, address)).status).toBe(200);
  }, 120_000);

  test('by a page of another site is refused', async () => {
    const foreign = await signIn(API_KEY, { 'sec-fetch-site': 'cross-site' });
    expect(foreign).toMatchObject({ status: 403, body: { code: 'cross_site_request' } });
    expect(foreign.headers.getSetCookie()).toEqual([]);
  });
});

describe('a change by a session', () => {
  test('needs its own CSRF token', async () => {
    const mine = await session(API_KEY);
    const theirs = await session(API_KEY);
    expect((await change(mine)).status).toBe(201);
    expect(await change({ ...mine, csrf: '' })).toMatchObject({ status: 403, body: { code: 'csrf_token_missing' } });
    for (const csrf of ['wrong', theirs.csrf]) {
      const refused = await change({ ...mine, csrf });
      expect(refused).toMatchObject({ status: 403, body: { code: 'csrf_token_wrong' } });
      expect(refused.body.detail).toContain('GET /v1/session');
    }
  });

  test('comes from a page of this very host', async () => {
    const mine = await session(API_KEY);
    const { origin, port } = new URL(service.url);
    expect((await change(mine, { origin })).status).toBe(201);
    // Behind a proxy that has put a name of its own into Host, as nginx does unless told otherwise.
    const renamed = { origin: 'https://alerts.example', 'sec-fetch-site': 'same-origin' };
    expect((await change(mine, renamed)).status).toBe(201);
    const foreign = [
      ...['https://evil.example', 'null', `http://127.0.0.1:${Number(port) + 1}`, 'http://127.0.0.1.evil.example'].map(
        (from) => ({ origin: from }),
      ),
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin },
    ] as Record<string, string>[];
    for (const headers of foreign) {
      const { status, body } = await change(mine, headers);
      expect({ headers, status, code: body.code }).toEqual({ headers, status: 403, code: 'cross_site_request' });
    }
  });

  test('is none where there is a key: the key counts', async () => {
    const { key } = await makeKey(service.api, ['webhooks:read']);
    const mine = await session(API_KEY);
    expect((await change({ ...mine, csrf: '' }, { 'x-api-key': API_KEY })).status).toBe(201);
    expect((await change(mine, { 'x-api-key': key })).body.code).toBe('insufficient_scope');
    expect((await change(mine, { 'x-api-key': 'wrong' })).body.code).toBe('invalid_api_key');
  });

  test('sees nothing of another namespace, and is in the audit log by its key', async () => {
    const admin = await makeKey(service.api, ['admin'], { namespace: unique('theirs') });
    const theirs = await session(admin.key);
    const mine = (await change(await session(API_KEY))).body;
    expect((await read(theirs.cookie, `/v1/silences/${mine.id}`)).status).toBe(404);
    const made = (await change(theirs)).body;
    expect(made.created_by).toBe(admin.id);
    const log = (await read(theirs.cookie, `/v1/audit-log?target_id=${made.id}`)).body.items;
    expect(log).toMatchObject([{ action: 'silence.created', actor: admin.id }]);
  });
});

describe('a session ends', () => {
  test('everywhere, when its key is revoked', async () => {
    const { id, key } = await makeKey(service.api, ['admin']);
    const { cookie } = await session(key);
    expect([await codeOf(cookie), await codeOf(cookie, other)]).toEqual(['works', 'works']);
    await service.api.delete(`/v1/api-keys/${id}`);
    for (const at of [service, other]) {
      await until(async () => (await codeOf(cookie, at)) === 'api_key_revoked', 'the session to end');
    }
    expect((await signIn(key)).body.code).toBe('api_key_revoked');
  });

  test('when its key expires, and not after', async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const made = await makeKey(service.api, ['admin'], { expires_at });
    const answer = await signIn(made.key);
    expect(answer.body.expires_at).toBe(expires_at);
    const other = await startTestService({
      databaseUrl: service.databaseUrl,
      role: 'api',
      now: () => Date.now() + 3_700_000,
    });
    expect(await codeOf(cookieIn(answer.headers), other)).toBe('session_expired');
    // Twelve hours are not over, nor is the operator's key.
    expect(await codeOf((await session(API_KEY)).cookie, other)).toBe('works');
    await query(service.databaseUrl, 'update api_keys set expires_at = now() where id = $1', [made.id]);
    expect(await codeOf(cookieIn(answer.headers), other)).toBe('session_expired');
    await other.close();
  }, 60_000);

  test('after twelve hours', async () => {
    const { cookie } = await session(API_KEY);
    const later = await startTestService({
      databaseUrl: service.databaseUrl,
      role: 'api',
      now: () => Date.now() + 12 * 3_600_000 + 1_000,
    });
    const { status, body } = await read(cookie, '/v1/session', later);
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'session_expired' });
    expect(body.detail).toContain('sign in again');
    await later.close();
  }, 60_000);

  test("when the operator's key is another one", async () => {
    const { cookie } = await session(API_KEY);
    const changed = await startTestService({ databaseUrl: service.databaseUrl, role: 'api', apiKey: 'k'.repeat(40) });
    expect(await codeOf(cookie, changed)).toBe('invalid_api_key');
    await changed.close();
  }, 60_000);

  test('where its cookie is changed, or a box of something else', async () => {
    const { cookie } = await session(API_KEY);
    const last = cookie.at(-3) === 'A' ? 'B' : 'A';
    const place = { table: 'webhook_endpoints', row: 'we_1', column: 'sealed_secret' };
    const box = createSealer(ENCRYPTION_KEYS).seal('{}', place);
    const strange = [
      ...[`${cookie.slice(0, -3)}${last}${cookie.slice(-2)}`, cookie.slice(0, -8), `exosphere_session=${box}`],
      ...['exosphere_session=v1.nokey.AAAA', 'exosphere_session=%', `${cookie.replace('v1.test', 'v1.other')}`],
    ];
    for (const each of strange) expect([each, await codeOf(each)]).toEqual([each, 'invalid_session']);
    expect(await codeOf('exosphere_session=')).toBe('missing_api_key');
  });

  test('by signing out, which needs the token too', async () => {
    const { cookie, csrf } = await session(API_KEY);
    const end = (headers: Record<string, string>) =>
      service.api.raw('/v1/session', { method: 'DELETE', headers: { cookie, ...headers } });
    expect((await end({})).body.code).toBe('csrf_token_missing');
    const ended = await end({ 'x-exosphere-csrf': csrf });
    expect(ended.status).toBe(204);
    expect(ended.headers.getSetCookie()).toEqual(['exosphere_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0']);
    expect((await read('')).body.code).toBe('missing_api_key');
  });
});

test('a key without a session is told who it is, too', async () => {
  const { status, body } = await service.api.get('/v1/session');
  expect(status).toBe(200);
  expect(body).toMatchObject({ namespace: 'default', bootstrap: true, expires_at: null, csrf_token: null });
  const reader = await apiWith(service.url, service.api, ['events:write']);
  expect((await reader.get('/v1/session')).body).toMatchObject({ bootstrap: false, scopes: ['events:write'] });
});

test('neither key, cookie nor token is in the log', async () => {
  const { key } = await makeKey(service.api, ['admin']);
  const mine = await session(key);
  await change(mine);
  await change({ ...mine, csrf: 'wrong' });
  const said = JSON.stringify([...service.log, ...other.log]);
  for (const secret of [key.slice(13), API_KEY, mine.csrf, mine.cookie.split('=')[1] as string]) {
    expect(said.includes(secret)).toBe(false);
  }
  // It cannot be told from what the browser has: the secret that it is made of is sealed.
  expect(csrfTokenOf({ keyId: null, digest: '', expiresAt: 0, secret: mine.cookie })).not.toBe(mine.csrf);
});
