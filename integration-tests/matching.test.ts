import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliveryWith, recordedEvent, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
});
afterAll(async () => {
  await service.close();
  await receiver.close();
});

const decided = (id: string) => recordedEvent(service.api, id);

describe('each rule decides, and says why', () => {
  test('true, false, a missing field, no condition: all recorded, only matches delivered', async () => {
    const endpoint = await createEndpoint(service.api, receiver.url);
    const event_type = unique('custom.decide');
    const conditions = {
      condition_true: 'event.data.graph_name == "etl" && event.data.duration_ms > 1000',
      condition_false: 'event.data.graph_name == "other"',
      missing_field: 'event.data.team == "ops"',
      no_condition: null,
    };
    for (const condition of Object.values(conditions))
      await createRule(service.api, [endpoint.id], { event_type, condition });
    const id = await sendEvent(service.api, event_type, { graph_name: 'etl', duration_ms: 1500 });
    const event = await decided(id);
    expect(event.decisions.map(({ reason }: { reason: string }) => reason)).toEqual(Object.keys(conditions));
    expect(event.deliveries).toHaveLength(2);
    for (const { id: deliveryId } of event.deliveries) await deliveryWith(service.api, deliveryId, 'succeeded');
  });

  test('a condition that fails on an event degrades the rule, until its meaning changes', async () => {
    const endpoint = await createEndpoint(service.api, receiver.url);
    const rule = await createRule(service.api, [endpoint.id], { condition: 'event.data.items[0] > 5' });
    const id = await sendEvent(service.api, rule.event_types[0], { items: ['text'] });
    const event = await decided(id);
    expect(event.decisions).toMatchObject([{ outcome: 'not_matched', reason: 'condition_error' }]);
    const degraded = (await service.api.get(`/v1/alert-rules/${rule.id}`)).body;
    expect(degraded).toMatchObject({ health: 'degraded', health_message: expect.any(String) });
    const changed = await service.api.patch(`/v1/alert-rules/${rule.id}`, { condition: 'event.data.run_id != ""' });
    expect(changed.body).toMatchObject({ health: 'ok', health_message: null });
  });

  test('types match exactly, by prefix, or all; rules that are off or gone decide nothing', async () => {
    const endpoint = await createEndpoint(service.api, receiver.url);
    const prefix = unique('family');
    const make = (event_types: string[], is_active = true) =>
      createRule(service.api, [endpoint.id], { event_type: undefined, event_types, is_active });
    const exact = await make([`${prefix}.a.b`]);
    const below = await make([`${prefix}.*`]);
    const deeper = await make([`${prefix}.a.*`]);
    const all = await make(['*']);
    await make([`${prefix}.a`, `${prefix}.c`]);
    await make([`${prefix}.*`], false);
    await service.api.delete(`/v1/alert-rules/${(await make([`${prefix}.*`])).id}`);
    const event = await decided(await sendEvent(service.api, `${prefix}.a.b`));
    expect(event.decisions.map(({ rule_id }: { rule_id: string }) => rule_id)).toEqual([
      exact.id,
      below.id,
      deeper.id,
      all.id,
    ]);
    await service.api.delete(`/v1/alert-rules/${all.id}`);
  });

  test('a changed condition counts from the next event on', async () => {
    const endpoint = await createEndpoint(service.api, receiver.url);
    const rule = await createRule(service.api, [endpoint.id], { condition: 'event.data.run_id == "1"' });
    const first = await decided(await sendEvent(service.api, rule.event_types[0], { run_id: '2' }));
    await service.api.patch(`/v1/alert-rules/${rule.id}`, { condition: 'event.data.run_id == "2"' });
    const second = await decided(await sendEvent(service.api, rule.event_types[0], { run_id: '2' }));
    expect(first.decisions).toMatchObject([{ revision: 1, reason: 'condition_false' }]);
    expect(second.decisions).toMatchObject([{ revision: 2, reason: 'condition_true' }]);
  });
});

test('one event fans out to 1,000 deliveries, each once', async () => {
  const count = 1_000;
  const endpoints: string[] = [];
  for (let made = 0; made < count; made += 50) {
    const group = await Promise.all(
      Array.from({ length: 50 }, () => createEndpoint(service.api, `${receiver.url}/fan-out`)),
    );
    endpoints.push(...group.map(({ id }) => id));
  }
  const rule = await createRule(service.api, endpoints);
  const id = await sendEvent(service.api, rule.event_types[0]);
  await until(
    async () => {
      const succeeded = (await service.api.get(`/v1/deliveries?event_id=${id}&status=pending&limit=1`)).body.items;
      const arrived = receiver.received.filter(({ path }) => path === '/hook/fan-out').length;
      return arrived >= count && succeeded.length === 0;
    },
    'all deliveries to arrive',
    170_000,
  );
  const ids = receiver.received
    .filter(({ path }) => path === '/hook/fan-out')
    .map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(count);
  expect(ids).toHaveLength(count);
}, 180_000);

test('a large event for many endpoints is recorded in parts that belong together', async () => {
  const endpoints = await Promise.all(
    Array.from({ length: 80 }, () => createEndpoint(service.api, `${receiver.url}/large`)),
  );
  const rule = await createRule(
    service.api,
    endpoints.map(({ id }) => id),
  );
  // 80 bodies of a quarter of a MiB: more than one statement takes.
  const id = await sendEvent(service.api, rule.event_types[0], { text: 'x'.repeat(250_000) });
  await until(
    () => receiver.received.filter(({ path }) => path === '/hook/large').length >= 80,
    'all large deliveries to arrive',
    60_000,
  );
  const { body } = await service.api.get(`/v1/deliveries?event_id=${id}&limit=200`);
  expect(body.items).toHaveLength(80);
}, 90_000);
