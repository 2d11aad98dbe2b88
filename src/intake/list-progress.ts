import type { ListProgress } from './intake.ts';

/** Both ends of a list's progress: the intake waits, the worker of the same process reports. */
export interface ProgressBoard extends ListProgress {
  /** The workflow's first pass over its list is over. */
  worked(workflowId: string): void;
}

/** A list that no worker of this process has taken by then is another's, or has met an outage: nobody waits for it. */
const FORGET_AFTER_MS = 1_000;

/** @param hasWorker false where this process only takes events in: then nobody reports */
export function createProgressBoard(hasWorker: boolean): ProgressBoard {
  const waiting = new Map<string, { done: () => void; timer: NodeJS.Timeout }>();
  const worked = (workflowId: string): void => {
    const entry = waiting.get(workflowId);
    if (entry === undefined) return;
    waiting.delete(workflowId);
    clearTimeout(entry.timer);
    entry.done();
  };
  return {
    worked,
    whenWorked(workflowId, done) {
      if (!hasWorker) return done();
      const timer = setTimeout(worked, FORGET_AFTER_MS, workflowId);
      timer.unref();
      waiting.set(workflowId, { done, timer });
    },
  };
}
