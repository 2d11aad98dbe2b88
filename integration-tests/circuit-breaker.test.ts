import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { startReceiver, withReceiver } from './harness/receiver.ts';
import {
  createEndpoint,
  createRule,
  deliverOne,
  deliveryOf,
  deliveryWith,
  sendEvent,
  unique,
} from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* A dead endpoint costs one probe and not every delivery's time-out; nothing is used up meanwhile, and nothing lost. */

const PATIENT_MS = 90_000;

let service: TestService;
let other: TestService;
let database: pg.Client;
beforeAll(async () => {
  service = await startTestService();
  other = await startTestService({ databaseUrl: service.databaseUrl });
  database = new pg.Client(service.databaseUrl);
  await database.connect();
}, 120_000);
afterAll(async () => {
  await database?.end();
  await other?.close();
  await service?.close();
});

async function stateOf(endpointId: string) {
  const { rows } = await database.query('select * from endpoint_states where endpoint_id = $1', [endpointId]);
  return rows[0];
}

/** Opens the circuit for so long, as if it had failed many times. */
async function open(endpointId: string, ms: number, fields: { probe?: string } = {}) {
  await database.query(
    `insert into endpoint_states (endpoint_id, namespace, circuit_faults, circuit_openings, circuit_until, circuit_probe,
       created_by, created_at, updated_at)
     values ($1, 'default', 9, 7, $2, $3, 'test', now(), now())
     on conflict (endpoint_id) do update set circuit_faults = 9, circuit_openings = 7, circuit_until = $2, circuit_probe = $3`,
    [endpointId, new Date(Date.now() + ms), fields.probe ?? null],
  );
}

async function isOpen(endpointId: string) {
  await until(async () => (await stateOf(endpointId))?.circuit_until != null, 'the circuit to open', PATIENT_MS);
}

// Each of an endpoint of its own, and most of their time is a wait: side by side.
test.concurrent(
  'a dead endpoint: one probe at a time, of both workers, and all arrive when it is back',
  () =>
    withReceiver(async (receiver) => {
      receiver.answer(503);
      const retry_policy = { schedule: Array(9).fill('1s'), jitter: 0 };
      const endpoint = await createEndpoint(service.api, receiver.url, { retry_policy });
      const rule = await createRule(service.api, [endpoint.id]);
      const type = rule.event_types[0];
      const first = [];
      for (let count = 0; count < 5; count += 1) first.push(await sendEvent(service.api, type));
      await isOpen(endpoint.id);
      for (const id of first) {
        const { id: deliveryId } = await deliveryOf(service.api, id);
        await until(
          async () => (await service.api.get(`/v1/deliveries/${deliveryId}`)).body.attempt_count > 0,
          'its first attempt',
          PATIENT_MS,
        );
      }
      const sofar = receiver.received.length;

      let underWay = 0;
      let mostAtOnce = 0;
      receiver.answer((response) => {
        underWay += 1;
        mostAtOnce = Math.max(mostAtOnce, underWay);
        setTimeout(() => {
          underWay -= 1;
          response.writeHead(503).end();
        }, 300);
      });
      const batch = Array.from({ length: 40 }, () => ({ id: unique('event'), type, data: {} }));
      for (const api of [service.api, other.api]) {
        const events = api === service.api ? batch.slice(0, 20) : batch.slice(20);
        expect((await api.post('/v1/events/batch', { events })).status).toBe(202);
      }
      const waiting = await until(
        async () => {
          const { items } = (await service.api.get(`/v1/deliveries?endpoint_id=${endpoint.id}&limit=200`)).body;
          const put = items.filter((one: { waits_for: string | null }) => one.waits_for === 'circuit');
          return items.length === 45 && put.length >= 44 && put;
        },
        'all to wait for the circuit',
        PATIENT_MS,
      );
      for (const one of waiting) expect(Date.parse(one.next_attempt_at)).toBeGreaterThan(Date.parse(one.created_at));
      // Two probes, each the only one of its time: without the circuit it were hundreds of requests by now.
      await receiver.arrived(sofar + 2, PATIENT_MS);
      await until(
        async () => (await stateOf(endpoint.id)).circuit_openings >= 3,
        'both probes to be counted',
        PATIENT_MS,
      );
      expect(receiver.received.length - sofar).toBeLessThanOrEqual(3);
      expect(mostAtOnce).toBe(1);

      receiver.answer(200);
      const details = [];
      for (const id of [...first, ...batch.map((event) => event.id)]) {
        const delivery = await deliveryOf(service.api, id);
        details.push(await deliveryWith(service.api, delivery.id, 'succeeded', 120_000));
      }
      // What waited used up no attempt: every attempt there is was a request.
      const attempts = details.reduce((sum, { attempts: made }) => sum + made.length, 0);
      expect(attempts).toBe(receiver.received.length);
      expect(details.every(({ waits_for }) => waits_for === null)).toBe(true);
      expect(await stateOf(endpoint.id)).toMatchObject({
        failed_attempts: 0,
        consecutive_exhausted: 0,
        circuit_until: null,
        circuit_openings: 0,
        circuit_probe: null,
      });
    }),
  300_000,
);

