import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Receiver, startReceiver, withReceiver } from './harness/receiver.ts';
import {
  createEndpoint,
  createRule,
  deliveryOf,
  deliveryWith,
  sendBatch,
  sendEvent,
  unique,
} from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* The rate limit of an endpoint delays and does not drop: whoever sends, and however many send. */

const PATIENT_MS = 90_000;

let service: TestService;
let other: TestService;
beforeAll(async () => {
  service = await startTestService();
  other = await startTestService({ databaseUrl: service.databaseUrl });
}, 120_000);
afterAll(async () => {
  await other?.close();
  await service?.close();
});

/** An endpoint with a limit, and a rule for it. */
async function limited(receiver: Receiver, per_second: number) {
  const endpoint = await createEndpoint(service.api, receiver.url, { rate_limit: { per_second } });
  const rule = await createRule(service.api, [endpoint.id]);
  return { endpoint, rule, type: rule.event_types[0] as string };
}

/** The deliveries of an endpoint, once there are so many that `check` holds for. */
function deliveriesWhere(endpointId: string, count: number, check: (one: Record<string, unknown>) => boolean) {
  return until(
    async () => {
      const { items } = (await service.api.get(`/v1/deliveries?endpoint_id=${endpointId}&limit=200`)).body;
      return items.filter(check).length >= count && items;
    },
    `${count} such deliveries`,
    PATIENT_MS,
  );
}

test(
  'of two workers together: none is lost, none is early, and each is one attempt',
  () =>
    withReceiver(async (receiver) => {
      const perSecond = 5;
      const { endpoint, type } = await limited(receiver, perSecond);
      const single = await sendEvent(service.api, type);
      const ids = [single, ...(await sendBatch(service.api, type, 30)), ...(await sendBatch(other.api, type, 29))];
      const arrived = await receiver.arrived(ids.length, PATIENT_MS);
      expect(new Set(arrived.map(({ text }) => JSON.parse(text).data.event.id))).toEqual(new Set(ids));
      const items = await deliveriesWhere(endpoint.id, ids.length, ({ status }) => status === 'succeeded');
      expect(items.map(({ attempt_count }: { attempt_count: number }) => attempt_count)).toEqual(Array(60).fill(1));
      // What was let through in time may arrive late, on a machine with much to do: by two seconds here.
      const times = arrived.map(({ at }) => at);
      for (const windowMs of [1_000, 2_000, 4_000]) {
        const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
        expect(most).toBeLessThanOrEqual(perSecond * (windowMs / 1_000 + 2) + 1);
      }
      expect((times.at(-1) as number) - (times[0] as number)).toBeGreaterThan(
        ((ids.length - 1) / perSecond - 2) * 1_000,
      );
    }),
  200_000,
);

// Each of an endpoint of its own, and nearly all of their time is a wait: side by side.
test.concurrent(
  'a wait is shown with its reason, and a higher limit ends it',
  () =>
    withReceiver(async (receiver) => {
      const { endpoint, type } = await limited(receiver, 0.1);
      // One goes every ten seconds: more than eight wait for two minutes.
      await sendBatch(service.api, type, 20);
      const waiting = await deliveriesWhere(endpoint.id, 8, ({ waits_for }) => waits_for === 'rate_limit');
      for (const one of waiting.filter(({ waits_for }: { waits_for: string | null }) => waits_for !== null)) {
        expect(one).toMatchObject({ status: 'pending', attempt_count: 0, next_attempt_at: expect.any(String) });
      }
      const patched = await service.api.patch(`/v1/webhooks/${endpoint.id}`, { rate_limit: { per_second: 100 } });
      expect(patched.body).toMatchObject({ rate_limit: { per_second: 100 } });
      await receiver.arrived(20, PATIENT_MS);
      await deliveriesWhere(endpoint.id, 20, ({ status }) => status === 'succeeded');
      expect((await service.api.patch(`/v1/webhooks/${endpoint.id}`, { rate_limit: null })).body.rate_limit).toBeNull();
    }),
  200_000,
);

