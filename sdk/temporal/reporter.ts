import type { Emitter } from '../src/emit/emitter.ts';
import { TASK_QUEUE } from './names.ts';
import type { Report } from './report.ts';
import { runEventOf } from './run-event.ts';

export interface ReportOptions {
  /**
   * `host:port` of the Temporal that the worker works for, as a source that watches the same namespace has it: then what both
   * tell of is one event. A worker's connection does not give it away.
   */
  address?: string;
  /** Base URL of its Web UI, for links: `https://cloud.temporal.io`, `http://127.0.0.1:8233`. */
  uiUrl?: string;
  /** Whether `workflow.started` is told; true if absent. */
  started?: boolean;
  /** Whether `state.errored` is told, for activities that failed for good; true if absent. */
  activities?: boolean;
  /**
   * For how long the end of a workflow is held back, in ms, until its event is accepted: what is accepted survives the
   * worker. 1000 if absent; 0: not at all. While the service is away nothing is held back.
   */
  holdMs?: number;
}

export interface Reporter {
  /** Never rejects. Resolves once the workflow may go on. */
  report(report: Report): Promise<void>;
  /** Resolves once what was told is accepted, or given up. */
  flush(): Promise<void>;
}

const HOLD_MS = 1_000;
/** How long a worker that has stopped waits until what it told is accepted. */
const FLUSH_MS = 10_000;

export function createReporter(options: ReportOptions & { emitter: Emitter }): Reporter {
  const { emitter, address, uiUrl, started = true, activities = true, holdMs = HOLD_MS } = options;
  if (!(holdMs >= 0)) throw new RangeError('holdMs must be a number of ms, 0 or more');
  const place = { address, uiUrl };
  let isBehind = false;

  return {
    async report(report) {
      if (report.status === 'running' && !started) return;
      if (report.status === 'errored' && !activities) return;
      // The service's own workflows: what they tell would be told of in turn, for ever.
      if (report.taskQueue === TASK_QUEUE) return;
      isBehind &&= emitter.pending > 0;
      try {
        const event = runEventOf(report, place);
        // What is not waited for is taken at once, and what went wrong with it is told to the emitter's own hooks.
        if (report.status === 'running' || holdMs === 0 || isBehind) emitter.emit(event);
        else await emitter.send(event, { timeout: holdMs });
      } catch (error) {
        isBehind = (error as { code?: unknown }).code === 'timeout';
      }
    },

    async flush() {
      await emitter.flush({ timeout: FLUSH_MS });
    },
  };
}
