import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { alertRule, alertsOf, firing, heldBack, LONG, messagesOf, PATIENT, told } from './harness/alerts.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { recordedEvent, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/*
 * What is held back is a record, on the real path. Hours pass by the service's own clock, which tests put forward while
 * nothing is under way: the sweep finds what is due by it.
 */

const HOUR_MS = 3_600_000;

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

const inMs = (ms: number) => new Date(Date.now() + aheadMs + ms).toISOString();

async function silence(matchers: object, forMs = HOUR_MS) {
  const answer = await service.api.post('/v1/silences', { matchers, ends_at: inMs(forMs) });
  expect(answer.status).toBe(201);
  return answer.body;
}

/** A rule that fires at the first match and ends with an event of its own. */
async function countRule(fields: object = {}, endpoint: object = {}) {
  const [bad, good] = [unique('custom.bad'), unique('custom.good')];
  const trigger = { kind: 'count', threshold: 1, window: '7d', per: ['data.graph_name'] };
  const rule = await alertRule(
    service.api,
    receiver,
    { event_type: bad, trigger, resolve: { on: good }, ...fields },
    endpoint,
  );
  const send = (type: string, graph = 'etl') => sendEvent(service.api, type, { graph_name: graph });
  return { rule, bad: (graph?: string) => send(bad, graph), good: (graph?: string) => send(good, graph) };
}

/** Once nothing of a rule is on its way. */
const settled = (ruleId: string) =>
  until(
    async () => {
      const { items } = (await service.api.get(`/v1/deliveries?rule_id=${ruleId}&limit=200`)).body;
      return items.every(({ status }: { status: string }) => status === 'succeeded' || status === 'suppressed');
    },
    'all deliveries to end',
    PATIENT,
  );

async function pass(ruleId: string, ms: number): Promise<void> {
  await settled(ruleId);
  aheadMs += ms;
}

