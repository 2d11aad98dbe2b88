import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { alertRule, alertsOf, firing, LONG, messagesOf, PATIENT, told } from './harness/alerts.ts';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { sendEvent, unique } from './harness/scenario.ts';
import { type ServiceProcess, startServiceProcess, type Workflows, watchWorkflows } from './harness/service-process.ts';
import { until } from './harness/until.ts';

/* Whatever dies, every event counts once, and what fires is told and ends. */

let database: TestDatabase;
let workflows: Workflows;
let service: ServiceProcess;
let receiver: Receiver;
beforeAll(async () => {
  database = await migratedDatabase();
  workflows = await watchWorkflows();
  service = await startServiceProcess(database.url);
}, 180_000);
afterAll(async () => {
  await killAllStarted();
  await workflows?.close();
  await database?.drop();
}, LONG);
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const sql = (text: string, values: unknown[] = []) => query(database.url, text, values);
const statesOf = (ruleId: string) => sql('select * from alert_states where rule_id = $1', [ruleId]);
const entriesOf = (ruleId: string) => sql('select * from alert_entries where rule_id = $1', [ruleId]);

async function countRule(threshold: number, fields: object = {}) {
  const type = unique('custom.bad');
  const trigger = { kind: 'count', threshold, window: '7d', per: ['data.graph_name'], ...fields };
  const rule = await alertRule(service.api, receiver, { event_type: type, trigger });
  return { rule, type };
}

async function sendBatch(type: string, graphs: string[]): Promise<void> {
  const events = graphs.map((graph_name) => ({ id: unique('event'), type, data: { graph_name } }));
  const answer = await service.api.post('/v1/events/batch', { events });
  expect(answer.status).toBe(202);
  expect(answer.body.items.every(({ status }: { status: string }) => status === 'accepted')).toBe(true);
}

