import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createIdFactory } from '../src/domain/ids.ts';
import { age, DAY_MS, retain as runRetention } from './harness/aging.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { deliverOne, deliveryWith, recordedEvent } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* What retention removes, and what it leaves. How it runs is in retention-runs.test.ts. */

const LONG = 120_000;
const ONE_ATTEMPT = { retry_policy: { maximum_attempts: 1 } };

let service: TestService;
let receiver: Receiver;
let db: pg.Client;
beforeAll(async () => {
  service = await startTestService({ retention: { days: 30, dedupDays: 10, deadLetterDays: 90 } });
  db = new pg.Client({ connectionString: service.databaseUrl });
  await db.connect();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());
afterAll(async () => {
  await db?.end();
  await service?.close();
});

const retain = (input?: object) => runRetention(service, input);

const countOf = async (table: string, where: string, values: unknown[]) =>
  (await db.query(`select count(*)::int as count from ${table} where ${where}`, values)).rows[0].count as number;
const statusOf = async (path: string) => (await service.api.get(path)).status;

/** A delivery of an event that was sent so many days ago and arrived. */
async function delivered(days: number) {
  receiver.answer(200);
  const { delivery, eventId } = await deliverOne(service.api, receiver.url);
  await deliveryWith(service.api, delivery.id, 'succeeded');
  return { id: await age(db, delivery.id, days), eventId };
}

/** One that waits as a dead letter, for so many days. */
async function parked(days: number) {
  receiver.answer(500);
  const { delivery, eventId } = await deliverOne(service.api, receiver.url, { endpoint: ONE_ATTEMPT });
  await deliveryWith(service.api, delivery.id, 'dead_lettered');
  // Its workflow goes by its old id: it must not be there any more.
  await service.temporal.workflow.getHandle(`dead-letter/${delivery.id}`).terminate('for the test');
  return { id: await age(db, delivery.id, days), eventId };
}

describe('history that ended', () => {
  test(
    'is removed with its attempts once it is old enough; what is younger stays',
    async () => {
      const [old, young] = [await delivered(31), await delivered(29)];
      const removed = await retain();
      expect(removed).toMatchObject({ deliveries: 1, events: 1, event_keys: 2 });
      expect(await statusOf(`/v1/deliveries/${old.id}`)).toBe(404);
      expect(await statusOf(`/v1/events/${old.eventId}`)).toBe(404);
      expect(await countOf('delivery_attempts', 'delivery_id = $1', [old.id])).toBe(0);
      expect((await service.api.get(`/v1/deliveries/${young.id}`)).body.attempts).toHaveLength(1);
      expect(await statusOf(`/v1/events/${young.eventId}`)).toBe(200);
      expect(await retain()).toMatchObject({ deliveries: 0, events: 0, event_keys: 0 });
    },
    LONG,
  );

  test(
    'does not include what is still open, nor its event, however old',
    async () => {
      receiver.answer(500);
      const endpoint = { retry_policy: { initial_interval: '1h', maximum_interval: '1h' } };
      const { delivery, eventId } = await deliverOne(service.api, receiver.url, { endpoint });
      await deliveryWith(service.api, delivery.id, 'retrying');
      const id = await age(db, delivery.id, 400);
      await retain();
      expect((await service.api.get(`/v1/deliveries/${id}`)).body).toMatchObject({ status: 'retrying' });
      expect((await service.api.get(`/v1/events/${eventId}`)).body.deliveries).toHaveLength(1);
      // Ended just now, it stays for its time, and then goes.
      await db.query(`update deliveries set status = 'succeeded', completed_at = now() where id = $1`, [id]);
      await retain();
      expect(await statusOf(`/v1/deliveries/${id}`)).toBe(200);
      await db.query(`update deliveries set completed_at = now() - interval '31 days' where id = $1`, [id]);
      await retain();
      expect(await statusOf(`/v1/deliveries/${id}`)).toBe(404);
      expect(await statusOf(`/v1/events/${eventId}`)).toBe(404);
      // It may have found by itself that there is nothing to deliver any more.
      const left = service.temporal.workflow.getHandle(`delivery/${delivery.id}`);
      await left.terminate('for the test').catch(() => {});
    },
    LONG,
  );

  test(
    'includes closed dead letters, and events of the service itself that were sent',
    async () => {
      const { id } = await parked(40);
      await db.query(
        `update dead_letters set status = 'discarded', closed_at = now() - interval '31 days' where delivery_id = $1`,
        [id],
      );
      await db.query(
        `update deliveries set status = 'discarded', completed_at = now() - interval '31 days' where id = $1`,
        [id],
      );
      const newId = createIdFactory({
        now: () => Date.now() - 40 * DAY_MS,
        randomBytes: (size) => new Uint8Array(size),
      });
      for (const [name, sentAt] of [
        ['sent', new Date(Date.now() - 31 * DAY_MS)],
        ['unsent', null],
      ]) {
        await db.query(
          `insert into service_events (id, namespace, type, subject, data, sent_at, created_by, created_at)
           values ($1, 'default', 'webhook.disabled', $2, '{}', $3, 'test', now() - interval '40 days')`,
          [newId('ev'), name, sentAt],
        );
      }
      expect(await retain()).toMatchObject({ closed_dead_letters: 1, service_events: 1 });
      expect(await statusOf(`/v1/dead-letters/${id}`)).toBe(404);
      expect(await countOf('service_events', `subject = 'unsent'`, [])).toBe(1);
    },
    LONG,
  );
});

test(
  'what rules leave: alerts that were resolved, silences that ended, states of rules that are gone',
  async () => {
    const newId = createIdFactory({ now: () => Date.now() - 40 * DAY_MS, randomBytes: (size) => randomBytes(size) });
    const kinds = { old: 31, young: 29, firing: null };
    const ids = Object.fromEntries(Object.keys(kinds).map((name) => [name, newId('al')]));
    for (const [name, days] of Object.entries(kinds)) {
      const resolvedAt = days === null ? null : new Date(Date.now() - days * DAY_MS);
      await db.query(
        `insert into alerts (id, namespace, rule_id, rule_name, rule_revision, key_digest, key_text, dedup_key, status,
           severity, summary, started_at, fired_at, resolved_at, created_by, created_at, updated_at)
         values ($1, 'default', 'ar_gone', 'gone', 1, '', '', '', $2, 'error', '', now() - interval '40 days',
           now() - interval '40 days', $3, 'test', now(), now())`,
        [ids[name], resolvedAt === null ? 'firing' : 'resolved', resolvedAt],
      );
    }
    for (const days of [31, 29]) {
      await db.query(
        `insert into silences (id, namespace, matchers, starts_at, ends_at, created_by, created_at, updated_at)
         values ($1, 'default', '{"rule_id":"ar_gone"}', now() - interval '40 days', $2, 'test', now(), now())`,
        [newId('sil'), new Date(Date.now() - days * DAY_MS)],
      );
    }
    const { rule } = await deliverOne(service.api, receiver.url);
    for (const [ruleId, days] of [
      ['ar_gone', 31],
      ['ar_gone_lately', 29],
      [rule.id, 31],
    ]) {
      await db.query(
        `insert into alert_states (rule_id, key_digest, namespace, key_text, meaning, created_by, created_at, updated_at)
         values ($1, '', 'default', '', '', 'test', now(), $2)`,
        [ruleId, new Date(Date.now() - Number(days) * DAY_MS)],
      );
    }
    expect(await retain()).toMatchObject({ alerts: 1, silences: 1, alert_states: 1 });
    expect(await statusOf(`/v1/alerts/${ids.old}`)).toBe(404);
    expect(await statusOf(`/v1/alerts/${ids.young}`)).toBe(200);
    expect(await statusOf(`/v1/alerts/${ids.firing}`)).toBe(200);
    const { rows } = await db.query(`select rule_id from alert_states order by rule_id`);
    expect(rows.map(({ rule_id }) => rule_id)).toEqual(['ar_gone_lately', rule.id].toSorted());
  },
  LONG,
);

describe('a waiting dead letter', () => {
  test(
    'survives its event and delivery, can be read, and arrives when it is retried, its attempts numbered on',
    async () => {
      const { id, eventId } = await parked(60);
      const sent = receiver.received[0]?.text;
      expect(await retain()).toMatchObject({ deliveries: 1, events: 1, closed_dead_letters: 0 });
      expect(await countOf('deliveries', 'id = $1', [id])).toBe(0);
      expect(await countOf('delivery_attempts', 'delivery_id = $1', [id])).toBe(0);
      expect(await statusOf(`/v1/events/${eventId}`)).toBe(404);
      expect((await service.api.get(`/v1/dead-letters/${id}`)).body).toMatchObject({
        status: 'waiting',
        last_error: 'HTTP 500',
      });
      const { body: kept } = await service.api.get(`/v1/deliveries/${id}`);
      expect(kept).toMatchObject({ id, status: 'dead_lettered', attempt_count: 1, attempts: [], event_id: eventId });
      expect(kept.body.data.event.id).toBe(eventId);

      receiver.answer(500);
      await service.api.post(`/v1/dead-letters/${id}/retry`);
      await receiver.arrived(2);
      await until(async () => (await service.api.get(`/v1/dead-letters/${id}`)).body.rounds === 2, 'the round to end');
      await deliveryWith(service.api, id, 'dead_lettered');
      receiver.answer(200);
      await service.api.post(`/v1/dead-letters/${id}/retry`);
      const settled = await deliveryWith(service.api, id, 'succeeded');
      expect(settled.attempts).toMatchObject([
        { number: 2, outcome: 'http_error' },
        { number: 3, outcome: 'success' },
      ]);
      expect(receiver.received.map(({ text }) => text)).toEqual([sent, sent, sent]);
      expect(await statusOf(`/v1/dead-letters/${id}`)).toBe(200);
    },
    LONG,
  );

  test(
    'that has waited for longer than EXOSPHERE_DEAD_LETTER_DAYS is discarded by its workflow, as expired',
    async () => {
      const [expired, waiting] = [await parked(91), await parked(89)];
      expect(await retain()).toMatchObject({ expired_dead_letters: 1 });
      const letter = await until(async () => {
        const { body } = await service.api.get(`/v1/dead-letters/${expired.id}`);
        return body.closed_at !== null && body;
      }, 'it to be closed');
      expect(letter).toMatchObject({ status: 'discarded', closed_reason: 'expired' });
      expect(await service.temporal.workflow.getHandle(`dead-letter/${expired.id}`).result()).toBe('discarded');
      expect((await service.api.get(`/v1/dead-letters/${waiting.id}`)).body.status).toBe('waiting');
      await service.api.post(`/v1/dead-letters/${waiting.id}/discard`);
    },
    LONG,
  );
});

test(
  'the idempotency memory goes by a bound of its own: an id sent again later is a new event, and the newest is shown',
  async () => {
    const { id, eventId } = await delivered(11);
    const { event_type: type, event_source: source } = (await service.api.get(`/v1/deliveries/${id}`)).body;
    const again = () => service.api.post('/v1/events', { id: eventId, type, source, data: {} });
    expect((await again()).body.status).toBe('duplicate');
    expect(await retain()).toMatchObject({ event_keys: 1, events: 0 });
    const { status, body } = await again();
    expect({ status, body }).toMatchObject({ status: 202, body: { status: 'accepted' } });
    await receiver.arrived(2);
    const shown = await recordedEvent(service.api, eventId);
    expect(shown.deliveries[0].id > id).toBe(true);
  },
  LONG,
);
