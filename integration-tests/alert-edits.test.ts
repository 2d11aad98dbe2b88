import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { alertRule, alertsOf, firing, LONG, messagesOf, PATIENT, told } from './harness/alerts.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, deliveryWith, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* Rules that are changed while they count, and while they fire. */

let aheadMs = 0;
let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService({ now: () => Date.now() + aheadMs });
}, LONG);
afterAll(() => service?.close(), LONG);
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const patch = async (ruleId: string, fields: object) => {
  const answer = await service.api.patch(`/v1/alert-rules/${ruleId}`, fields);
  expect(answer.status).toBe(200);
  return answer.body;
};

const statesOf = (ruleId: string) =>
  query(service.databaseUrl, "select * from alert_states where rule_id = $1 and key_digest <> ''", [ruleId]);

/** Once every key of a rule has been looked at since its last change. */
const looked = (ruleId: string) =>
  until(
    async () => (await statesOf(ruleId)).every(({ next_look_at: at }) => at === null || at.getFullYear() > 2000),
    'the keys to be looked at',
    PATIENT,
  );

const workflowEnds = async (dedupKey: string) => {
  const handle = service.temporal.workflow.getHandle(`alert/${dedupKey.replace(':', '/')}`);
  const status = () =>
    handle.describe().then(
      ({ status: { name } }) => name,
      () => undefined,
    );
  await until(async () => (await status()) === 'COMPLETED', 'the alertWorkflow to end', PATIENT);
};

const counting = (threshold: number) => ({ kind: 'count', threshold, window: '7d' });

async function countRule(threshold: number, endpoint: object = {}) {
  const type = unique('custom.bad');
  const fields = { event_type: type, trigger: counting(threshold) };
  const rule = await alertRule(service.api, receiver, fields, endpoint);
  const send = async (times = 1) => {
    for (let index = 0; index < times; index += 1) await sendEvent(service.api, type);
  };
  return { rule, type, send };
}

describe('a change of meaning', () => {
  test(
    'to an absence that keeps nothing apart: the keys of before do not become clocks',
    async () => {
      const type = unique('custom.bad');
      const trigger = { ...counting(100), per: ['data.graph_name'] };
      const rule = await alertRule(service.api, receiver, { event_type: type, trigger });
      for (const graph_name of ['a', 'b', 'c']) await sendEvent(service.api, type, { graph_name });
      await until(async () => (await statesOf(rule.id)).length === 3, 'three keys', PATIENT);
      const missing = unique('custom.heartbeat');
      await patch(rule.id, { event_types: [], trigger: { kind: 'absence', of: missing, within: '2s' } });
      await told(receiver, rule.id, 'firing');
      await until(async () => (await statesOf(rule.id)).length === 1, 'the keys of before to be gone', PATIENT);
      expect(await alertsOf(service.api, rule.id, 'all')).toHaveLength(1);
    },
    LONG,
  );

  test(
    'ends what fires, says so, and counts from nothing',
    async () => {
      const { rule, send } = await countRule(2);
      await send(2);
      const [first] = await told(receiver, rule.id, 'firing');
      // Whom the rule tells from now on has nothing to close.
      const other = await createEndpoint(service.api, receiver.url);
      await patch(rule.id, { trigger: counting(3), webhook_endpoint_ids: [other.id] });
      const [over] = await told(receiver, rule.id, 'resolved');
      const endpointOf = async (id: string) => (await service.api.get(`/v1/deliveries/${id}`)).body.endpoint_id;
      expect(await endpointOf(over.id)).toBe(rule.webhook_endpoint_ids[0]);
      expect(over.data.alert).toMatchObject({ id: first.data.alert.id, dedup_key: first.data.alert.dedup_key });
      expect(over.data.alert.summary).toContain('the rule was changed');
      const [alert] = await alertsOf(service.api, rule.id, 'resolved');
      expect(alert).toMatchObject({ id: first.data.alert.id, resolve_reason: 'rule_changed' });
      await workflowEnds(first.data.alert.dedup_key);

      await send(2);
      await until(
        async () => (await statesOf(rule.id))[0]?.state?.times.length === 2,
        'both events to be counted anew',
        PATIENT,
      );
      expect(await alertsOf(service.api, rule.id)).toEqual([]);
      await send();
      const [, second] = await told(receiver, rule.id, 'firing', 2);
      expect(second.data.alert).toMatchObject({ value: 3, threshold: 3 });
      expect(await endpointOf(second.id)).toBe(other.id);
      expect(messagesOf(receiver, rule.id, 'resolved')).toHaveLength(1);
    },
    LONG,
  );

  test(
    'to another kind ends what fires, too; also to one that keeps nothing',
    async () => {
      const { rule, type, send } = await countRule(1);
      await send();
      await told(receiver, rule.id, 'firing');
      await patch(rule.id, { trigger: { kind: 'consecutive', threshold: 1, reset_on: unique('custom.good') } });
      await told(receiver, rule.id, 'resolved');
      await send();
      await told(receiver, rule.id, 'firing', 2);
      await patch(rule.id, { trigger: { kind: 'event' } });
      await told(receiver, rule.id, 'resolved', 2);
      await sendEvent(service.api, type);
      await told(receiver, rule.id, 'notify');
      expect(await statesOf(rule.id)).toEqual([]);
    },
    LONG,
  );
});

