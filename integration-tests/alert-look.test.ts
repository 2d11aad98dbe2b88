import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLooker } from '../activities/alerting/look.ts';
import { createPages } from '../activities/alerting/pages.ts';
import { createPreparer } from '../activities/alerting/prepared-rule.ts';
import { createTeller } from '../activities/alerting/tell.ts';
import { createMatcher } from '../activities/match.ts';
import { createRecordEvents } from '../activities/record-events.ts';
import { createIdFactory } from '../src/domain/ids.ts';
import { createAlertSweepLog } from '../src/store/alert-sweep-log.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { createEventLog } from '../src/store/event-log.ts';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { query } from './harness/query.ts';
import { unique } from './harness/scenario.ts';

/* Looks at keys over a database of their own: nobody else looks, and the clock is ours. */

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-06-01T12:00:00Z');
const NAMESPACE = 'default';

let owned: TestDatabase;
let database: Database;
let clock: number;
const now = () => clock;
const newId = createIdFactory({ now, randomBytes });
beforeAll(async () => {
  owned = await migratedDatabase();
  database = await openDatabase({ url: owned.url });
}, 120_000);
afterAll(async () => {
  await database?.close();
  await owned?.drop();
});
beforeEach(() => {
  clock = START;
});

const sql = (text: string, values: unknown[] = []) => query(owned.url, text, values);

async function endpoint(): Promise<string> {
  const id = newId('we');
  await sql(
    `insert into webhook_endpoints (id, namespace, name, target_url, sealed_secret, secret_hint, created_by, created_at,
       updated_at) values ($1, $2, $1, 'https://receiver.example', 'sealed', 'hint', 'test', now(), now())`,
    [id, NAMESPACE],
  );
  return id;
}

async function rule(trigger: object, endpoints: string[], notify: object | null = null): Promise<string> {
  const id = newId('ar');
  await sql(
    `insert into alert_rules (id, namespace, name, event_types, webhook_endpoint_ids, trigger, notify, watched_types,
       meaning, created_by, created_at, updated_at)
     values ($1, $2, $1, '{custom.bad}', $3, $4, $5, $6, 'first', 'test', now(), now())`,
    [id, NAMESPACE, endpoints, JSON.stringify(trigger), JSON.stringify(notify), ['custom.bad', id]],
  );
  return id;
}

const edit = (id: string, set: string, ...values: unknown[]) =>
  sql(`update alert_rules set revision = revision + 1, ${set} where id = $1`, [id, ...values]);
const tells = (id: string, ...endpoints: string[]) => edit(id, 'webhook_endpoint_ids = $2', endpoints);

const keyOf = (rule_id: string) => ({ namespace: NAMESPACE, rule_id, key_digest: 'k'.repeat(26), key_text: '' });

/** Silences a rule from now on. */
const silence = (ruleId: string, forMs: number) =>
  sql(
    `insert into silences (id, namespace, matchers, starts_at, ends_at, created_by, created_at, updated_at)
     values ($1, $2, $3, $4, $5, 'test', now(), now())`,
    [newId('sil'), NAMESPACE, JSON.stringify({ rule_id: ruleId }), new Date(clock), new Date(clock + forMs)],
  );

interface Put {
  side: string;
  place?: number;
  meaning?: string;
}

/** Puts an entry down for a rule's key, as of now. */
async function put(ruleId: string, { side, place = 0, meaning = 'first' }: Put): Promise<void> {
  await sql(
    `insert into alert_entries (rule_id, key_digest, event_ref, namespace, key_text, meaning, place, sides, time,
       received_at, created_by, created_at) values ($1, $2, $3, $4, '', $5, $6, $7, $8, $8, 'test', $8)`,
    [ruleId, keyOf(ruleId).key_digest, newId('ev'), NAMESPACE, meaning, place, [side], new Date(clock)],
  );
}

const look = (ruleId: string) => {
  const teller = createTeller({ newId, publicUrl: undefined, worker: 'test' });
  return createLooker({ sql: database.sql, prepare: createPreparer(), teller, now, worker: 'test' })([keyOf(ruleId)]);
};

async function happens(ruleId: string, side: string) {
  clock += 1_000;
  await put(ruleId, { side });
  return await look(ruleId);
}

/** Whom a rule's messages went to: status of the alert and of the delivery, by endpoint, in their order. */
async function messages(ruleId: string): Promise<[string, string, string][]> {
  const rows = await sql('select endpoint_id, status, body from deliveries where rule_id = $1 order by id', [ruleId]);
  return rows.map(({ endpoint_id, status, body }) => [JSON.parse(body).data.alert.status, endpoint_id, status]);
}

const alertsOf = (ruleId: string) => sql('select * from alerts where rule_id = $1 order by id', [ruleId]);
const stateOf = async (ruleId: string) =>
  (await sql('select state from alert_states where rule_id = $1', [ruleId]))[0]?.state;

const COUNT = { kind: 'count', threshold: 1, window: '7d', per: [] };

