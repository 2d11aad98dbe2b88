import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runWatchWorkflowId } from '../workflows/contract.ts';
import { alertRule, alertsOf, firing, LONG, messagesOf, PATIENT, told } from './harness/alerts.ts';
import { type Ladder, startLadder } from './harness/ladder.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* The workflow of one key: it keeps the time, for hours and through any number of signals. */

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

const handleOf = ({ temporal }: TestService, dedupKey: string) =>
  temporal.workflow.getHandle(`alert/${dedupKey.replace(':', '/')}`);

/** A look is committed before the workflow is woken. */
const running = (service: TestService, dedupKey: string) =>
  until(
    async () => {
      const described = await handleOf(service, dedupKey)
        .describe()
        .catch(() => undefined);
      return described?.status.name === 'RUNNING' && described;
    },
    'the alertWorkflow to run',
    PATIENT,
  );

const completed = (service: TestService, dedupKey: string) =>
  until(
    async () => {
      const described = await handleOf(service, dedupKey)
        .describe()
        .catch(() => undefined);
      return described?.status.name === 'COMPLETED';
    },
    'the alertWorkflow to end',
    PATIENT,
  );

/** Whether a workflow has been woken by its own timer. */
async function hasWoken(service: TestService, dedupKey: string): Promise<boolean> {
  const { events = [] } = await handleOf(service, dedupKey).fetchHistory();
  return (events ?? []).some(({ timerFiredEventAttributes: fired }) => fired != null);
}

describe('over hours, by the time-skipping server', () => {
  let ladder: Ladder;
  beforeEach(async () => {
    ladder = await startLadder();
    ladder.receiver.answer(200);
  }, 180_000);
  afterEach(() => ladder?.close(), LONG);

  test('a count that has been quiet for its window of an hour is over then, and not before', async () => {
    const { service, receiver, pass, now } = ladder;
    const type = unique('custom.bad');
    const trigger = { kind: 'count', threshold: 2, window: '1h' };
    const rule = await alertRule(service.api, receiver, { event_type: type, trigger });
    await sendEvent(service.api, type);
    await sendEvent(service.api, type);
    const [first] = await told(receiver, rule.id, 'firing');
    const dedupKey = first.data.alert.dedup_key;
    await running(service, dedupKey);
    const before = Date.parse((await firing(service.api, rule.id))[0].fired_at);
    await pass(HOUR_MS - 300_000);
    expect(await alertsOf(service.api, rule.id)).toHaveLength(1);
    await pass(Math.max(0, before + HOUR_MS + 1_000 - now()));
    await firing(service.api, rule.id, 0);
    const [alert] = await alertsOf(service.api, rule.id, 'resolved');
    const lasted = Date.parse(alert.resolved_at) - before;
    expect(Math.abs(lasted - HOUR_MS)).toBeLessThan(30_000);
    expect(alert.resolve_reason).toBe('quiet');
    await completed(service, dedupKey);
    expect(await hasWoken(service, dedupKey)).toBe(true);
    await told(receiver, rule.id, 'resolved');
  }, 240_000);

  test('an absence of six hours fires after six hours, and not before', async () => {
    const { service, receiver, pass, now } = ladder;
    const trigger = { kind: 'absence', of: unique('custom.heartbeat'), within: '6h' };
    const rule = await alertRule(service.api, receiver, { trigger });
    const [state] = await until(
      async () => {
        const rows = await query(service.databaseUrl, 'select * from alert_states where rule_id = $1', [rule.id]);
        return rows[0]?.watched_until != null && rows;
      },
      'the clock to start',
      PATIENT,
    );
    const dedupKey = `${rule.id}:${state.key_digest}`;
    await running(service, dedupKey);
    const limit = state.next_look_at.getTime();
    const clockStarted = limit - 6 * HOUR_MS;
    expect(clockStarted).toBeGreaterThanOrEqual(Date.parse(rule.created_at));
    expect(clockStarted).toBeLessThan(now());
    await pass(6 * HOUR_MS - 300_000);
    expect(await alertsOf(service.api, rule.id)).toEqual([]);
    await pass(Math.max(0, limit + 1_000 - now()));
    const [alert] = await firing(service.api, rule.id);
    expect(Date.parse(alert.fired_at)).toBe(limit);
    await until(() => hasWoken(service, dedupKey), 'the workflow to wake', PATIENT);
    await told(receiver, rule.id, 'firing');
    await sendEvent(service.api, trigger.of);
    await told(receiver, rule.id, 'resolved');
  }, 240_000);

  test('where every run ended in time, nothing watches any more after a while', async () => {
    const { service, receiver, pass } = ladder;
    const [started, ended] = [unique('custom.started'), unique('custom.ended')];
    const trigger = { kind: 'duration', longer_than: '30m', started, ended };
    const rule = await alertRule(service.api, receiver, { trigger });
    const run = { run_id: unique('run') };
    await sendEvent(service.api, started, run);
    const open = () =>
      query(service.databaseUrl, 'select * from alert_states where rule_id = $1 and next_look_at is not null', [
        rule.id,
      ]);
    const { shard } = await until(
      async () => (await open()).find(({ watched_until }) => watched_until !== null),
      'it to be watched',
      PATIENT,
    );
    const watch = service.temporal.workflow.getHandle(runWatchWorkflowId('default', shard));
    const statusOf = async () => (await watch.describe().catch(() => undefined))?.status.name;
    // What it watches is committed before it is woken.
    await until(async () => (await statusOf()) === 'RUNNING', 'the watch to begin', PATIENT);
    await sendEvent(service.api, ended, run);
    await until(async () => (await open()).length === 0, 'the run to be over', PATIENT);
    // It wakes when the run would have been too long, and twice more with nothing to watch.
    await pass(HOUR_MS);
    await until(async () => (await statusOf()) === 'COMPLETED', 'the watch to end', PATIENT);
    expect(receiver.received).toEqual([]);
  }, 240_000);

  test('a run whose end is lost is given up a week after it fired, and not before', async () => {
    const { service, receiver, pass, now } = ladder;
    const [started, ended] = [unique('custom.started'), unique('custom.ended')];
    const trigger = { kind: 'duration', longer_than: '30m', started, ended };
    const rule = await alertRule(service.api, receiver, { trigger });
    const run = { run_id: unique('run'), graph_name: 'etl' };
    await sendEvent(service.api, started, run);
    const watched = () =>
      query(service.databaseUrl, 'select * from alert_states where rule_id = $1 and watched_until is not null', [
        rule.id,
      ]);
    const [state] = await until(async () => (await watched())[0] && (await watched()), 'it to be watched', PATIENT);
    await pass(Math.max(0, state.next_look_at.getTime() + 1_000 - now()));
    await told(receiver, rule.id, 'firing');
    const [alert] = await firing(service.api, rule.id);
    const dedupKey = `${rule.id}:${state.key_digest}`;
    await running(service, dedupKey);
    const gone = Date.parse(alert.fired_at) + WEEK_MS;
    // What wakes for it is the run watch, and the key's own workflow.
    expect((await watched()).map(({ next_look_at, watched_until }) => [next_look_at, watched_until])).toEqual([
      [new Date(gone), new Date(gone)],
    ]);
    await pass(WEEK_MS - 300_000);
    expect(await alertsOf(service.api, rule.id)).toHaveLength(1);
    await pass(Math.max(0, gone + 1_000 - now()));
    await firing(service.api, rule.id, 0);
    const [over] = await alertsOf(service.api, rule.id, 'resolved');
    expect(over).toMatchObject({ id: alert.id, resolve_reason: 'key_gone', value: WEEK_MS + HOUR_MS / 2 });
    expect(Date.parse(over.resolved_at)).toBe(gone);
    const [message] = await told(receiver, rule.id, 'resolved');
    expect(message.data.alert).toMatchObject({ id: alert.id, dedup_key: dedupKey });
    expect(message.data.alert.summary).toContain('given up, no end was heard within 7d of its start');
    await completed(service, dedupKey);
    expect(messagesOf(receiver, rule.id)).toHaveLength(2);
  }, 240_000);
});

