import { expect } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { TYPE_NUMBERS } from '../../src/temporal-search-attributes.ts';
import { deliveryWorkflowId } from '../../workflows/contract.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { searchAttributes } from './repository.ts';
import { testServers } from './servers.ts';
import { startTestService, type TestService } from './service.ts';
import { until } from './until.ts';

/**
 * A service on Temporal's time-skipping server: days pass in seconds. Two clocks have to pass them together, that
 * server's and the service's, for it is by its own clock that the service judges whether an attempt is due.
 *
 * Each test needs one of its own, because that server (temporal-test-server 1.32.0) stops skipping time for good once
 * a child workflow closes after its parent, as every delivery does after its event: the child takes a lock on time for
 * the parent to release, and a closed parent does not. So nothing that follows a ladder's end can be skipped to.
 */
export interface Ladder {
  service: TestService;
  /** Answers 500 until told otherwise. */
  receiver: Receiver;
  /** The service's clock, ms. */
  now(): number;
  /**
   * Lets time pass, attempt by attempt, to the end of the round.
   *
   * @param afterFirst is awaited between the first attempt and the second
   * @returns the gaps between the starts of the attempts, in ms
   */
  gapsOf(deliveryId: string, afterFirst?: () => Promise<unknown>): Promise<number[]>;
  /** Lets so many ms pass, on both clocks. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * The clocks are no further apart than this: a workflow that wakes each hour would find the service's at the end of a week
 * already, and be told to look again in five minutes, two thousand times.
 */
const STEP_MS = 3_600_000;

/** Starts a time-skipping server, the service on it, and a receiver. */
export async function startLadder(): Promise<Ladder> {
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const environment = await startServer();
  // This server has no list of them to look at first, as `ensureSearchAttributes` does.
  const types = Object.entries(searchAttributes()).map(([name, type]) => [name, TYPE_NUMBERS[type]]);
  const request = { namespace: 'default', searchAttributes: Object.fromEntries(types) };
  await environment.connection.operatorService.addSearchAttributes(request);
  const service = await startTestService({
    temporal: { connection: { address: environment.address }, namespace: 'default', uiUrl: undefined },
    now,
  });
  const receiver = await startReceiver();
  receiver.answer(500);

  /** The delivery, once it has more attempts than `made` and Temporal keeps the time to the next one, or has none to keep. */
  const afterAttempt = (deliveryId: string, made: number) =>
    until(
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
      60_000,
    );

  async function pass(ms: number): Promise<void> {
    const end = now() + ms;
    do {
      const step = Math.max(0, Math.min(end - now(), STEP_MS));
      // The service's clock first: what is due must be so by it when the server's timer fires.
      aheadMs += step + 50;
      // Temporal learnt of the wait a little later than it began.
      await environment.sleep(step + 1_000);
      aheadMs = (await environment.currentTimeMs()) - Date.now();
    } while (now() < end);
  }

  return {
    service,
    receiver,
    now,
    pass,
    async gapsOf(deliveryId, afterFirst) {
      let delivery = await afterAttempt(deliveryId, 0);
      await afterFirst?.();
      while (delivery.status !== 'dead_lettered') {
        await pass(Math.max(0, Date.parse(delivery.next_attempt_at) - now()));
        delivery = await afterAttempt(deliveryId, delivery.attempts.length);
      }
      const starts: number[] = delivery.attempts.map((attempt: { started_at: string }) =>
        Date.parse(attempt.started_at),
      );
      return starts.slice(1).map((start, index) => start - (starts[index] as number));
    },
    async close() {
      await service.close();
      await environment.teardown();
      await receiver.close();
    },
  };
}

/** The SDK gives the server 5 s to start, which a Java program on a busy machine does not always do. */
const STARTS = 24;

async function startServer(): Promise<TestWorkflowEnvironment> {
  const { timeSkippingServer } = testServers();
  const server = timeSkippingServer && { executable: { type: 'existing-path' as const, path: timeSkippingServer } };
  for (let start = 1; ; start += 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping(server ? { server } : {});
    } catch (error) {
      if (start === STARTS || !(error as Error).message.includes('did not start within')) throw error;
    }
  }
}

/** Below the least difference of two gaps that a test must tell apart; a machine that is busy makes attempts late. */
const LATE_BY_S = 10;

/** Never early, and not later than a busy machine is. @param gaps in ms; @param seconds as declared */
export function expectGaps(gaps: number[], seconds: number[]): void {
  const asDeclared = seconds.map((second, index) => {
    const gap = (gaps[index] ?? Number.NaN) / 1_000;
    // A second early: an HTTP date has no fractions.
    return gap >= second - 1 && gap < second + LATE_BY_S ? second : gap;
  });
  expect([...asDeclared, ...gaps.slice(seconds.length)]).toEqual(seconds);
}