describe('silences', () => {
  test(
    'hold back a rule without state: the delivery is a record with its reason, at the event too',
    async () => {
      const type = unique('custom.type');
      const rule = await alertRule(service.api, receiver, { event_type: type });
      const { id } = await silence({ rule_id: rule.id });
      const silenced = await recordedEvent(service.api, await sendEvent(service.api, type));
      const [delivery] = await heldBack(service.api, rule.id, 1);
      const reason = expect.stringMatching(new RegExp(`^silenced: silence ${id}, until 20`));
      expect(delivery).toMatchObject({ status: 'suppressed', reason });
      const place = { delivery_id: delivery.id, rule_id: rule.id, rule_name: rule.name };
      expect(silenced.suppressions).toEqual([{ ...place, endpoint_id: rule.webhook_endpoint_ids[0], reason }]);
      expect(silenced.decisions).toMatchObject([{ rule_id: rule.id, outcome: 'matched' }]);

      expect((await service.api.delete(`/v1/silences/${id}`)).status).toBe(204);
      const heard = await sendEvent(service.api, type);
      const [message] = await told(receiver, rule.id, 'notify');
      expect(message.data.event.id).toBe(heard);
      expect(messagesOf(receiver, rule.id)).toHaveLength(1);
      expect((await recordedEvent(service.api, heard)).suppressions).toEqual([]);
    },
    LONG,
  );

  test(
    'by graph and by label hold back what fits all their matchers, and nothing else',
    async () => {
      const [type, graph, team] = [unique('custom.type'), unique('graph'), unique('team')];
      const rule = await alertRule(service.api, receiver, { event_type: type });
      await silence({ graph_name: `${graph}-*` });
      await silence({ labels: { team, tier: 'gold*' } });
      const ids = [];
      for (const data of [
        { graph_name: `${graph}-nightly` },
        { graph_name: 'another', labels: { team, tier: 'golden' } },
        { graph_name: graph },
        { labels: { team, tier: 'silver' } },
        { labels: { team } },
      ]) {
        ids.push(await sendEvent(service.api, type, data));
      }
      await told(receiver, rule.id, 'notify', 3);
      const held = await heldBack(service.api, rule.id, 2);
      expect(held.map(({ event_id }) => event_id)).toEqual(ids.slice(0, 2));
      const heard = messagesOf(receiver, rule.id).map(({ data }) => data.event.id);
      expect(heard.toSorted()).toEqual(ids.slice(2).toSorted());
    },
    LONG,
  );

  test(
    'hold back a firing and then its end; the alert says why nobody was told',
    async () => {
      const { rule, bad, good } = await countRule();
      await silence({ rule_name: rule.name });
      await bad();
      const [alert] = await firing(service.api, rule.id);
      expect(alert.held_reason).toMatch(/^silenced: silence sil_/);
      await good();
      await firing(service.api, rule.id, 0);
      const held = await heldBack(service.api, rule.id, 2);
      expect(held.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^silenced: /),
        expect.stringMatching(/^firing_was_held_back: .*silenced/),
      ]);
      expect(messagesOf(receiver, rule.id)).toEqual([]);
    },
    LONG,
  );

  test(
    'that end while it still fires let the firing be told, once, and then its end',
    async () => {
      const { rule, bad, good } = await countRule();
      await silence({ rule_id: rule.id });
      await bad();
      await heldBack(service.api, rule.id, 1);
      await pass(rule.id, HOUR_MS);
      const [late] = await told(receiver, rule.id, 'firing');
      expect(late.data.alert.suppressed_since_last).toBe(1);
      expect((await firing(service.api, rule.id))[0].held_reason).toBeNull();
      await good();
      const [over] = await told(receiver, rule.id, 'resolved');
      expect(over.data.alert.id).toBe(late.data.alert.id);
      expect(messagesOf(receiver, rule.id)).toHaveLength(2);
    },
    LONG,
  );

  test(
    'do not hold back the end of what was told',
    async () => {
      const { rule, bad, good } = await countRule();
      await bad();
      await told(receiver, rule.id, 'firing');
      await silence({ rule_id: rule.id });
      await good();
      await told(receiver, rule.id, 'resolved');
    },
    LONG,
  );
});