test.concurrent(
  'a limit that is taken away lets all that wait go',
  () =>
    withReceiver(async (receiver) => {
      const { endpoint, type } = await limited(receiver, 0.1);
      await sendBatch(service.api, type, 20);
      await deliveriesWhere(endpoint.id, 16, ({ waits_for }) => waits_for === 'rate_limit');
      await service.api.patch(`/v1/webhooks/${endpoint.id}`, { rate_limit: null });
      // The last one's turn would be more than three minutes after the first one's; it looks again within half of that.
      await receiver.arrived(20, 120_000);
      await deliveriesWhere(endpoint.id, 20, ({ status }) => status === 'succeeded');
    }),
  260_000,
);

test.concurrent(
  'a delivery in a workflow of its own waits there, and is not exhausted by it',
  () =>
    withReceiver(async (receiver) => {
      const endpoint = await createEndpoint(service.api, receiver.url, {
        rate_limit: { per_second: 0.2 },
        retry_policy: { maximum_attempts: 1, maximum_elapsed: '1s' },
      });
      const type = (await createRule(service.api, [endpoint.id])).event_types[0];
      const ids = [];
      for (let count = 0; count < 4; count += 1) ids.push(await sendEvent(service.api, type));
      for (const id of ids) {
        const delivery = await deliveryOf(service.api, id);
        const { attempts } = await deliveryWith(service.api, delivery.id, 'succeeded', PATIENT_MS);
        expect(attempts).toHaveLength(1);
      }
      const times = receiver.received.map(({ at }) => at);
      expect((times.at(-1) as number) - (times[0] as number)).toBeGreaterThan(13_000);
    }),
  200_000,
);

test.concurrent(
  'a long queue that is skipped holds up no newcomer',
  () =>
    withReceiver(async (receiver) => {
      const { endpoint, rule, type } = await limited(receiver, 0.1);
      const urgent = (await createRule(service.api, [endpoint.id])).event_types[0];
      await sendBatch(service.api, type, 100);
      // One goes every ten seconds, also while the last are put off.
      await deliveriesWhere(endpoint.id, 85, ({ waits_for }) => waits_for === 'rate_limit');
      await service.api.patch(`/v1/alert-rules/${rule.id}`, { is_active: false });
      const { id } = await deliveryOf(service.api, await sendEvent(service.api, urgent));
      // The queue is some fifteen minutes long.
      await deliveryWith(service.api, id, 'succeeded', PATIENT_MS);
    }),
  200_000,
);

test(
  'somebody who holds the row of a limited endpoint holds up no other',
  () =>
    withReceiver(async (receiver) => {
      const { endpoint, type } = await limited(receiver, 1_000);
      const freeReceiver = await startReceiver();
      const free = await createEndpoint(service.api, freeReceiver.url);
      const both = (await createRule(service.api, [endpoint.id, free.id])).event_types[0];
      await sendEvent(service.api, type);
      await receiver.arrived(1, PATIENT_MS);
      const holder = new pg.Client(service.databaseUrl);
      await holder.connect();
      try {
        await holder.query('begin');
        await holder.query('select 1 from endpoint_states where endpoint_id = $1 for update', [endpoint.id]);
        await sendBatch(service.api, both, 10);
        await freeReceiver.arrived(10, PATIENT_MS);
        expect(receiver.received).toHaveLength(1);
      } finally {
        await holder.query('rollback');
        await holder.end();
      }
      await receiver.arrived(11, PATIENT_MS);
      await freeReceiver.close();
    }),
  200_000,
);

test.each([[0.05], [1_001], ['5'], [null]])('per_second %p is refused', async (per_second) => {
  const fields = { name: unique('endpoint'), target_url: 'https://receiver.example/hook', rate_limit: { per_second } };
  const answer = await service.api.post('/v1/webhooks', fields);
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'rate_limit.per_second' }] } });
});
