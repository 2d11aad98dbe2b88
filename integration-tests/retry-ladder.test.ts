import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { TYPE_NUMBERS } from '../src/temporal-search-attributes.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { searchAttributes } from './harness/repository.ts';
import { deliverOne, deliveryWith } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/*
 * Long ladders on Temporal's time-skipping server: days pass in seconds. The service's clock is moved along with that
 * server's, for it is by its own clock that the service judges whether an attempt is due.
 */

let environment: TestWorkflowEnvironment;
let service: TestService;
let receiver: Receiver;
let aheadMs = 0;
const now = () => Date.now() + aheadMs;

beforeAll(async () => {
  const { timeSkippingServer } = testServers();
  environment = await TestWorkflowEnvironment.createTimeSkipping(
    timeSkippingServer ? { server: { executable: { type: 'existing-path', path: timeSkippingServer } } } : {},
  );
  // This server has no list of them to look at first, as `ensureSearchAttributes` does.
  const types = Object.entries(searchAttributes()).map(([name, type]) => [name, TYPE_NUMBERS[type]]);
  const request = { namespace: 'default', searchAttributes: Object.fromEntries(types) };
  await environment.connection.operatorService.addSearchAttributes(request);
  service = await startTestService({
    temporal: { connection: { address: environment.address }, namespace: 'default', uiUrl: undefined },
    now,
  });
}, 120_000);
beforeEach(async () => {
  receiver = await startReceiver();
  receiver.answer(500);
});
afterEach(() => receiver.close());
afterAll(async () => {
  await service?.close();
  await environment?.teardown();
});

/** Lets time pass, attempt by attempt, to the end of the round. @returns the gaps between the attempts, in ms */
async function gapsOf(deliveryId: string): Promise<number[]> {
  for (;;) {
    // Either the next attempt is set, or the round is over and the dead letter about to be parked.
    const body = await until(async () => {
      const answer = await service.api.get(`/v1/deliveries/${deliveryId}`);
      return (answer.body.status === 'dead_lettered' || answer.body.next_attempt_at !== null) && answer.body;
    }, 'the next attempt to be set');
    if (body.status === 'dead_lettered') {
      const starts = body.attempts.map(({ started_at }: { started_at: string }) => Date.parse(started_at));
      return starts.slice(1).map((start: number, index: number) => start - starts[index]);
    }
    if (body.next_attempt_at !== null) {
      const waitMs = Date.parse(body.next_attempt_at) - now();
      const count = body.attempts.length;
      // The service's clock first: an attempt must be due by it when the server's timer fires.
      aheadMs += Math.max(0, waitMs) + 50;
      await environment.sleep(Math.max(0, waitMs) + 100);
      await until(
        async () => {
          const again = (await service.api.get(`/v1/deliveries/${deliveryId}`)).body;
          return (
            again.status === 'dead_lettered' ||
            (again.attempts.length > count && again.attempts.at(-1).outcome !== null)
          );
        },
        `attempt ${count + 1}`,
      );
    }
  }
}

test('the default policy: ten attempts over days, each gap as declared', async () => {
  const { delivery } = await deliverOne(service.api, receiver.url, { endpoint: { retry_policy: { jitter: 0 } } });
  await receiver.arrived(1);
  const gaps = await gapsOf(delivery.id);
  const seconds = [5, 20, 80, 320, 1_280, 5_120, 20_480, 43_200, 43_200];
  expect(gaps).toHaveLength(seconds.length);
  for (const [index, expected] of seconds.entries())
    expect(Math.abs((gaps[index] as number) / 1000 - expected)).toBeLessThan(2);
  expect(receiver.received).toHaveLength(10);
  expect(await deliveryWith(service.api, delivery.id, 'dead_lettered')).toMatchObject({ reason: 'maximum_attempts' });
}, 120_000);

test('a schedule, overridden by the rule, and ended by maximum_elapsed', async () => {
  const { delivery } = await deliverOne(service.api, receiver.url, {
    endpoint: { retry_policy: { maximum_attempts: 2 } },
    rule: { retry_policy: { schedule: ['1m', '1h', '6h', '12h'], maximum_elapsed: '8h', jitter: 0 } },
  });
  await receiver.arrived(1);
  const gaps = await gapsOf(delivery.id);
  const seconds = [60, 3_600, 21_600];
  expect(gaps).toHaveLength(seconds.length);
  for (const [index, expected] of seconds.entries())
    expect(Math.abs((gaps[index] as number) / 1000 - expected)).toBeLessThan(2);
  expect(await deliveryWith(service.api, delivery.id, 'dead_lettered')).toMatchObject({ reason: 'maximum_elapsed' });
}, 120_000);

test('jitter stays within its bounds', async () => {
  const schedule = Array.from({ length: 12 }, () => '10m');
  const { delivery } = await deliverOne(service.api, receiver.url, {
    endpoint: { retry_policy: { schedule, jitter: 0.5 } },
  });
  await receiver.arrived(1);
  const gaps = await gapsOf(delivery.id);
  expect(gaps).toHaveLength(12);
  for (const gap of gaps) {
    expect(gap).toBeGreaterThanOrEqual(300_000);
    expect(gap).toBeLessThanOrEqual(902_000);
  }
  expect(new Set(gaps.map((gap) => Math.round(gap / 1_000))).size).toBeGreaterThan(3);
}, 120_000);
