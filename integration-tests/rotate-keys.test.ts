import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { startEmbeddedPostgres } from '../src/embedded/postgres.ts';
import { openDatabase } from '../src/store/database.ts';
import { createSealer, type Sealer } from '../src/store/seal.ts';
import { endpointPlace, sourcePlace } from '../src/store/sealed-place.ts';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { freePorts } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import { createEndpoint } from './harness/scenario.ts';
import { startTestService } from './harness/service.ts';
import { until } from './harness/until.ts';

const key = (name: string, byte: number) => `${name}:${Buffer.alloc(32, byte).toString('base64')}`;
const [K0, K1, K2] = [key('k0', 100), key('k1', 101), key('k2', 102)];
const BOTH = `${K2},${K1}`;
const SLOW = 60_000;

let receiver: Receiver;
const started = new Set<ReturnType<typeof spawn>>();
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await receiver.close();
});

/** `npm run rotate-keys` as a process of its own. */
function rotateKeys(env: Record<string, string>, args: string[] = []) {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'rotate-keys.ts'), ...args], {
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve)).finally(() =>
    started.delete(child),
  );
  return { output: () => output, kill: () => child.kill('SIGKILL'), exited };
}

async function onDatabase(use: (database: TestDatabase, client: pg.Client) => Promise<void>): Promise<void> {
  const database = await migratedDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await use(database, client);
  } finally {
    await client.end();
    await database.drop();
  }
}

const idOf = (index: number) => `we_${String(index).padStart(26, '0')}`;
const plain = (index: number, what: string) => `${what} of endpoint ${index}`;

/** Endpoints with a box in every sealed column, as a service with this key would have made them. */
async function insertEndpoints(client: pg.Client, sealer: Sealer, indexes: number[]): Promise<void> {
  const rows = indexes.map((index) => {
    const id = idOf(index);
    return {
      id,
      name: id,
      sealed_secret: sealer.seal(plain(index, 'secret'), endpointPlace.secret(id)),
      sealed_previous_secret: sealer.seal(plain(index, 'previous'), endpointPlace.previousSecret(id)),
      sealed_target_url: sealer.seal(plain(index, 'url'), endpointPlace.targetUrl(id)),
      sealed_routing_key: sealer.seal(plain(index, 'routing'), endpointPlace.routingKey(id)),
      sealed_headers: {
        'X-One': sealer.seal(plain(index, 'one'), endpointPlace.header(id, 'X-One')),
        'x-two': sealer.seal(plain(index, 'two'), endpointPlace.header(id, 'x-two')),
      },
    };
  });
  await client.query(
    `insert into webhook_endpoints (id, namespace, name, target_url, sealed_secret, sealed_previous_secret,
       previous_secret_until, sealed_target_url, sealed_routing_key, secret_hint, sealed_headers, created_by, created_at, updated_at)
     select id, 'default', name, 'https://receiver.example/', sealed_secret, sealed_previous_secret, now(), sealed_target_url,
       sealed_routing_key, '', sealed_headers, 'test', now(), now()
     from json_to_recordset($1::json) as r (id text, name text, sealed_secret text, sealed_previous_secret text,
       sealed_target_url text, sealed_routing_key text, sealed_headers jsonb)`,
    [JSON.stringify(rows)],
  );
}

/** Opens every box of an endpoint. @throws SealError */
function openAll(row: Record<string, string> & { sealed_headers: Record<string, string> }, sealer: Sealer): string[] {
  const id = row.id as string;
  return [
    sealer.open(row.sealed_secret as string, endpointPlace.secret(id)),
    sealer.open(row.sealed_previous_secret as string, endpointPlace.previousSecret(id)),
    sealer.open(row.sealed_target_url as string, endpointPlace.targetUrl(id)),
    sealer.open(row.sealed_routing_key as string, endpointPlace.routingKey(id)),
    ...['X-One', 'x-two'].map((name) =>
      sealer.open(row.sealed_headers[name] as string, endpointPlace.header(id, name)),
    ),
  ];
}

