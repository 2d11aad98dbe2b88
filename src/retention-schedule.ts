import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Logger } from 'pino';
import { retentionScheduleId, retentionWorkflowId, taskQueue } from '../workflows/contract.ts';

/** The Schedule as this process keeps it. */
export interface RetentionSchedule {
  /** Resolves once the Schedule is there, or it was given up. */
  settled: Promise<void>;
  /** Gives up where it is not there yet. */
  close(): Promise<void>;
}

const DEADLINE_MS = 10_000;
const TRY_AGAIN_MS = [1_000, 5_000, 30_000, 60_000];
/** Codes of gRPC for a server that has no Schedules or does not let us make one: https://grpc.io/docs/guides/status-codes/ */
const HOPELESS = new Set<unknown>([7, 12, 16]);

/** What is ours of the Schedule. When it runs, and whether it is paused, is the operator's to change. */
const action = {
  type: 'startWorkflow',
  workflowType: 'retentionWorkflow',
  workflowId: retentionWorkflowId,
  taskQueue,
  args: [{}],
  staticSummary: 'Removes what has been kept for long enough',
} satisfies ScheduleOptions['action'];

/** Every hour a little, at a minute at which others do nothing; one that is still at work is let finish. */
const schedule: ScheduleOptions = {
  scheduleId: retentionScheduleId,
  spec: { intervals: [{ every: '1h', offset: '17m' }] },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1h' },
  action,
};

/**
 * Sees to it that the Schedule of retention is there, with the action that this version means. It works in the
 * background and tries again, for no delivery depends on it.
 */
export function keepRetentionSchedule(deps: { client: Client; now: () => number; log: Logger }): RetentionSchedule {
  const { client, now, log } = deps;
  const closing = new AbortController();
  let wake = () => {};
  const settled = keep();
  return {
    settled,
    async close() {
      closing.abort();
      wake();
      await settled;
    },
  };

  async function keep(): Promise<void> {
    for (let tries = 0; !closing.signal.aborted; tries += 1) {
      try {
        await client.withDeadline(now() + DEADLINE_MS, () => client.withAbortSignal(closing.signal, ensure));
        return;
      } catch (err) {
        if (closing.signal.aborted) return;
        const hopeless = HOPELESS.has(codeOf(err));
        const effect = hopeless ? 'nothing is removed by itself' : 'trying again';
        log.warn({ err }, `the Schedule ${retentionScheduleId} could not be made in Temporal: ${effect}`);
        if (hopeless) return;
        await pause(TRY_AGAIN_MS[Math.min(tries, TRY_AGAIN_MS.length - 1)] as number);
      }
    }
  }

  async function ensure(): Promise<void> {
    try {
      await client.schedule.create(schedule);
    } catch (error) {
      // Made by an earlier start, or by another worker just now.
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const handle = client.schedule.getHandle(retentionScheduleId);
      if (isOurs(await handle.describe())) return;
      await handle.update((previous) => ({ ...previous, action }));
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function isOurs({ action: present }: ScheduleDescription): boolean {
  return present.workflowType === action.workflowType && present.taskQueue === action.taskQueue;
}

/** The gRPC status of a call, however deep the client wrapped it. */
function codeOf(error: unknown): unknown {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return code ?? (cause === undefined ? undefined : codeOf(cause));
}
