import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { idTimeBound } from '../src/domain/ids.ts';
import { dropPartitions, keepPartitions } from '../src/store/partitions.ts';
import { parkOne } from './harness/dead-letters.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import { deliverOne, deliveryWith, sendEvent } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* Events, deliveries and attempts in partitions, made under a running service: everything goes on as before. */

const DAY_MS = 86_400_000;
const LONG = 120_000;

let service: TestService;
let receiver: Receiver;
let owner: pg.Client;
beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
  owner = new pg.Client({ connectionString: service.databaseUrl });
  await owner.connect();
}, LONG);
afterAll(async () => {
  await owner?.end();
  await receiver?.close();
  await service?.close();
}, LONG);

/** As an operator runs it. */
async function runScript(databaseUrl: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl };
  const script = join(ROOT, 'scripts', 'partitions.ts');
  return (await promisify(execFile)(process.execPath, [script, ...args], { env })).stdout;
}

const countIn = async (table: string) =>
  (await owner.query(`select count(*)::int as count from ${table}`)).rows[0].count;

test(
  'made while events come in: nothing is lost, repeats are told, namespaces stay apart, old partitions go as a whole',
  async () => {
    receiver.answer(500);
    const parked = await parkOne(service.api, receiver);
    receiver.answer(200);
    const before = await deliverOne(service.api, receiver.url);
    const type = before.rule.event_types[0];
    const ids: string[] = [];
    const keeping = runScript(service.databaseUrl);
    let isKept = false;
    void keeping.finally(() => {
      isKept = true;
    });
    await until(async () => {
      ids.push(await sendEvent(service.api, type));
      return isKept;
    }, 'the partitions to be made');
    expect(await keeping).toMatch(/^deliveries is partitioned\.$/m);
    expect(await runScript(service.databaseUrl)).toBe('');
    ids.push(await sendEvent(service.api, type));
    for (const id of [before.eventId, ...ids]) {
      const found = async () => (await service.api.get(`/v1/deliveries?event_id=${id}`)).body.items[0]?.status;
      await until(async () => (await found()) === 'succeeded', `the delivery of ${id}`);
    }
    const again = await service.api.post('/v1/events', { id: ids[0], type, data: {} });
    expect(again.body.status).toBe('duplicate');

    const { rows } = await owner.query(
      `select inhparent::regclass::text as parent, count(*)::int as count from pg_inherits
       join pg_class c on c.oid = inhparent where c.relkind = 'p' group by 1 order by 1`,
    );
    expect(rows.map(({ parent }) => parent)).toEqual(['deliveries', 'delivery_attempts', 'events']);
    // The first, those to come, and the rest; the rest is empty.
    for (const { parent, count } of rows) {
      expect(count).toBeGreaterThan(3);
      expect(await countIn(`${parent}_rest`)).toBe(0);
    }
    // Without a namespace the service's role sees nothing, in a part no more than in the whole.
    const { rows: parts } = await owner.query(
      "select relname from pg_class where relname ~ '_(until_|rest$)' and relkind = 'r'",
    );
    expect(parts.length).toBeGreaterThan(3 * rows.length);
    await owner.query('begin; set local role exosphere_service');
    for (const table of [...parts.map(({ relname }) => relname), ...rows.map(({ parent }) => parent)]) {
      expect([table, await countIn(table)]).toEqual([table, 0]);
    }
    await owner.query('rollback');

    // One that is still to be sent keeps its partition.
    receiver.answer(500);
    const hourly = { endpoint: { retry_policy: { schedule: ['1h'], jitter: 0 } } };
    const waiting = await deliverOne(service.api, receiver.url, hourly);
    await deliveryWith(service.api, waiting.delivery.id, 'retrying');
    // The first ends in 8 days, the next in 15.
    const said: string[] = [];
    const later = {
      client: owner,
      now: Date.now() + 30 * DAY_MS,
      days: 7,
      say: (line: string) => void said.push(line),
    };
    await dropPartitions(later, 20);
    expect(said).toEqual([expect.stringMatching(/is kept: 1 up to its end/)]);
    await service.api.patch(`/v1/webhooks/${waiting.endpoint.id}`, { is_active: false });
    await deliveryWith(service.api, waiting.delivery.id, 'skipped');

    await dropPartitions(later, 20);
    expect(said.slice(1)).toEqual(
      ['deliveries', 'delivery_attempts', 'events'].map((table) =>
        expect.stringMatching(new RegExp(`^${table}_until_\\d{8} is dropped\\.$`)),
      ),
    );
    expect((await service.api.get(`/v1/events/${ids[0]}`)).status).toBe(404);
    expect((await service.api.post('/v1/events', { id: ids[0], type, data: {} })).body.status).toBe('duplicate');
    receiver.answer(200);
    expect((await service.api.post(`/v1/dead-letters/${parked.delivery.id}/retry`)).status).toBe(202);
    await deliveryWith(service.api, parked.delivery.id, 'succeeded');
    // No partition is for today any more: the rest takes it.
    const { delivery } = await deliverOne(service.api, receiver.url);
    await deliveryWith(service.api, delivery.id, 'succeeded');
    expect(await countIn('events_rest')).toBeGreaterThan(0);
    const retention = { taskQueue: 'exosphere-alerts', workflowId: 'retention-of-partitions', args: [{}] };
    await service.temporal.workflow.execute('retentionWorkflow', retention);
    expect(service.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  },
  LONG,
);

test('a table that cannot be exchanged stays as it is, with nothing left that would refuse its rows some day', async () => {
  const database = await migratedDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const now = Date.now();
    const day = new Date(now + 8 * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
    await client.query(`create table deliveries_until_${day} ()`);
    await expect(keepPartitions({ client, days: 7, now, say: () => {} }, 1)).rejects.toThrow(/already exists/);
    const { rows } = await client.query(
      "select relkind, (select count(*)::int from pg_constraint where conname = 'before_partitions') as checks from pg_class where relname = 'deliveries'",
    );
    expect(rows).toEqual([{ relkind: 'r', checks: 0 }]);

    // Those that an earlier run got to, and those that a later one does, end on the same days.
    await client.query(`drop table deliveries_until_${day}; create table events_until_${day} ()`);
    await expect(keepPartitions({ client, days: 7, now, say: () => {} }, 1)).rejects.toThrow(/already exists/);
    await client.query(`drop table events_until_${day}`);
    await keepPartitions({ client, days: 7, now: now + 2 * DAY_MS, say: () => {} }, 3);
    const { rows: ends } = await client.query(
      `select substring(relname from 'until_(.*)') as until, count(*)::int as tables from pg_class
       where relkind = 'r' and relname ~ '_until_' group by 1`,
    );
    expect(ends.length).toBeGreaterThan(3);
    expect(ends.filter(({ tables }) => tables !== 3)).toEqual([]);
  } finally {
    await client.end();
    await database.drop();
  }
}, 60_000);

test('after a long time without the job, rows are in the rest: their partitions, once made, get them', async () => {
  const database = await migratedDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const now = Date.now();
    const options = { client, days: 7, say: () => {} };
    await keepPartitions({ ...options, now: now - 60 * DAY_MS }, 1);
    const ids = [0, 10, 20].map((days) => idTimeBound('ev', now - days * DAY_MS));
    await client.query(
      `insert into events (id, namespace, event_id, source, type, time, received_at, data, workflow_id, workflow_run_id,
         created_by, created_at)
       select id, 'default', id, '/test', 'custom.late', now(), now(), '{}', 'w', 'r', 'test', now() from unnest($1::text[]) as id`,
      [ids],
    );
    const inRest = async () => (await client.query('select count(*)::int as count from events_rest')).rows[0].count;
    expect(await inRest()).toBe(3);
    await keepPartitions({ ...options, now }, 1);
    expect(await inRest()).toBe(0);
    const kept = async () => (await client.query('select id from events order by id desc')).rows.map(({ id }) => id);
    expect(await kept()).toEqual(ids);

    // Of the 20 days and the 10 days the partitions have ended, each in three tables; that of today has not.
    const said = await runScript(database.url, '--drop-older-than', '2');
    for (const table of ['deliveries', 'delivery_attempts', 'events']) {
      expect(said).toMatch(new RegExp(`^${table}_until_\\d{8} is dropped\\.$`, 'm'));
    }
    expect(await kept()).toEqual([ids[0]]);
    expect(await runScript(database.url, '--drop-older-than', '2')).toBe('');

    // What migrations do to the whole reaches every part of it.
    await client.query('drop index deliveries_by_rule');
    await client.query('alter table deliveries drop constraint deliveries_status_check, add column later text');
    const { rows } = await client.query(
      `select (select count(*)::int from pg_constraint where conname = 'deliveries_status_check') as checks,
         (select count(*)::int from pg_indexes where tablename ~ '^deliveries' and indexdef ~ 'rule_id') as indexes,
         (select count(*)::int from pg_attribute where attname = 'later' and attrelid::regclass::text ~ '^deliveries') as columns,
         (select count(*)::int from pg_class where relkind in ('r', 'p') and relname ~ '^deliveries') as tables`,
    );
    expect(rows).toEqual([{ checks: 0, indexes: 0, columns: rows[0].tables, tables: rows[0].tables }]);
  } finally {
    await client.end();
    await database.drop();
  }
}, 60_000);
