import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Database, openDatabase } from '../src/store/database.ts';
import { Silence } from '../src/store/entities/silence.ts';
import { SERVICE_ROLE, WORKER_ROLE } from '../src/store/tenancy.ts';
import { createDatabase, type TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { query } from './harness/query.ts';
import { testServers } from './harness/servers.ts';

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await migratedDatabase();
  database = await openDatabase({ url: place.url });
  for (const namespace of ['ours', 'theirs']) {
    const em = database.inNamespace(namespace);
    await em.persist(em.create(Silence, silence(namespace))).flush();
  }
});

afterAll(async () => {
  await database.close();
  await place.drop();
});

const silence = (namespace: string, id = `sil_${namespace}`) => ({
  id,
  namespace,
  matchers: { rule_ids: ['ar_1'] } as never,
  starts_at: new Date(0),
  ends_at: new Date(1),
  comment: null,
  created_by: 'test',
  created_at: new Date(0),
  updated_at: new Date(0),
});

const count = { name: 'test-count-silences', text: 'select id from silences order by id', values: [] };

test('every table with a namespace is closed to all but the two roles, its owner included', async () => {
  const tables = await query(
    place.url,
    `select c.relname as name, c.relrowsecurity as closed, c.relforcerowsecurity as forced,
       (select json_object_agg(p.policyname, p.roles::text[]) from pg_policies p where p.tablename = c.relname) as policies
     from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'migrations'`,
  );
  expect(tables.length).toBeGreaterThan(15);
  for (const { name, ...how } of tables) {
    const policies = { own_namespace: [SERVICE_ROLE], all_namespaces: [WORKER_ROLE] };
    expect({ name, ...how }).toEqual({ name, closed: true, forced: true, policies });
  }
});

test('what a namespace asks for is its own, whatever the query says', async () => {
  const em = database.inNamespace('ours');
  const all = await em.find(Silence, {});
  expect(all.map(({ id }) => id)).toEqual(['sil_ours']);
  expect(await em.findOne(Silence, { id: 'sil_theirs' })).toBeNull();
  expect(await em.nativeDelete(Silence, { id: 'sil_theirs' })).toBe(0);
  expect(await em.nativeUpdate(Silence, {}, { comment: 'changed' })).toBe(1);
  // Past the ORM's filter the database still holds.
  expect(await em.find(Silence, {}, { filters: false })).toHaveLength(1);
  expect(await em.execute('select id from silences')).toEqual([{ id: 'sil_ours' }]);
  expect((await database.sql.of('ours').query(count)).rows).toEqual([{ id: 'sil_ours' }]);
  expect((await database.sql.query(count)).rows).toHaveLength(2);
});

test('nothing is written into another namespace', async () => {
  const em = database.inNamespace('ours');
  em.persist(em.create(Silence, silence('theirs', 'sil_smuggled')));
  await expect(em.flush()).rejects.toThrow(/row-level security/);
});

test('a namespace is data, not SQL', async () => {
  const sneaky = `x'; reset role; --`;
  expect((await database.sql.of(sneaky).query(count)).rows).toEqual([]);
});

test.each([
  ['the service, which named no namespace', SERVICE_ROLE],
  ['a connection that forgot its role, as the owner without a right of its own', undefined],
])('%s sees no row', async (_who, role) => {
  const owner = `owner_${randomBytes(4).toString('hex')}`;
  // The owner of the tables is a plain one here, not a superuser whom no policy binds.
  await query(place.url, `create role ${owner} login password 'of-a-test' createrole`);
  await query(place.url, `grant ${SERVICE_ROLE}, ${WORKER_ROLE} to ${owner} with inherit false`);
  await query(place.url, `alter table silences owner to ${owner}`);
  const url = new URL(place.url);
  Object.assign(url, { username: owner, password: 'of-a-test' });
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    if (role) await client.query(`set role ${role}`);
    expect((await client.query('select id from silences')).rows).toEqual([]);
  } finally {
    await client.end();
    await query(place.url, `alter table silences owner to current_user; drop owned by ${owner}; drop role ${owner}`);
  }
});

test('a connection that breaks within a transaction leaves its place in the pool to another', async () => {
  const small = await openDatabase({ url: place.url, maxConnections: 2 });
  try {
    for (let time = 0; time < 5; time += 1) {
      const broken = small.inNamespace('ours').transactional(async (em) => {
        const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
        await query(place.url, 'select pg_terminate_backend($1)', [row?.pid]);
        await em.find(Silence, {});
      });
      await expect(broken).rejects.toThrow();
    }
    expect(await small.inNamespace('ours').find(Silence, {})).toHaveLength(1);
  } finally {
    await small.close();
  }
});

test('the log of what was done can be added to, and neither changed nor emptied', async () => {
  const em = database.inNamespace('ours');
  await em.execute(`insert into audit_log (id, namespace, action, target_type, target_id, request_id, created_by, created_at)
    values ('aud_1', 'ours', 'rule.created', 'rule', 'ar_1', 'req_1', 'key_1', now())`);
  for (const change of ['update audit_log set action = $$x$$', 'delete from audit_log', 'truncate audit_log']) {
    await expect(em.execute(change)).rejects.toThrow(/permission denied/);
    await expect(database.sql.query({ name: change, text: change, values: [] })).rejects.toThrow(/permission denied/);
  }
});

test('a service whose login owns the database and is no superuser sets itself up', async () => {
  const owner = `owner_${randomBytes(4).toString('hex')}`;
  await query(place.url, `create role ${owner} login password 'of-a-test' createrole`);
  await query(place.url, `grant ${SERVICE_ROLE}, ${WORKER_ROLE} to ${owner} with admin true, inherit false, set false`);
  const fresh = await createDatabase(testServers().postgresUrl);
  try {
    await query(place.url, `alter database ${new URL(fresh.url).pathname.slice(1)} owner to ${owner}`);
    const url = new URL(fresh.url);
    Object.assign(url, { username: owner, password: 'of-a-test' });
    const theirs = await openDatabase({ url: url.href });
    try {
      const em = theirs.inNamespace('ours');
      await em.persist(em.create(Silence, silence('ours'))).flush();
      expect((await theirs.sql.query(count)).rows).toEqual([{ id: 'sil_ours' }]);
    } finally {
      await theirs.close();
    }
  } finally {
    await fresh.drop();
    await query(place.url, `drop role ${owner}`);
  }
});