test(
  'what a rule is called, how severe it is and whom it tells leaves its state as it is',
  async () => {
    const { rule, send } = await countRule(3);
    await send(2);
    const other = await createEndpoint(service.api, receiver.url);
    const cosmetic = { name: unique('renamed'), severity: 'critical', description: 'other words' };
    await patch(rule.id, { ...cosmetic, webhook_endpoint_ids: [other.id], notify: { repeat_every: '1h' } });
    await looked(rule.id);
    await send();
    const [first] = await told(receiver, rule.id, 'firing');
    expect(first.data).toMatchObject({ alert: { value: 3, severity: 'critical' }, rule: { name: cosmetic.name } });

    await patch(rule.id, { name: unique('renamed'), severity: 'info' });
    await looked(rule.id);
    expect(await firing(service.api, rule.id)).toMatchObject([{ id: first.data.alert.id, severity: 'critical' }]);
    expect(messagesOf(receiver, rule.id)).toHaveLength(1);
  },
  LONG,
);

describe('switched off or deleted while it fires', () => {
  const hourly = { retry_policy: { schedule: ['1h'], jitter: 0 } };
  const ways = [
    ['switched off', 'rule_disabled', 'rule_switched_off'],
    ['deleted', 'rule_deleted', 'rule_deleted'],
  ] as const;

  test.each(ways)(
    '%s: the alert ends as a record, nobody is told, and what waits is not sent any more',
    async (way, reason, skipped) => {
      receiver.answer(500);
      const { rule, type, send } = await countRule(1, hourly);
      await send();
      const [alert] = await firing(service.api, rule.id);
      const waiting = await until(
        async () => (await service.api.get(`/v1/deliveries?status=retrying&rule_id=${rule.id}`)).body.items[0],
        'the message to be refused',
        PATIENT,
      );
      if (way === 'deleted') await service.api.delete(`/v1/alert-rules/${rule.id}`);
      else await patch(rule.id, { is_active: false });
      await firing(service.api, rule.id, 0);
      expect(await alertsOf(service.api, rule.id, 'all')).toMatchObject([{ id: alert.id, resolve_reason: reason }]);
      expect(await deliveryWith(service.api, waiting.id, 'skipped', PATIENT)).toMatchObject({ reason: skipped });
      await workflowEnds(alert.dedup_key);
      await sendEvent(service.api, type);
      expect((await service.api.get(`/v1/deliveries?rule_id=${rule.id}`)).body.items).toHaveLength(1);
      expect(receiver.received).toHaveLength(1);
      expect(await statesOf(rule.id)).toEqual([]);
    },
    LONG,
  );
});

describe('switched off and on again', () => {
  test(
    'an absence has its clock start again, however short it was off',
    async () => {
      const trigger = { kind: 'absence', of: unique('custom.heartbeat'), within: '1h' };
      const rule = await alertRule(service.api, receiver, { trigger });
      await looked(rule.id);
      aheadMs += 50 * 60_000;
      const at = Date.now() + aheadMs;
      await patch(rule.id, { is_active: false });
      await patch(rule.id, { is_active: true });
      await looked(rule.id);
      const [state] = await statesOf(rule.id);
      expect(state.next_look_at.getTime()).toBeGreaterThanOrEqual(at + 3_600_000);
      aheadMs += 3_660_000;
      const [first] = await told(receiver, rule.id, 'firing');

      // And while it fires, that ends.
      await patch(rule.id, { is_active: false });
      await patch(rule.id, { is_active: true });
      await until(
        async () => (await alertsOf(service.api, rule.id, 'resolved')).some(({ id }) => id === first.data.alert.id),
        'the alert to end',
        PATIENT,
      );
      await looked(rule.id);
      expect(await firing(service.api, rule.id, 0)).toEqual([]);
      expect(await statesOf(rule.id)).toHaveLength(1);
    },
    LONG,
  );

  test(
    'a count begins from nothing',
    async () => {
      const { rule, send } = await countRule(3);
      await send(2);
      await until(async () => (await statesOf(rule.id))[0]?.state?.times.length === 2, 'two to be counted', PATIENT);
      await patch(rule.id, { is_active: false });
      await patch(rule.id, { is_active: true });
      await looked(rule.id);
      await send(2);
      await until(async () => (await statesOf(rule.id))[0]?.state?.times.length === 2, 'two more', PATIENT);
      expect(await alertsOf(service.api, rule.id)).toEqual([]);
      expect(messagesOf(receiver, rule.id)).toEqual([]);
    },
    LONG,
  );
});
