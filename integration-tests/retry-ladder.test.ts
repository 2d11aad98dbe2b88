import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { TYPE_NUMBERS } from '../src/temporal-search-attributes.ts';
import { deliveryWorkflowId } from '../workflows/contract.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { searchAttributes } from './harness/repository.ts';
import { deliverOne, deliveryWith } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/*
 * Long ladders on Temporal's time-skipping server: days pass in seconds. Two clocks have to pass them together, that
 * server's and the service's, for it is by its own clock that the service judges whether an attempt is due.
 *
 * Each test has a server of its own, because that server (temporal-test-server 1.32.0) stops skipping time for good once
 * a child workflow closes after its parent, as every delivery does after its event: the child takes a lock on time for
 * the parent to release, and a closed parent does not. So nothing that follows a ladder's end can be skipped to.
 */

let environment: TestWorkflowEnvironment;
let service: TestService;
let receiver: Receiver;
let aheadMs: number;
const now = () => Date.now() + aheadMs;

beforeEach(async () => {
  aheadMs = 0;
  receiver = await startReceiver();
  receiver.answer(500);
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
afterEach(async () => {
  await service?.close();
  await environment?.teardown();
  await receiver?.close();
});

/** The delivery, once it has more attempts than `made` and Temporal keeps the time to the next one, or has none to keep. */
function afterAttempt(deliveryId: string, made: number) {
  return until(
    async () => {
      const { body } = await service.api.get(`/v1/deliveries/${deliveryId}`);
      if (body.status === 'dead_lettered') return body;
      if (body.attempts.length <= made || body.next_attempt_at === null) return undefined;
      const { raw } = await service.temporal.workflow.getHandle(deliveryWorkflowId(deliveryId)).describe();
      const [activity] = raw.pendingActivities ?? [];
      // Its tries are numbered as the delivery's attempts are, and a failed try counts on at once. Until Temporal waits
      // for the next one time may not pass: a first try that comes late finds attempt 2 due already and makes it, and
      // the server's sleep meant for that wait then eats into the next.
      return activity?.attempt === body.attempts.length + 1 && body;
    },
    `what follows attempt ${made + 1}`,
  );
}

/** Lets time pass, attempt by attempt, to the end of the round. @returns the gaps between the attempts, in ms */
async function gapsOf(deliveryId: string): Promise<number[]> {
  let delivery = await afterAttempt(deliveryId, 0);
  while (delivery.status !== 'dead_lettered') {
    const waitMs = Math.max(0, Date.parse(delivery.next_attempt_at) - now());
    // The service's clock first: an attempt must be due by it when the server's timer fires.
    aheadMs += waitMs + 50;
    // Temporal learnt of the wait a little later than it began.
    await environment.sleep(waitMs + 1_000);
    aheadMs = (await environment.currentTimeMs()) - Date.now();
    delivery = await afterAttempt(deliveryId, delivery.attempts.length);
  }
  return gapsBetween(delivery.attempts);
}

function gapsBetween(attempts: { started_at: string }[]): number[] {
  const starts = attempts.map(({ started_at }) => Date.parse(started_at));
  return starts.slice(1).map((start, index) => start - (starts[index] as number));
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