/** Boxes of the whole database by the key that sealed them. */
async function boxesBy(client: pg.Client, keyId: string): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::int as count from webhook_endpoints e cross join lateral (
       values (sealed_secret), (sealed_previous_secret), (sealed_target_url), (sealed_routing_key)
       union all select value from jsonb_each_text(sealed_headers)
     ) as box (text) where text like $1`,
    [`v1.${keyId}.%`],
  );
  return rows[0].count;
}

/** Resolves once a session of this database waits for a row that another has locked. */
async function untilBlocked(database: TestDatabase): Promise<void> {
  // Its own connection: within a transaction the view stays as it was at the first look.
  const watcher = new pg.Client({ connectionString: database.url });
  await watcher.connect();
  const sees = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  try {
    await until(async () => (await watcher.query(sees)).rows.length > 0, 'a wait for the locked row', SLOW);
  } finally {
    await watcher.end();
  }
}

test('every box of every column is sealed anew; killed in the middle, the next run goes on', async () => {
  await onDatabase(async (database, client) => {
    const indexes = Array.from({ length: 450 }, (_, index) => index);
    await insertEndpoints(client, createSealer(K1), indexes);
    const env = { DATABASE_URL: database.url, EXOSPHERE_ENCRYPTION_KEYS: BOTH };

    await client.query('begin');
    await client.query('select 1 from webhook_endpoints where id = $1 for update', [idOf(250)]);
    const first = rotateKeys(env);
    await untilBlocked(database);
    expect(first.output()).toContain('Looked at 200 endpoints');
    first.kill();
    expect(await first.exited).toBeNull();
    await client.query('rollback');
    expect(await boxesBy(client, 'k2')).toBeGreaterThanOrEqual(250 * 6);
    expect(await boxesBy(client, 'k1')).toBeGreaterThan(0);

    const second = rotateKeys(env);
    expect([await second.exited, second.output()]).toEqual([
      0,
      expect.stringContaining('All are sealed with the key "k2"'),
    ]);
    expect(await boxesBy(client, 'k2')).toBe(450 * 6);
    const { rows } = await client.query('select * from webhook_endpoints order by id');
    const onlyNew = createSealer(K2);
    for (const [index, row] of rows.entries()) {
      const expected = ['secret', 'previous', 'url', 'routing', 'one', 'two'].map((what) => plain(index, what));
      expect(openAll(row, onlyNew)).toEqual(expected);
    }

    const third = rotateKeys(env);
    expect([await third.exited, third.output()]).toEqual([0, expect.stringContaining('Done: 0 boxes')]);
  });
}, 240_000);

test('what is changed meanwhile is not undone, by a process with the old keyring or by the API', async () => {
  await onDatabase(async (database, client) => {
    const old = await startTestService({ databaseUrl: database.url, encryptionKeys: K1 });
    const names = ['one', 'two', 'three'];
    const endpoints = await Promise.all(
      names.map((name) =>
        createEndpoint(old.api, receiver.url, { headers: { 'x-which': name, 'x-kept': `kept ${name}` } }),
      ),
    );
    await old.stop();
    const service = await startTestService({ databaseUrl: database.url, encryptionKeys: BOTH });
    try {
      const byId = endpoints.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const [, middle, last] = byId;
      await client.query('begin');
      await client.query('select 1 from webhook_endpoints where id = $1 for update', [middle.id]);
      const rotation = rotateKeys({ DATABASE_URL: database.url, EXOSPHERE_ENCRYPTION_KEYS: BOTH });
      await untilBlocked(database);
      const sealed = createSealer(K1).seal('changed', endpointPlace.header(middle.id, 'x-which'));
      await client.query(
        "update webhook_endpoints set sealed_headers = jsonb_set(sealed_headers, '{x-which}', to_jsonb($2::text)) where id = $1",
        [middle.id, sealed],
      );
      const patched = service.api.patch(`/v1/webhooks/${last.id}`, { headers: { 'x-which': 'patched' } });
      await client.query('commit');
      expect((await patched).status).toBe(200);
      expect([await rotation.exited, rotation.output()]).toEqual([0, expect.stringContaining('All are sealed')]);
      expect(await boxesBy(client, 'k1')).toBe(0);

      receiver.received.length = 0;
      for (const { id } of byId) {
        expect((await service.api.post(`/v1/webhooks/${id}/test`)).body.outcome).toBe('success');
      }
      const nameOf = (id: string) => names[endpoints.findIndex((endpoint) => endpoint.id === id)] as string;
      const expected = [nameOf(byId[0].id), 'changed', 'patched'];
      for (const [index, request] of receiver.received.entries()) {
        const { id, secret } = byId[index];
        expect(request.headers).toMatchObject({ 'x-which': expected[index], 'x-kept': `kept ${nameOf(id)}` });
        new Webhook(secret).verify(request.text, request.headers as Record<string, string>);
      }
    } finally {
      await service.stop();
    }
  });
}, 240_000);

test('the credentials of a watched Temporal are sealed anew too', async () => {
  await onDatabase(async (database, client) => {
    const [id, old, current] = ['src_00000000000000000000000001', createSealer(K1), createSealer(K2)];
    await client.query(
      `insert into temporal_sources (id, namespace, name, address, temporal_namespace, tls, sealed_client_key, sealed_api_key,
         created_by, created_at, updated_at)
       values ($1, 'default', 'theirs', 'temporal.example:7233', 'theirs', '{"client_cert": "a certificate"}', $2, $3, 'test', now(), now())`,
      [id, old.seal('a client key', sourcePlace.clientKey(id)), old.seal('an API key', sourcePlace.apiKey(id))],
    );
    const rotation = rotateKeys({ DATABASE_URL: database.url, EXOSPHERE_ENCRYPTION_KEYS: BOTH });
    expect([await rotation.exited, rotation.output()]).toEqual([
      0,
      expect.stringContaining('Done: 2 boxes of 0 endpoints and 1 Temporal sources'),
    ]);
    const { rows } = await client.query('select * from temporal_sources');
    expect(current.open(rows[0].sealed_client_key, sourcePlace.clientKey(id))).toBe('a client key');
    expect(current.open(rows[0].sealed_api_key, sourcePlace.apiKey(id))).toBe('an API key');
  });
}, 120_000);

test('boxes of a lost key are named and left, and the others are sealed anew; a person can then replace the secret', async () => {
  await onDatabase(async (database, client) => {
    await insertEndpoints(client, createSealer(K1), [1, 2]);
    const lost = idOf(1);
    await client.query('update webhook_endpoints set sealed_secret = $2 where id = $1', [
      lost,
      createSealer(K0).seal('lost for ever', endpointPlace.secret(lost)),
    ]);
    const rotation = rotateKeys({ DATABASE_URL: database.url, EXOSPHERE_ENCRYPTION_KEYS: BOTH });
    expect(await rotation.exited).toBe(1);
    expect(rotation.output()).toContain('1 boxes are left as they were');
    expect(rotation.output()).toMatch(new RegExp(`${lost} sealed_secret: .*"k0".*not in EXOSPHERE_ENCRYPTION_KEYS`));
    expect(rotation.output()).not.toContain('secret of endpoint');
    expect([await boxesBy(client, 'k0'), await boxesBy(client, 'k1'), await boxesBy(client, 'k2')]).toEqual([1, 0, 11]);

    const service = await startTestService({ databaseUrl: database.url, encryptionKeys: BOTH });
    try {
      const ping = await service.api.post(`/v1/webhooks/${lost}/test`);
      expect([ping.status, ping.body.code]).toEqual([409, 'secret_unreadable']);
      const kept = await service.api.post(`/v1/webhooks/${lost}/rotate-secret`);
      expect([kept.status, kept.body.code]).toEqual([409, 'secret_unreadable']);
      expect(kept.body.detail).toContain('"grace_seconds": 0');
      expect((await service.api.post(`/v1/webhooks/${lost}/rotate-secret`, { grace_seconds: 0 })).status).toBe(200);
    } finally {
      await service.stop();
    }
    const again = rotateKeys({ DATABASE_URL: database.url, EXOSPHERE_ENCRYPTION_KEYS: BOTH });
    expect(await again.exited).toBe(0);
  });
}, 240_000);

test('in the embedded default the keyring is the file in the data folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'exosphere-rotate-'));
  const dataDir = join(folder, 'postgres');
  const start = () => startEmbeddedPostgres({ dataDir, port: 0, say: () => {}, random: randomBytes });
  const withClient = async <T>(use: (client: pg.Client) => Promise<T>): Promise<T> => {
    const postgres = await start();
    const client = new pg.Client({ connectionString: postgres.url });
    try {
      await (await openDatabase({ url: postgres.url })).close();
      await client.connect();
      return await use(client);
    } finally {
      await client.end();
      await postgres.stop();
    }
  };
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'encryption-keys'), `${BOTH}\n`);
    await withClient((client) => insertEndpoints(client, createSealer(K1), [1, 2, 3]));
    const { EXOSPHERE_POSTGRES_PORT } = await freePorts();
    const rotation = rotateKeys({ EXOSPHERE_POSTGRES_PORT }, ['--data-dir', folder]);
    expect([await rotation.exited, rotation.output()]).toEqual([
      0,
      expect.stringContaining('Done: 18 boxes of 3 endpoints'),
    ]);
    expect(await withClient((client) => boxesBy(client, 'k2'))).toBe(18);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);

test.each<[string, Record<string, string>, string[], RegExp]>([
  [
    'no database',
    {},
    ['--data-dir', join(tmpdir(), 'exosphere-nothing-here')],
    /There is no database in .* Set DATABASE_URL/,
  ],
  ['no keyring', { DATABASE_URL: 'postgres://localhost/x' }, [], /EXOSPHERE_ENCRYPTION_KEYS is not set/],
  [
    'a wrong keyring',
    { DATABASE_URL: 'postgres://localhost/x', EXOSPHERE_ENCRYPTION_KEYS: 'k1:c2hvcnQ=' },
    [],
    /EXOSPHERE_ENCRYPTION_KEYS: must be kid:base64/,
  ],
  [
    'no PostgreSQL there',
    { DATABASE_URL: 'postgres://127.0.0.1:1/x', EXOSPHERE_ENCRYPTION_KEYS: BOTH },
    [],
    /PostgreSQL cannot be used: .* Check DATABASE_URL/,
  ],
  ['an unknown option', {}, ['--fast'], /Usage: npm run rotate-keys/],
])(
  '%s: a message with the remedy, and exit code 1',
  async (_, env, args, message) => {
    const rotation = rotateKeys(env, args);
    expect([await rotation.exited, rotation.output()]).toEqual([1, expect.stringMatching(message)]);
    expect(rotation.output()).not.toMatch(/\n\s+at /);
  },
  60_000,
);
