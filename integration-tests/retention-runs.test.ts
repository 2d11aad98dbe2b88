import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import pg from 'pg';
import pino from 'pino';
import { idTimeBound } from '../src/domain/ids.ts';
import { keepRetentionSchedule } from '../src/retention-schedule.ts';
import { age, DAY_MS, retain as runRetention } from './harness/aging.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { deliverOne, deliveryWith, sendEvent } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* How retention runs: in batches, beside everything else, and by a Schedule. What it removes is in retention.test.ts. */

const LONG = 120_000;

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

const retain = (input: object = {}) => runRetention(service, input);

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
      receiver.answer(200);
      const { delivery } = await deliverOne(service.api, receiver.url);
      await deliveryWith(service.api, delivery.id, 'succeeded');
      const id = await age(db, delivery.id, 31);
      await handle().trigger();
      await until(
        async () => (await service.api.get(`/v1/deliveries/${id}`)).status === 404,
        'the delivery to be removed',
        60_000,
      );
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
