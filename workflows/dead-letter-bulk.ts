import { CancelledFailure } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { type BulkLane, type DeadLetterBulkInput, type DeadLetterBulkProgress, progressQuery } from './contract.ts';

/**
 * Rounds under way at once for each endpoint: a receiver that was just mended, with a backlog of thousands, gets no more
 * side by side than this. For discards, which reach no receiver, it keeps Temporal free for what is new.
 */
const WINDOW = { retry: 50, discard: 100 };
/** Endpoints worked on side by side. */
const LANES_TOGETHER = 20;
/** From one look to the next while nothing moves: a round may be days long. */
const LONGEST_PAUSE_MS = 60_000;

const { openBulkLanes, workBulkLane } = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
});

/**
 * Retries or discards many dead letters: all that waited when it was asked for, each told once, by a sliding window. It
 * can be cancelled: what is under way goes on, the rest is left waiting.
 */
export async function deadLetterBulkWorkflow(input: DeadLetterBulkInput): Promise<DeadLetterBulkProgress> {
  let lanes = input.resume ?? [];
  let phase: DeadLetterBulkProgress['phase'] = 'running';
  let cancelled: unknown;
  setHandler(progressQuery, progress, { description: 'How many of the matched ones are done, failed again or left.' });
  CancellationScope.current().cancelRequested.catch((error: unknown) => {
    cancelled = error ?? new CancelledFailure('cancelled');
  });
  const { resume: _, ...operation } = input;
  const window = input.window ?? WINDOW[input.decision];

  // A step that has begun is finished: what was told and what was not is known then.
  return await CancellationScope.nonCancellable(async () => {
    if (input.resume === undefined) lanes = await openBulkLanes(operation);
    describe();
    const queue = lanes.keys();
    const runner = async () => {
      for (const index of queue) await workOn(index);
    };
    await Promise.all(Array.from({ length: Math.min(LANES_TOGETHER, lanes.length) }, runner));
    if (cancelled === undefined && !lanes.every(isThrough)) {
      await continueAsNew<typeof deadLetterBulkWorkflow>({ ...input, resume: lanes });
    }
    phase = cancelled === undefined ? 'completed' : 'cancelled';
    describe();
    if (cancelled !== undefined) throw cancelled;
    return progress();
  });

  async function workOn(index: number): Promise<void> {
    for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const before = lanes[index] as BulkLane;
      if (isThrough(before) || cancelled !== undefined || workflowInfo().continueAsNewSuggested) return;
      const lane = await workBulkLane({ operation, lane: before, window });
      lanes[index] = lane;
      describe();
      const hasMoved = lane.after !== before.after || lane.under_way.length < before.under_way.length;
      if (hasMoved) pauseMs = 500;
      else await condition(() => cancelled !== undefined, pauseMs);
    }
  }

  function progress(): DeadLetterBulkProgress {
    const sum = (name: keyof BulkLane['counts']) => lanes.reduce((total, lane) => total + lane.counts[name], 0);
    const done = sum('succeeded') + sum('skipped') + sum('discarded');
    const failed = sum('failed');
    const refused = sum('refused');
    const underWay = lanes.reduce((total, lane) => total + lane.under_way.length, 0);
    const left = Math.max(0, input.matched - done - failed - refused - underWay);
    return { phase, matched: input.matched, done, failed, refused, under_way: underWay, left };
  }

  function describe(): void {
    const { matched, done, failed, refused, under_way: underWay, left } = progress();
    const what = input.decision === 'retry' ? 'delivered or closed' : 'discarded or closed';
    const lines = [
      `**${matched} dead letters matched**: ${done} ${what}, ${underWay} under way, ${left} left.`,
      ...(failed > 0 ? [`${failed} failed again and wait again.`] : []),
      ...(refused > 0 ? [`${refused} were not retried, for their endpoint is off; they wait on.`] : []),
      ...(phase === 'cancelled'
        ? [`Cancelled: the ${left} left stay as they were; what is under way goes on and ends by itself.`]
        : []),
      ...(phase === 'running' ? ['Cancel it, and the rest is left waiting.'] : []),
    ];
    setCurrentDetails(lines.join('\n\n'));
  }
}

const isThrough = (lane: BulkLane): boolean => lane.walked && lane.under_way.length === 0;