describe('who hears that it is over', () => {
  test('is who heard of the firing, whomever the rule tells by now', async () => {
    const [a, b, c] = [await endpoint(), await endpoint(), await endpoint()];
    const id = await rule(COUNT, [a, b]);
    await happens(id, 'match');
    expect(await alertsOf(id)).toMatchObject([{ told_endpoint_ids: [a, b] }]);
    await tells(id, b, c);
    const { deliveries } = await happens(id, 'resolve');
    expect((await messages(id)).slice(2)).toEqual([
      ['resolved', a, 'pending'],
      ['resolved', b, 'pending'],
    ]);
    expect(deliveries.get(NAMESPACE)).toHaveLength(2);

    // The next firing is the present ones' again.
    await happens(id, 'match');
    expect((await messages(id)).slice(4).map(([, to]) => to)).toEqual([b, c]);
  });

  test('also where the change of endpoints changes the meaning and ends it', async () => {
    const [a, b] = [await endpoint(), await endpoint()];
    const id = await rule(COUNT, [a]);
    await happens(id, 'match');
    await edit(id, "webhook_endpoint_ids = $2, meaning = 'second'", [b]);
    clock += 1_000;
    await look(id);
    expect((await messages(id)).at(-1)).toEqual(['resolved', a, 'pending']);
    expect(await alertsOf(id)).toMatchObject([{ resolve_reason: 'rule_changed' }]);
  });

  test('with those that a repeat has told since', async () => {
    const [a, b, c] = [await endpoint(), await endpoint(), await endpoint()];
    const id = await rule(COUNT, [a], { repeat_every: '1h' });
    await happens(id, 'match');
    await tells(id, b);
    clock += HOUR_MS;
    await look(id);
    expect((await messages(id)).at(-1)).toEqual(['firing', b, 'pending']);
    // A repeat that is held back tells nobody, and leaves the alert as told.
    await silence(id, 2 * HOUR_MS);
    await tells(id, c);
    clock += HOUR_MS;
    await look(id);
    expect((await messages(id)).at(-1)).toEqual(['firing', c, 'suppressed']);
    expect(await alertsOf(id)).toMatchObject([{ held_reason: null, told_endpoint_ids: [a, b] }]);
    await happens(id, 'resolve');
    expect((await messages(id)).slice(3).map(([, to]) => to)).toEqual([a, b]);
  });

  test('of a firing that was held back and told later: who was told then', async () => {
    const [a, b] = [await endpoint(), await endpoint()];
    const id = await rule(COUNT, [a]);
    await silence(id, HOUR_MS);
    await happens(id, 'match');
    expect(await messages(id)).toEqual([['firing', a, 'suppressed']]);
    expect(await alertsOf(id)).toMatchObject([{ told_endpoint_ids: [] }]);
    await tells(id, b);
    clock += 2 * HOUR_MS;
    await look(id);
    await tells(id, a);
    await happens(id, 'resolve');
    expect((await messages(id)).slice(1)).toEqual([
      ['firing', b, 'pending'],
      ['resolved', b, 'pending'],
    ]);
  });

  test('not one that was deleted; one that is off by now as a record', async () => {
    const [a, b, c] = [await endpoint(), await endpoint(), await endpoint()];
    const id = await rule(COUNT, [a, b]);
    await happens(id, 'match');
    await tells(id, c);
    await sql('delete from webhook_endpoints where id = $1', [a]);
    await sql('update webhook_endpoints set is_active = false where id = $1', [b]);
    await happens(id, 'resolve');
    expect((await messages(id)).slice(2)).toEqual([['resolved', b, 'skipped']]);
    expect(await alertsOf(id)).toMatchObject([{ status: 'resolved' }]);
  });

  test('of an alert from before that was noted: those that the rule tells', async () => {
    const [a, b] = [await endpoint(), await endpoint()];
    const id = await rule(COUNT, [a]);
    await happens(id, 'match');
    await sql('update alerts set told_endpoint_ids = null where rule_id = $1', [id]);
    await tells(id, b);
    await happens(id, 'resolve');
    expect((await messages(id)).at(-1)).toEqual(['resolved', b, 'pending']);
  });
});

