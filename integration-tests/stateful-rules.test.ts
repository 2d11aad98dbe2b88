import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/** Rules that keep state, on the real path: events in, messages at a real receiver. Each test has types of its own. */

const PATIENT = 40_000;
const LONG = 90_000;

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
}, LONG);
afterAll(() => service.close(), LONG);
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

// biome-ignore lint/suspicious/noExplicitAny: bodies are asserted as they came
type Body = any;

const messages = (): Body[] => receiver.received.map(({ text }) => JSON.parse(text));
const alertsOf = (status: string) => messages().filter(({ data }) => data.alert.status === status);
const told = (status: string, count = 1) =>
  until(() => alertsOf(status).length >= count && alertsOf(status), `${count} ${status} message(s)`, PATIENT);

async function ruleFor(fields: object) {
  const endpoint = await createEndpoint(service.api, receiver.url);
  return await createRule(service.api, [endpoint.id], fields);
}

async function stateless(fields: object) {
  const endpoint = await createEndpoint(service.api, receiver.url);
  const body = { name: unique('rule'), webhook_endpoint_ids: [endpoint.id], ...fields };
  const answer = await service.api.post('/v1/alert-rules', body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

const firing = async (ruleId: string) => (await service.api.get(`/v1/alerts?rule_id=${ruleId}`)).body.items;
const quiet = (ruleId: string) => until(async () => (await firing(ruleId)).length === 0, 'nothing to fire', PATIENT);

describe('count', () => {
  test(
    'fires once at the Nth match of a key, and is resolved by its event',
    async () => {
      const [failed, mended] = [unique('custom.failed'), unique('custom.mended')];
      const rule = await ruleFor({
        event_type: failed,
        trigger: { kind: 'count', threshold: 3, window: '1h', per: ['data.graph_name'] },
        resolve: { on: mended },
      });
      for (let index = 0; index < 5; index += 1) await sendEvent(service.api, failed, { graph_name: 'etl' });
      await sendEvent(service.api, failed, { graph_name: 'other' });
      const [first] = await told('firing');
      expect(first.data.alert).toMatchObject({ status: 'firing', value: 3, threshold: 3, severity: 'error' });
      expect(first.data.alert.dedup_key).toMatch(new RegExp(`^${rule.id}:[0-9a-f]{26}$`));
      expect(first.data.event.data).toEqual({ graph_name: 'etl' });
      expect(await firing(rule.id)).toMatchObject([{ status: 'firing', key: 'graph_name=etl', rule_id: rule.id }]);
      const digest = first.data.alert.dedup_key.slice(rule.id.length + 1);
      const handle = service.temporal.workflow.getHandle(`alert/${rule.id}/${digest}`);
      const described = () => handle.describe().catch(() => undefined);
      await until(async () => (await described())?.status.name === 'RUNNING', 'its workflow to run', PATIENT);

      await sendEvent(service.api, mended, { graph_name: 'other' });
      await sendEvent(service.api, mended, { graph_name: 'etl' });
      const [over] = await told('resolved');
      expect(over.data.alert.dedup_key).toBe(first.data.alert.dedup_key);
      expect(over.data.alert.resolved_at).not.toBeNull();
      await quiet(rule.id);
      await service.temporal.workflow.getHandle(`alert/${rule.id}/${digest}`).result();
      expect([alertsOf('firing').length, alertsOf('resolved').length]).toEqual([1, 1]);
    },
    LONG,
  );

  test(
    'is resolved when it has been quiet for the window, by time alone',
    async () => {
      const type = unique('custom.failed');
      const rule = await ruleFor({ event_type: type, trigger: { kind: 'count', threshold: 2, window: '2s' } });
      await sendEvent(service.api, type);
      await sendEvent(service.api, type);
      await told('firing');
      await told('resolved');
      await quiet(rule.id);
    },
    LONG,
  );
});

test(
  'consecutive fires at N in a row, and is resolved at the reset',
  async () => {
    const [failed, good] = [unique('custom.failed'), unique('custom.good')];
    const rule = await ruleFor({
      event_type: failed,
      trigger: { kind: 'consecutive', threshold: 3, reset_on: good, per: ['data.graph_name'] },
    });
    const send = (type: string) => sendEvent(service.api, type, { graph_name: 'etl' });
    for (const type of [failed, failed, good, failed, failed]) await send(type);
    expect(await firing(rule.id)).toEqual([]);
    await send(failed);
    await told('firing');
    await send(good);
    await told('resolved');
    await quiet(rule.id);
    expect(alertsOf('firing')).toHaveLength(1);
  },
  LONG,
);

test(
  'ratio fires when the share falls below its bound, and is resolved when it is back',
  async () => {
    const [failed, good] = [unique('custom.failed'), unique('custom.good')];
    const rule = await stateless({
      trigger: { kind: 'ratio', of: good, against: [good, failed], below: 0.5, window: '1h', min_samples: 4 },
    });
    expect(rule.event_types).toEqual([]);
    for (const type of [good, failed, failed, failed]) await sendEvent(service.api, type);
    const [first] = await told('firing');
    expect(first.data.alert).toMatchObject({ value: 0.25, threshold: 0.5 });
    for (let index = 0; index < 3; index += 1) await sendEvent(service.api, good);
    await told('resolved');
  },
  LONG,
);

describe('duration', () => {
  const trigger = (longer: string) => {
    const [started, ended] = [unique('custom.started'), unique('custom.ended')];
    return { kind: 'duration', longer_than: longer, started, ended };
  };

  test(
    'fires while a run still runs, and is resolved when it ends; the service tells of it too',
    async () => {
      const kind = trigger('2s');
      const rule = await stateless({ trigger: kind });
      const watching = await ruleFor({ event_type: 'workflow.duration_exceeded' });
      await sendEvent(service.api, kind.started, { run_id: 'slow', graph_name: 'etl' });
      const [first] = await told('firing');
      expect(first.data.alert).toMatchObject({ threshold: 2_000 });
      expect(first.data.event.data.run_id).toBe('slow');
      const [own] = await told('notify');
      expect(own.data.rule.id).toBe(watching.id);
      expect(own.data.event).toMatchObject({ type: 'workflow.duration_exceeded', data: { run_id: 'slow' } });
      await sendEvent(service.api, kind.ended, { run_id: 'slow', graph_name: 'etl' });
      const [over] = await told('resolved');
      expect(over.data.alert.value).toBeGreaterThanOrEqual(2_000);
      await quiet(rule.id);
      await service.api.delete(`/v1/alert-rules/${watching.id}`);
    },
    LONG,
  );

  test(
    'does not fire for a run that ends in time, nor for one whose end comes first',
    async () => {
      const kind = trigger('3s');
      const rule = await stateless({ trigger: kind });
      await sendEvent(service.api, kind.started, { run_id: 'quick' });
      await sendEvent(service.api, kind.ended, { run_id: 'quick' });
      const before = { occurred_at: new Date(Date.now() - 500).toISOString() };
      await sendEvent(service.api, kind.ended, { run_id: 'reverse' });
      await sendEvent(service.api, kind.started, { run_id: 'reverse' }, before);
      await sendEvent(service.api, kind.started, { run_id: 'slow' });
      const [only] = await told('firing');
      expect(only.data.event.data.run_id).toBe('slow');
      expect(alertsOf('firing')).toHaveLength(1);
      expect(await firing(rule.id)).toHaveLength(1);
      // Of the three only this one is watched still.
      const watched = () =>
        query(
          service.databaseUrl,
          'select key_text from alert_states where rule_id = $1 and next_look_at is not null',
          [rule.id],
        );
      expect(await watched()).toEqual([{ key_text: expect.stringContaining('slow') }]);
      await sendEvent(service.api, kind.ended, { run_id: 'slow' });
      await told('resolved');
      await until(async () => (await watched()).length === 0, 'no run to be watched', PATIENT);
    },
    LONG,
  );
});

test(
  'absence fires when nothing comes after the rule was saved, and is resolved at the next one',
  async () => {
    const type = unique('custom.heartbeat');
    const rule = await stateless({ trigger: { kind: 'absence', of: type, within: '2s' } });
    const [first] = await told('firing');
    expect(first.data.event).toMatchObject({ type: 'alert_rule.absent', data: { missing: [type] } });
    await sendEvent(service.api, type);
    await told('resolved');
    // And again, for its clock goes on.
    await told('firing', 2);
    await service.api.patch(`/v1/alert-rules/${rule.id}`, { is_active: false });
    await quiet(rule.id);
  },
  LONG,
);