test.concurrent(
  'a receiver that refuses single messages keeps its circuit closed',
  () =>
    withReceiver(async (receiver) => {
      receiver.answer(422);
      const endpoint = await createEndpoint(service.api, receiver.url, { retry_policy: { maximum_attempts: 1 } });
      const type = (await createRule(service.api, [endpoint.id])).event_types[0];
      for (let count = 0; count < 8; count += 1) {
        const { id } = await deliveryOf(service.api, await sendEvent(service.api, type));
        await deliveryWith(service.api, id, 'dead_lettered', PATIENT_MS);
      }
      await until(async () => (await stateOf(endpoint.id))?.failed_attempts === 8, 'all to be counted', PATIENT_MS);
      expect(await stateOf(endpoint.id)).toMatchObject({
        consecutive_exhausted: 8,
        circuit_faults: 0,
        circuit_until: null,
        failing_since: expect.any(Date),
      });
      receiver.answer(200);
      const { id } = await deliveryOf(service.api, await sendEvent(service.api, type));
      await deliveryWith(service.api, id, 'succeeded', PATIENT_MS);
      await until(
        async () => (await stateOf(endpoint.id)).failed_attempts === 0,
        'the success to be counted',
        PATIENT_MS,
      );
      expect(await stateOf(endpoint.id)).toMatchObject({ consecutive_exhausted: 0, failing_since: null });
    }),
  200_000,
);

test.concurrent(
  'one delivery alone keeps to its own schedule',
  () =>
    withReceiver(async (receiver) => {
      receiver.answer(500);
      const retry_policy = { schedule: Array(7).fill('1s'), jitter: 0 };
      const { delivery, endpoint } = await deliverOne(service.api, receiver.url, { endpoint: { retry_policy } });
      const { attempts } = await deliveryWith(service.api, delivery.id, 'dead_lettered', PATIENT_MS);
      expect(attempts).toHaveLength(8);
      await until(
        async () => (await stateOf(endpoint.id))?.consecutive_exhausted === 1,
        'it to be counted',
        PATIENT_MS,
      );
      expect(await stateOf(endpoint.id)).toMatchObject({ failed_attempts: 8, circuit_until: null });
    }),
  120_000,
);

test.concurrent(
  'maximum_elapsed holds: what was never let through is a dead letter when its time is over',
  () =>
    withReceiver(async (receiver) => {
      const endpoint = await createEndpoint(service.api, receiver.url, { retry_policy: { maximum_elapsed: '3s' } });
      const type = (await createRule(service.api, [endpoint.id])).event_types[0];
      await open(endpoint.id, 600_000);
      const { id } = await deliveryOf(service.api, await sendEvent(service.api, type));
      const parked = await deliveryWith(service.api, id, 'dead_lettered', PATIENT_MS);
      expect(parked).toMatchObject({ reason: 'maximum_elapsed', attempt_count: 0, attempts: [] });
      expect(parked.last_error).toMatch(/circuit was open/);
      expect(receiver.received).toHaveLength(0);
      expect(await stateOf(endpoint.id)).toMatchObject({ consecutive_exhausted: 1 });
    }),
  120_000,
);

