import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import pg from 'pg';
import pino from 'pino';
import { createIdFactory, idTimeBound } from '../src/domain/ids.ts';
import { keepRetentionSchedule } from '../src/retention-schedule.ts';
import type { RetentionProgress } from '../workflows/contract.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { deliverOne, deliveryWith, recordedEvent, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

const DAY_MS = 86_400_000;
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

/** Runs retention once, by itself. */
async function retain(input: object = {}): Promise<RetentionProgress['removed']> {
  const workflowId = unique('retention-test');
  return await service.temporal.workflow.execute('retentionWorkflow', {
    taskQueue: 'exosphere-alerts',
    workflowId,
    args: [input],
  });
}

const IDS = { events: 'id', deliveries: 'id', dead_letters: 'delivery_id', service_events: 'id' };
const TIMES: Record<string, string[]> = {
  events: ['received_at', 'time', 'created_at'],
  event_keys: ['created_at'],
  deliveries: ['created_at', 'updated_at', 'completed_at'],
  delivery_attempts: ['started_at', 'deadline_at'],
  dead_letters: ['parked_at', 'closed_at', 'created_at'],
};

/**
 * Makes what an event led to so many days older, as if it had been sent then: times, and the ids, which hold the time.
 *
 * @returns the delivery's id now
 */
async function age(deliveryId: string, days: number): Promise<string> {
  const aged = (id: string) =>
    idTimeBound(id.split('_')[0] as string, Date.now() - days * DAY_MS).slice(0, -16) + id.slice(-16);
  const { rows } = await db.query('select event_ref from deliveries where id = $1', [deliveryId]);
  const eventRef = rows[0].event_ref as string;
  const [newId, newRef] = [aged(deliveryId), aged(eventRef)];
  const where: Record<string, [string, string]> = {
    events: ['id', eventRef],
    event_keys: ['event_ref', eventRef],
    deliveries: ['id', deliveryId],
    delivery_attempts: ['delivery_id', deliveryId],
    dead_letters: ['delivery_id', deliveryId],
  };
  for (const [table, columns] of Object.entries(TIMES)) {
    const [column, value] = where[table] as [string, string];
    const sets = columns.map((name) => `${name} = ${name} - interval '${days} days'`).join(', ');
    await db.query(`update ${table} set ${sets} where ${column} = $1`, [value]);
  }
  await db.query('update events set id = $2 where id = $1', [eventRef, newRef]);
  await db.query('update event_keys set event_ref = $2 where event_ref = $1', [eventRef, newRef]);
  await db.query('update deliveries set id = $2, event_ref = $3 where id = $1', [deliveryId, newId, newRef]);
  await db.query('update delivery_attempts set delivery_id = $2 where delivery_id = $1', [deliveryId, newId]);
  await db.query(
    `update dead_letters set delivery_id = $2, delivery = delivery || jsonb_build_object('id', $2::text, 'event_ref', $3::text)
     where delivery_id = $1`,
    [deliveryId, newId, newRef],
  );
  return newId;
}

const countOf = async (
  table: keyof typeof IDS | 'event_keys' | 'delivery_attempts',
  where: string,
  values: unknown[],
) => (await db.query(`select count(*)::int as count from ${table} where ${where}`, values)).rows[0].count as number;
const statusOf = async (path: string) => (await service.api.get(path)).status;

/** A delivery of an event that was sent so many days ago and arrived. */
async function delivered(days: number) {
  receiver.answer(200);
  const { delivery, eventId } = await deliverOne(service.api, receiver.url);
  await deliveryWith(service.api, delivery.id, 'succeeded');
  return { id: await age(delivery.id, days), eventId };
}

/** One that waits as a dead letter, for so many days. */
async function parked(days: number) {
  receiver.answer(500);
  const { delivery, eventId } = await deliverOne(service.api, receiver.url, { endpoint: ONE_ATTEMPT });
  await deliveryWith(service.api, delivery.id, 'dead_lettered');
  // Its workflow goes by its old id: it must not be there any more.
  await service.temporal.workflow.getHandle(`dead-letter/${delivery.id}`).terminate('for the test');
  return { id: await age(delivery.id, days), eventId };
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
      const id = await age(delivery.id, 400);
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

describe('many rows', () => {
  /** Old events without deliveries, made by SQL alone. */
  async function seed(count: number): Promise<void> {
    await db.query(
      `insert into events (id, namespace, event_id, source, type, time, received_at, data, workflow_id, workflow_run_id,
         created_by, created_at)
       select $1 || lpad(n::text, 16, '0'), 'default', 'seeded-' || n, '/seed', 'custom.seed', at, at, '{}', 'w', 'r', 'test', at
       from generate_series(1, $2) n, (select now() - interval '50 days' as at) t`,
      [idTimeBound('ev', Date.now() - 50 * DAY_MS).slice(0, -16), count],
    );
  }

  test(
    'are removed batch by batch, and what somebody holds is passed over, not waited for',
    async () => {
      await seed(1_000);
      const holder = new pg.Client({ connectionString: service.databaseUrl });
      await holder.connect();
      await holder.query('begin');
      await holder.query(`select 1 from events where event_id in ('seeded-1', 'seeded-500') for update`);
      expect((await retain({ batch: 7 })).events).toBe(998);
      await holder.query('rollback');
      await holder.end();
      expect((await retain()).events).toBe(2);
    },
    LONG,
  );

  test(
    'are removed while events go on being delivered',
    async () => {
      await seed(2_000);
      receiver.answer(200);
      const { rule } = await deliverOne(service.api, receiver.url);
      const removing = retain({ batch: 20 });
      for (let sent = 0; sent < 10; sent += 1) await sendEvent(service.api, rule.event_types[0]);
      await receiver.arrived(11);
      expect((await removing).events).toBe(2_000);
    },
    LONG,
  );
});

describe('the Schedule', () => {
  const handle = () => service.temporal.schedule.getHandle('exosphere-retention');
  const described = () =>
    until(async () => {
      try {
        return await handle().describe();
      } catch {
        return undefined;
      }
    }, 'the Schedule to be there');
  const keep = () => keepRetentionSchedule({ client: service.temporal, now: Date.now, log: pino({ level: 'silent' }) });

  test(
    'is made at the start, runs retention, and lets no two runs overlap',
    async () => {
      const { action, policies, spec } = await described();
      expect(action).toMatchObject({ workflowType: 'retentionWorkflow', taskQueue: 'exosphere-alerts' });
      expect(policies.overlap).toBe(ScheduleOverlapPolicy.SKIP);
      expect(spec.intervals).toHaveLength(1);
      const { id } = await delivered(31);
      await handle().trigger();
      await until(async () => (await statusOf(`/v1/deliveries/${id}`)) === 404, 'the delivery to be removed', 60_000);
    },
    LONG,
  );

  test(
    'made by many workers at once is one; paused or moved by a person it stays so, and gets its action back',
    async () => {
      await described();
      await handle().delete();
      const many = Array.from({ length: 5 }, keep);
      await described();
      for (const each of many) await each.settled;
      await handle().pause('by a person');
      await handle().update((previous) => ({
        ...previous,
        spec: { intervals: [{ every: '1d' }] },
        action: { type: 'startWorkflow', workflowType: 'somethingElse', taskQueue: 'exosphere-alerts', args: [] },
      }));
      await keep().settled;
      const { state, spec, action } = await handle().describe();
      expect(state).toMatchObject({ paused: true, note: 'by a person' });
      expect(spec.intervals).toMatchObject([{ every: DAY_MS }]);
      expect(action.workflowType).toBe('retentionWorkflow');
    },
    LONG,
  );
});
