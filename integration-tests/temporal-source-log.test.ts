import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventDigest } from '../src/domain/event-digest.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { TemporalSource } from '../src/store/entities/temporal-source.ts';
import { createTemporalSourceLog } from '../src/store/temporal-source-log.ts';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { query } from './harness/query.ts';

let place: TestDatabase;
let database: Database;
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));

beforeAll(async () => {
  place = await migratedDatabase();
  database = await openDatabase({ url: place.url });
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

async function source(id: string, namespace = 'ours'): Promise<void> {
  const em = database.inNamespace(namespace);
  const fields = { id, namespace, name: id, address: 'temporal.example:7233', temporal_namespace: 'theirs' };
  const row = { ...fields, created_by: 'test', created_at: at(0), updated_at: at(0) };
  await em.persist(em.create(TemporalSource, row)).flush();
}

test('cursors only go forward, a failure lasts from its first to the next success, and what is gone is told', async () => {
  const log = createTemporalSourceLog(database.sql);
  await source('src_1');
  await source('src_2', 'theirs');
  expect(await log.list()).toEqual(['src_1', 'src_2']);

  expect(await log.advance('src_1', { closedThrough: at(20), openedThrough: at(5), polledAt: at(30) })).toBe(true);
  expect(await log.advance('src_1', { closedThrough: at(10), polledAt: at(29) })).toBe(true);
  const cursors = { closed_through: at(20), opened_through: at(5), last_polled_at: at(30) };
  expect(await log.read('src_1')).toMatchObject({ namespace: 'ours', tls: null, query: null, ...cursors });

  await log.fail('src_1', 'first', at(31));
  expect(await log.fail('src_1', `${'x'.repeat(999)}😀\0`, at(32))).toBe(true);
  const failing = await log.read('src_1');
  expect(failing).toMatchObject({ failing_since: at(31), ...cursors });
  expect(failing?.last_error).toMatch(/^x{999}.$/);
  await log.advance('src_1', { polledAt: at(33) });
  expect(await log.read('src_1')).toMatchObject({ failing_since: null, last_error: null, last_polled_at: at(33) });
  expect(await log.read('src_2')).toMatchObject({ namespace: 'theirs', last_polled_at: null });

  await database.inNamespace('ours').nativeDelete(TemporalSource, {});
  expect(await log.read('src_1')).toBeUndefined();
  expect([await log.advance('src_1', { polledAt: at(40) }), await log.fail('src_1', 'gone', at(40))]).toEqual([
    false,
    false,
  ]);
});

test('events that are recorded are known by source and id, within their namespace', async () => {
  const log = createTemporalSourceLog(database.sql);
  await query(
    place.url,
    `insert into event_keys (namespace, digest, content_digest, event_ref, workflow_run_id, created_by, created_at)
     values ('ours', $1, '', '', '', 'test', now())`,
    [eventDigest('temporal/x', 'known')],
  );
  expect(await log.knownEvents('ours', 'temporal/x', ['known', 'new'])).toEqual(new Set(['known']));
  expect(await log.knownEvents('ours', 'temporal/y', ['known'])).toEqual(new Set());
  expect(await log.knownEvents('theirs', 'temporal/x', ['known'])).toEqual(new Set());
});