describe('through many signals', () => {
  let service: TestService;
  let receiver: Receiver;
  beforeEach(async () => {
    service = await startTestService();
    receiver = await startReceiver();
  }, LONG);
  afterEach(async () => {
    await receiver?.close();
    await service?.close();
  }, LONG);

  test(
    'it continues as new, and what it watches goes on',
    async () => {
      const [bad, good] = [unique('custom.bad'), unique('custom.good')];
      const trigger = { kind: 'consecutive', threshold: 2, reset_on: good };
      const rule = await alertRule(service.api, receiver, { event_type: bad, trigger });
      await sendEvent(service.api, bad);
      await sendEvent(service.api, bad);
      const [first] = await told(receiver, rule.id, 'firing');
      const handle = handleOf(service, first.data.alert.dedup_key);
      const { runId } = await running(service, first.data.alert.dedup_key);
      // Far more than the four a second that a key is told. Of over 100 that wait for one task Temporal fails the task, and
      // the SDK then runs it otherwise than it replays it (ARCHITECTURE.md, "Local activities").
      for (let index = 0; index < 10; index += 1) {
        await Promise.all(Array.from({ length: 52 }, () => handle.signal('look')));
        await until(async () => !(await handle.describe()).raw.pendingWorkflowTask, 'them to be taken', PATIENT);
      }
      const next = await until(
        async () => {
          const described = await handle.describe();
          return described.runId !== runId && described;
        },
        'it to continue as new',
        PATIENT,
      );
      expect(next.status.name).toBe('RUNNING');
      await sendEvent(service.api, good);
      const [over] = await told(receiver, rule.id, 'resolved');
      expect(over.data.alert.id).toBe(first.data.alert.id);
      await completed(service, first.data.alert.dedup_key);
      expect(messagesOf(receiver, rule.id)).toHaveLength(2);
    },
    LONG,
  );
});