describe('notify', () => {
  test(
    'cooldown: what begins within it is held back with its end; the next message says how many were',
    async () => {
      const { rule, bad, good } = await countRule({ notify: { cooldown: '1h' } });
      await bad();
      await told(receiver, rule.id, 'firing');
      await good();
      await told(receiver, rule.id, 'resolved');
      await bad();
      await firing(service.api, rule.id);
      await good();
      const held = await heldBack(service.api, rule.id, 2);
      expect(held.map(({ reason }) => reason.split(':')[0])).toEqual(['cooldown', 'firing_was_held_back']);
      await firing(service.api, rule.id, 0);
      await pass(rule.id, HOUR_MS);
      await bad();
      const [, next] = await told(receiver, rule.id, 'firing', 2);
      expect(next.data.alert.suppressed_since_last).toBe(1);
      expect(messagesOf(receiver, rule.id)).toHaveLength(3);
      const alerts = await alertsOf(service.api, rule.id, 'all');
      expect(alerts.map(({ held_reason }) => held_reason?.split(':')[0] ?? null)).toEqual([null, 'cooldown', null]);
    },
    LONG,
  );

  test(
    'repeat_every tells again of what still fires, as the same alert, and its end once',
    async () => {
      const { rule, bad, good } = await countRule({ notify: { repeat_every: '1h' } });
      await bad();
      await told(receiver, rule.id, 'firing');
      await pass(rule.id, HOUR_MS);
      await told(receiver, rule.id, 'firing', 2);
      await pass(rule.id, HOUR_MS);
      const messages = await told(receiver, rule.id, 'firing', 3);
      expect(new Set(messages.map(({ data }) => data.alert.id)).size).toBe(1);
      await good();
      await told(receiver, rule.id, 'resolved');
      expect(messagesOf(receiver, rule.id)).toHaveLength(4);
      expect(await alertsOf(service.api, rule.id, 'all')).toHaveLength(1);
      // The latency of each is its own: that its event came hours before is no delay of it.
      const attempts = () => service.log.filter(({ msg, rule_id }) => msg === 'attempt' && rule_id === rule.id);
      await until(() => attempts().length >= 4, 'the log to have the attempts');
      const within = attempts().map(({ latency_ms }) => Number(latency_ms) >= 0 && Number(latency_ms) < HOUR_MS / 2);
      expect(within).toEqual([true, true, true, true]);
    },
    LONG,
  );

  test(
    'max_per_hour bounds the messages of all keys together; the first one after it says how many were held back',
    async () => {
      const { rule, bad } = await countRule({ notify: { max_per_hour: 2 } });
      for (const graph of ['a', 'b', 'c', 'd', 'e']) await bad(graph);
      await firing(service.api, rule.id, 5);
      const held = await heldBack(service.api, rule.id, 3);
      expect(new Set(held.map(({ reason }) => reason))).toEqual(
        new Set(['max_per_hour: 2 in the last hour; max_per_hour is 2']),
      );
      await told(receiver, rule.id, 'firing', 2);
      await pass(rule.id, HOUR_MS + 120_000);
      const messages = await told(receiver, rule.id, 'firing', 4);
      const since = messages.map(({ data }) => data.alert.suppressed_since_last);
      expect(since.toSorted()).toEqual([0, 0, 0, 3]);
      await settled(rule.id);
      expect(messagesOf(receiver, rule.id)).toHaveLength(4);
      expect(await heldBack(service.api, rule.id, 3)).toHaveLength(3);
    },
    LONG,
  );

  test(
    'of a rule that tells of every match: those within the cooldown are records at their events',
    async () => {
      const type = unique('custom.type');
      const rule = await alertRule(service.api, receiver, { event_type: type, notify: { cooldown: '1h' } });
      await sendEvent(service.api, type);
      await told(receiver, rule.id, 'notify');
      const ids = [await sendEvent(service.api, type), await sendEvent(service.api, type)];
      const held = await heldBack(service.api, rule.id, 2);
      expect(held.map(({ event_id }) => event_id)).toEqual(ids);
      const { suppressions } = await recordedEvent(service.api, ids[0] as string);
      expect(suppressions).toMatchObject([
        { delivery_id: held[0].id, rule_id: rule.id, reason: expect.stringMatching(/^cooldown: told at /) },
      ]);
      await pass(rule.id, HOUR_MS);
      await sendEvent(service.api, type);
      const [, next] = await told(receiver, rule.id, 'notify', 2);
      expect(next.data.alert.suppressed_since_last).toBe(2);
    },
    LONG,
  );
});

test(
  'PagerDuty: an incident is opened by the firing and closed by its end, by one dedup_key',
  async () => {
    receiver.answer(202);
    const pager = { kind: 'pagerduty', routing_key: '0123456789abcdef0123456789abcdef' };
    const { rule, bad, good } = await countRule({ severity: 'critical' }, pager);
    const actions = () => receiver.received.map(({ text }) => JSON.parse(text));
    await bad();
    const [trigger] = await until(() => actions().length === 1 && actions(), 'the trigger', PATIENT);
    await good();
    const [, resolve] = await until(() => actions().length === 2 && actions(), 'the resolve', PATIENT);
    expect(trigger).toMatchObject({ event_action: 'trigger', payload: { severity: 'critical' } });
    expect(resolve.event_action).toBe('resolve');
    expect(trigger.dedup_key).toMatch(new RegExp(`^${rule.id}:[0-9a-f]{26}$`));
    expect(resolve.dedup_key).toBe(trigger.dedup_key);
  },
  LONG,
);
