import {
  CancellationScope,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, ApartDelivery } from '../activities/index.ts';
import type { DeliveryGroupInput, DeliveryGroupResult } from './contract.ts';
import { startDelivery } from './start-delivery.ts';

/** From one look to the next: soon at first, so that what failed goes on soon; then less often, for each costs. */
const LOOK_EVERY_MS = [2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000];
/** Started side by side; more at once would be a burst that others feel. */
const STARTED_TOGETHER = 20;
/** Temporal's priorities are 1 to 5, 3 by default: what has failed once waits behind what is new. */
const PRIORITY_KEY = 4;

const { advanceGroup } = proxyActivities<Activities>({
  startToCloseTimeout: '1m',
  heartbeatTimeout: '5s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
  summary: 'First attempts, side by side',
});

/**
 * Deliveries whose first attempts did not succeed at once. Those that have not been made, for their endpoint was slow or
 * had no free slot, are made here; each that fails goes on in a `deliveryWorkflow` of its own, in its endpoint's turn.
 * It ends once every one of them has succeeded or runs by itself.
 */
export async function deliveryGroupWorkflow(input: DeliveryGroupInput): Promise<DeliveryGroupResult> {
  // Accepted is accepted: a cancellation must not leave deliveries that nobody makes.
  return await CancellationScope.nonCancellable(() => advance(input));
}

async function advance({ namespace, delivery_ids }: DeliveryGroupInput): Promise<DeliveryGroupResult> {
  const total = delivery_ids.length;
  let open = delivery_ids;
  let untried = open.length;
  let isTold = false;
  let started = 0;
  let failed: Error | undefined;
  /** In order of their turns, as times of this workflow. */
  const line: (ApartDelivery & { at: number })[] = [];

  const starting = startInTurn().catch((error: Error) => {
    failed = error;
  });
  for (let look = 0; open.length > 0; look += 1) {
    const everyMs = LOOK_EVERY_MS[Math.min(look, LOOK_EVERY_MS.length - 1)] as number;
    const lookedAt = Date.now();
    const advanced = await advanceGroup({ namespace, delivery_ids: open, next_look_ms: everyMs });
    if (failed) throw failed;
    open = advanced.open;
    untried = advanced.untried;
    const now = Date.now();
    line.push(...advanced.apart.map((delivery) => ({ ...delivery, at: now + delivery.start_in_ms })));
    line.sort((a, b) => a.at - b.at);
    describe();
    const restMs = lookedAt + everyMs - now;
    if (open.length > 0 && restMs > 0) await sleep(restMs);
    if (open.length > 0 && workflowInfo().continueAsNewSuggested) {
      const left = [...open, ...line.map(({ id }) => id)];
      line.length = 0;
      await continueAsNew<typeof deliveryGroupWorkflow>({ namespace, delivery_ids: left });
    }
  }
  isTold = true;
  await starting;
  if (failed) throw failed;
  return { succeeded: total - started, apart: started };

  async function startInTurn(): Promise<void> {
    for (;;) {
      await condition(() => line.length > 0 || isTold);
      const [first] = line;
      if (first === undefined) return;
      const waitMs = first.at - Date.now();
      if (waitMs > 0) {
        // Or until an earlier one is there.
        await condition(() => line[0] !== first, waitMs);
        continue;
      }
      const due = line.filter(({ at }) => at <= Date.now()).slice(0, STARTED_TOGETHER);
      line.splice(0, due.length);
      await Promise.all(
        due.map((delivery) => startDelivery(namespace, delivery, { status: 'retrying', priorityKey: PRIORITY_KEY })),
      );
      started += due.length;
      describe();
    }
  }

  function describe(): void {
    const done = total - open.length - line.length - started;
    setCurrentDetails(
      `${total} deliveries: ${done} succeeded or were skipped, ${untried} wait for an answer or a free slot, ` +
        `${open.length - untried + line.length} failed and wait for a workflow of their own, ${started} have one.`,
    );
  }
}