describe('what was put down', () => {
  test('counts for the meaning that it was put down by, and is taken in any case', async () => {
    const id = await rule({ ...COUNT, threshold: 100 }, [await endpoint()]);
    for (const meaning of ['first', '', 'of before', 'of before']) await put(id, { side: 'match', meaning });
    await look(id);
    expect((await stateOf(id)).times).toHaveLength(2);
    expect(await sql('select 1 from alert_entries where rule_id = $1', [id])).toEqual([]);
  });

  test('an event matched before a change of meaning and recorded after it counts for nothing', async () => {
    const id = await rule({ ...COUNT, threshold: 100 }, [await endpoint()]);
    const eventLog = createEventLog(database.sql, now);
    let isChanged = false;
    const { recordEvents } = createRecordEvents({
      eventLog: {
        ...eventLog,
        async record(...args) {
          if (isChanged) await edit(id, "meaning = 'second'");
          return await eventLog.record(...args);
        },
      },
      ...{ match: createMatcher(), onEntries: () => {}, readOwn: async () => new Map(), newId, now },
      publicUrl: undefined,
    });
    const send = (count: number) =>
      recordEvents({
        namespace: NAMESPACE,
        events: Array.from({ length: count }, () => ({ id: unique('event'), type: 'custom.bad', data: {} })),
        accepted_at: new Date(clock).toISOString(),
        ...{ workflow_id: unique('workflow'), workflow_run_id: unique('run') },
      });
    const entriesOf = () => sql('select * from alert_entries where rule_id = $1 order by place', [id]);

    await send(3);
    const entries = await entriesOf();
    expect(entries.map(({ place, meaning }) => [place, meaning])).toEqual([0, 1, 2].map((at) => [at, 'first']));
    const lookAtIt = async () => {
      const [{ key_digest, key_text }] = await entriesOf();
      const teller = createTeller({ newId, publicUrl: undefined, worker: 'test' });
      const lookAt = createLooker({ sql: database.sql, prepare: createPreparer(), teller, now, worker: 'test' });
      await lookAt([{ namespace: NAMESPACE, rule_id: id, key_digest, key_text }]);
    };
    await lookAtIt();
    expect((await stateOf(id)).times).toHaveLength(3);

    isChanged = true;
    await send(1);
    await lookAtIt();
    expect(await entriesOf()).toEqual([]);
    expect((await stateOf(id))?.times ?? []).toEqual([]);
  });

  test('keeps the order of its list within a millisecond, whichever look takes it', async () => {
    const id = await rule({ kind: 'consecutive', threshold: 9, reset_on: ['custom.good'], per: [] }, [
      await endpoint(),
    ]);
    await put(id, { side: 'match', place: 0 });
    await put(id, { side: 'reset', place: 3 });
    await look(id);
    expect((await stateOf(id)).matches).toBe(0);
    await put(id, { side: 'match', place: 4 });
    await put(id, { side: 'match', place: 2 });
    const { notes } = await look(id);
    expect((await stateOf(id)).matches).toBe(1);
    expect(notes).toMatchObject({ keys: 1, counts: { late_ignored: 1 } });
  });
});

test('a key that is gone for 7 times the limit: its alert ends and says why, and the look has a note', async () => {
  const trigger = { kind: 'absence', of: ['custom.bad'], within: '1h', per: ['data.graph_name'] };
  const id = await rule(trigger, [await endpoint()]);
  await happens(id, 'seen');
  clock += 2 * HOUR_MS;
  expect((await look(id)).notes).toBeUndefined();
  clock += 6 * HOUR_MS;
  const { notes } = await look(id);
  expect(notes).toMatchObject({ counts: { key_dropped: 1 }, details: [{ rule_id: id, code: 'key_dropped' }] });
  expect((await messages(id)).map(([status]) => status)).toEqual(['firing', 'resolved']);
  expect(await alertsOf(id)).toMatchObject([{ status: 'resolved', resolve_reason: 'key_gone' }]);
  expect(await stateOf(id)).toBeUndefined();
});

describe('the sweep', () => {
  const LONG_AGO = new Date('2001-01-01T00:00:00Z');
  const before = new Date('2002-01-01T00:00:00Z');

  test('asks for overdue keys page by page: those whose looks fail hold up no others', async () => {
    const id = await rule(COUNT, [await endpoint()]);
    await sql(
      `insert into alert_states (rule_id, key_digest, namespace, key_text, meaning, next_look_at, created_by, created_at,
         updated_at) select $1, lpad(n::text, 26, '0'), $2, n::text, 'first', $3, 'test', now(), now()
       from generate_series(1, 501) n`,
      [id, NAMESPACE, LONG_AGO],
    );
    const overdue = createPages(createAlertSweepLog(database.sql).overdue);
    const pages = [await overdue(before), await overdue(before), await overdue(before)];
    expect(pages.map(({ length }) => length)).toEqual([500, 1, 500]);
    expect(new Set(pages.slice(0, 2).flatMap((keys) => keys.map(({ key_text }) => key_text))).size).toBe(501);
  });

  test('and for entries that nobody has taken, oldest first', async () => {
    const id = await rule(COUNT, [await endpoint()]);
    await sql(
      `insert into alert_entries (rule_id, key_digest, event_ref, namespace, key_text, sides, time, received_at, created_by,
         created_at) select $1, case when n <= 2000 then 'busy' else 'quiet' end, 'ev_' || lpad(n::text, 10, '0'), $2, '',
         '{match}', $3, $3, 'test', $3 from generate_series(1, 2001) n`,
      [id, NAMESPACE, LONG_AGO],
    );
    const forgotten = createPages(createAlertSweepLog(database.sql).forgottenEntries);
    const pages = [await forgotten(before), await forgotten(before), await forgotten(before)];
    expect(pages.map((keys) => keys.map(({ key_digest }) => key_digest))).toEqual([['busy'], ['quiet'], ['busy']]);
  });
});