test('killed when events are recorded and nothing has looked at them: each counts once after the restart', async () => {
  const { rule, type } = await countRule(5);
  const session = new pg.Client({ connectionString: database.url });
  await session.connect();
  try {
    // Events are recorded; looks wait.
    await session.query('begin');
    await session.query('lock table alert_states in share row exclusive mode');
    for (let index = 0; index < 5; index += 1) await sendEvent(service.api, type, { graph_name: 'etl' });
    await until(async () => (await entriesOf(rule.id)).length === 5, 'five entries', PATIENT);
    await service.kill();
    await until(async () => {
      await session.query('select pg_stat_clear_snapshot()');
      const others = `select pg_terminate_backend(pid) from pg_stat_activity
                      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
      return (await session.query(others)).rowCount === 0;
    }, 'the sessions of the dead process to end');
    await session.query('rollback');
  } finally {
    await session.end();
  }
  expect(await entriesOf(rule.id)).toHaveLength(5);
  service = await startServiceProcess(database.url);
  const [first] = await told(receiver, rule.id, 'firing');
  expect(first.data.alert).toMatchObject({ value: 5, threshold: 5 });
  const [state] = await statesOf(rule.id);
  expect(state.state.matches).toBe(5);
  expect(await entriesOf(rule.id)).toEqual([]);
  expect(await alertsOf(service.api, rule.id, 'all')).toHaveLength(1);
}, 180_000);

test('two workers side by side, one of them killed in the middle: every event counts once', async () => {
  const { rule, type } = await countRule(50);
  const second = await startServiceProcess(database.url, { EXOSPHERE_ROLE: 'worker' });
  const graphs = Array.from({ length: 30 }, (_, index) => `graph-${index % 3}`);
  for (let batch = 0; batch < 10; batch += 1) {
    await sendBatch(type, graphs);
    if (batch === 5) await second.kill();
  }
  const counted = await until(
    async () => {
      const states = await statesOf(rule.id);
      const isDone = states.length === 3 && states.every(({ state }) => state?.matches >= 100);
      return isDone && (await entriesOf(rule.id)).length === 0 && states;
    },
    '300 events to be counted',
    90_000,
  );
  expect(counted.map(({ state }) => state.matches)).toEqual([100, 100, 100]);
  await told(receiver, rule.id, 'firing', 3);
  const alerts = await alertsOf(service.api, rule.id, 'all');
  expect(alerts.map(({ value, threshold }) => [value, threshold])).toEqual([50, 50, 50].map((n) => [n, n]));
  expect(messagesOf(receiver, rule.id)).toHaveLength(3);
}, 240_000);

test('killed between a look and the hand-over of its deliveries: the sweep hands them over', async () => {
  const { rule, type } = await countRule(1);
  await sendEvent(service.api, type, { graph_name: 'etl' });
  const [message] = await told(receiver, rule.id, 'firing');
  await until(
    async () => (await service.api.get(`/v1/deliveries?status=succeeded&rule_id=${rule.id}`)).body.items[0],
    'the delivery to succeed',
    PATIENT,
  );
  // What such a process leaves: a delivery that nobody has begun, of an alert that is written.
  const left = `${message.id.slice(0, -4)}ZZZZ`;
  await sql(
    `insert into deliveries (id, namespace, event_ref, event_id, event_source, event_type, alert_id, rule_id, rule_name,
       rule_revision, endpoint_id, endpoint_name, status, body, retry_layers, round_started_at, created_by, created_at, updated_at)
     select $2, namespace, event_ref, event_id, event_source, event_type, alert_id, rule_id, rule_name, rule_revision,
       endpoint_id, endpoint_name, 'pending', replace(body, $1, $2), retry_layers, now(), created_by, created_at, now() - interval '61 s'
     from deliveries where id = $1`,
    [message.id, left],
  );
  await told(receiver, rule.id, 'firing', 2);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids).toEqual([message.id, left]);
}, 120_000);

test('killed between recording and gathering: the sweep looks at what was put down', async () => {
  const { rule, type } = await countRule(2);
  await sendEvent(service.api, type, { graph_name: 'etl' });
  const [state] = await until(
    async () => {
      const states = await statesOf(rule.id);
      return states[0]?.state?.times.length === 1 && states;
    },
    'the first to be counted',
    PATIENT,
  );
  await sql(
    `insert into alert_entries (rule_id, key_digest, event_ref, namespace, key_text, sides, epoch, time, received_at,
       created_by, created_at)
     select $1, $2, id || '-left', namespace, $3, '{match}', null, time, received_at, created_by, now() - interval '6 s'
     from events where type = $4`,
    [rule.id, state.key_digest, state.key_text, type],
  );
  await told(receiver, rule.id, 'firing');
}, 120_000);

/** Puts down entries for a key as a process leaves them that has died: one every `everyMs`, up to now. */
async function leaveEntries(
  ruleId: string,
  key: { key_digest: string; key_text: string },
  side: string,
  count: number,
  everyMs: number,
  sinceMs = 0,
) {
  // The state's clock is put back in the same statement: a look between two would see neither.
  await sql(
    `with clock as (
       update alert_states set state = state || jsonb_build_object('since', $7::bigint) where rule_id = $1 and $7::bigint > 0
     )
     insert into alert_entries (rule_id, key_digest, event_ref, namespace, key_text, sides, epoch, time, received_at,
       created_by, created_at)
     select $1, $2, 'ev_' || lpad(n::text, 10, '0'), 'default', $3, array[$4], null, at, at, 'test', now() - interval '6 s'
     from generate_series(1, $5::int) n, lateral (select now() - ($5::int - n) * $6::int * interval '1 ms' as at) t`,
    [ruleId, key.key_digest, key.key_text, side, count, everyMs, sinceMs],
  );
}

const allTaken = (ruleId: string) =>
  until(async () => (await entriesOf(ruleId)).length === 0, 'all entries to be counted', 60_000);

describe('after an outage, more is left than one look takes', () => {
  test('each event counts once, and one alert fires', async () => {
    const { rule, type } = await countRule(100);
    await sendEvent(service.api, type, { graph_name: 'etl' });
    const [state] = await until(
      async () => {
        const states = await statesOf(rule.id);
        return states[0]?.state?.times.length === 1 && states;
      },
      'the first to be counted',
      PATIENT,
    );
    await leaveEntries(rule.id, state, 'match', 4_999, 1);
    await told(receiver, rule.id, 'firing');
    await allTaken(rule.id);
    expect((await statesOf(rule.id))[0].state.matches).toBe(5_000);
    expect(await alertsOf(service.api, rule.id, 'all')).toHaveLength(1);
  }, 120_000);

  test('what has not been looked at yet is no absence', async () => {
    const rule = await alertRule(service.api, receiver, {
      trigger: { kind: 'absence', of: unique('custom.heartbeat'), within: '1h' },
    });
    const [state] = await until(
      async () => {
        const states = await statesOf(rule.id);
        return states[0]?.watched_until != null && states;
      },
      'the clock to start',
      PATIENT,
    );
    // Six hours of heartbeats: the first 2,000 end more than an hour ago.
    await leaveEntries(rule.id, state, 'seen', 2_500, 8_640, Date.now() - 6 * 3_600_000);
    await allTaken(rule.id);
    expect(await alertsOf(service.api, rule.id, 'all')).toEqual([]);
  }, 120_000);
});

test('an alertWorkflow that somebody terminates: the alert is resolved all the same, in its time', async () => {
  const { rule, type } = await countRule(1, { window: '10s' });
  await sendEvent(service.api, type, { graph_name: 'etl' });
  const [alert] = await firing(service.api, rule.id);
  const handle = workflows.client.workflow.getHandle(`alert/${alert.dedup_key.replace(':', '/')}`);
  await until(
    () =>
      handle.terminate('for the test').then(
        () => true,
        () => false,
      ),
    'the workflow to be there',
    PATIENT,
  );
  await told(receiver, rule.id, 'resolved');
  expect(await alertsOf(service.api, rule.id, 'all')).toMatchObject([{ id: alert.id, resolve_reason: 'quiet' }]);
}, 120_000);

test('beyond 1,000 keys all others are counted together, and the rule says so', async () => {
  const { rule, type } = await countRule(4);
  await sql(
    `insert into alert_states (rule_id, key_digest, namespace, key_text, meaning, created_by, created_at, updated_at)
     select r.id, 'f' || lpad(n::text, 25, '0'), r.namespace, 'graph_name=' || n, r.meaning, 'test', now(), now()
     from alert_rules r, generate_series(1, 999) n where r.id = $1`,
    [rule.id],
  );
  await sendEvent(service.api, type, { graph_name: 'the-last-one' });
  await until(async () => (await statesOf(rule.id)).length === 1_000, 'the last key', PATIENT);
  await sendBatch(type, ['x', 'y', 'x', 'z']);
  const [first] = await told(receiver, rule.id, 'firing');
  expect(first.data.alert.summary).toContain('all other keys');
  const [alert] = await firing(service.api, rule.id);
  expect(alert).toMatchObject({ key: 'all other keys', value: 4 });
  // Those that have a key of their own keep it.
  await sendBatch(type, Array(3).fill('the-last-one'));
  expect((await firing(service.api, rule.id, 2)).map(({ key }) => key)).toContain('graph_name=the-last-one');
  const { body } = await service.api.get(`/v1/alert-rules/${rule.id}`);
  expect(body).toMatchObject({ health: 'degraded', health_message: expect.stringContaining('more than 1,000 keys') });
  expect(await statesOf(rule.id)).toHaveLength(1_001);
}, 180_000);
