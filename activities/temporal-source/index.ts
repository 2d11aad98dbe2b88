import { Context } from '@temporalio/activity';
import type { TemporalSourceInput, WatchedRound } from '../../workflows/contract.ts';
import { type RoundDeps, type Standing, watchRound } from './round.ts';

export type { RoundDeps } from './round.ts';
export type { RunEvent } from './to-event.ts';

/** What `temporalSourceWorkflow` may call, on a task queue of its own. */
export type SourceActivities = ReturnType<typeof createSourceActivities>['activities'];

/** Well within the time after which Temporal takes the process for dead: `heartbeatTimeout` of the workflow. */
const HEARTBEAT_MS = 5_000;

/** @returns the activities, and `close`, by which all rounds of this process end at once: others go on with them */
export function createSourceActivities(deps: RoundDeps) {
  const closing = new AbortController();
  const activities = {
    /** A round of watching; safe to repeat, and to be done twice at a time. */
    async watchTemporalSource({ source_id }: TemporalSourceInput): Promise<WatchedRound> {
      const context = Context.current();
      const signal = AbortSignal.any([closing.signal, context.cancellationSignal]);
      let standing: Standing | undefined;
      const beat = setInterval(() => context.heartbeat(standing), HEARTBEAT_MS);
      try {
        const round = await watchRound(deps, source_id, signal, (now) => {
          standing = { ...now };
        });
        if (isCancelled(context.cancellationSignal) && !closing.signal.aborted) throw context.cancellationSignal.reason;
        return round;
      } finally {
        clearInterval(beat);
      }
    },
  };
  return { activities, close: () => closing.abort() };
}

/** By the workflow, and not because the worker stops. */
function isCancelled(signal: AbortSignal): boolean {
  return signal.aborted && (signal.reason as Error | undefined)?.message !== 'WORKER_SHUTDOWN';
}