test.concurrent(
  'a probe whose process died frees itself by time',
  () =>
    withReceiver(async (receiver) => {
      const endpoint = await createEndpoint(service.api, receiver.url);
      const type = (await createRule(service.api, [endpoint.id])).event_types[0];
      await open(endpoint.id, 3_000, { probe: 'dlv_gone' });
      await database.query('update endpoint_states set circuit_openings = 1 where endpoint_id = $1', [endpoint.id]);
      const { id } = await deliveryOf(service.api, await sendEvent(service.api, type));
      const { attempts } = await deliveryWith(service.api, id, 'succeeded', PATIENT_MS);
      expect(attempts).toHaveLength(1);
    }),
  120_000,
);

test.concurrent(
  "a person's retry is a probe at once, and closes the circuit",
  () =>
    withReceiver(async (receiver) => {
      receiver.answer(500);
      const { endpoint, delivery } = await deliverOne(service.api, receiver.url, {
        endpoint: { retry_policy: { maximum_attempts: 1 } },
      });
      await deliveryWith(service.api, delivery.id, 'dead_lettered', PATIENT_MS);
      await until(async () => (await stateOf(endpoint.id)) !== undefined, 'the failure to be counted', PATIENT_MS);
      await open(endpoint.id, 3_600_000);
      receiver.answer(200);
      expect((await service.api.post(`/v1/dead-letters/${delivery.id}/retry`)).status).toBe(202);
      await deliveryWith(service.api, delivery.id, 'succeeded', PATIENT_MS);
      await until(async () => (await stateOf(endpoint.id)).circuit_until === null, 'the circuit to close', PATIENT_MS);
    }),
  120_000,
);

test.concurrent(
  'an endpoint that a person has changed is tried at once',
  () =>
    withReceiver(async (receiver) => {
      const dead = await startReceiver();
      const endpoint = await createEndpoint(service.api, dead.url);
      await dead.close();
      const type = (await createRule(service.api, [endpoint.id])).event_types[0];
      await open(endpoint.id, 3_600_000);
      expect((await service.api.patch(`/v1/webhooks/${endpoint.id}`, { target_url: receiver.url })).status).toBe(200);
      const { id } = await deliveryOf(service.api, await sendEvent(service.api, type));
      await deliveryWith(service.api, id, 'succeeded', PATIENT_MS);
    }),
  120_000,
);

test(
  'somebody who holds the row of an endpoint holds up nobody, and the count is made up for',
  () =>
    withReceiver(async (receiver) => {
      const healthy = await startReceiver();
      receiver.answer(500);
      const failing = await createEndpoint(service.api, receiver.url, { retry_policy: { schedule: ['1h'] } });
      const well = await createEndpoint(service.api, healthy.url);
      const type = (await createRule(service.api, [failing.id])).event_types[0];
      const both = (await createRule(service.api, [failing.id, well.id])).event_types[0];
      await sendEvent(service.api, type);
      await until(async () => (await stateOf(failing.id))?.failed_attempts === 1, 'the first failure', PATIENT_MS);
      const holder = new pg.Client(service.databaseUrl);
      await holder.connect();
      try {
        await holder.query('begin');
        await holder.query('select 1 from endpoint_states where endpoint_id = $1 for update', [failing.id]);
        await holder.query('select 1 from webhook_endpoints where id = $1 for update', [failing.id]);
        const ids = [];
        for (let count = 0; count < 3; count += 1) ids.push(await sendEvent(service.api, both));
        for (const id of ids) {
          await until(
            async () => {
              const { items } = (await service.api.get(`/v1/deliveries?event_id=${id}`)).body;
              const statuses = items.map(({ status }: { status: string }) => status).sort();
              return statuses.join() === 'retrying,succeeded';
            },
            `both deliveries of ${id} to be recorded`,
            PATIENT_MS,
          );
        }
        expect(await stateOf(failing.id)).toMatchObject({ failed_attempts: 1 });
      } finally {
        await holder.query('rollback');
        await holder.end();
      }
      await until(
        async () => (await stateOf(failing.id)).failed_attempts === 4,
        'the failures to be counted',
        PATIENT_MS,
      );
      await healthy.close();
    }),
  200_000,
);
