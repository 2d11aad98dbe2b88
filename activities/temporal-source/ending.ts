import type { Connection } from '@temporalio/client';
import { type Cause, causeOf, type Ending } from './cause.ts';
import { plainText } from './plain-text.ts';

type Answer = Awaited<ReturnType<Connection['workflowService']['getWorkflowExecutionHistory']>>;
/** An event of a run's history. */
export type HistoryEvent = NonNullable<NonNullable<Answer['history']>['events']>[number];

/** `RETRY_STATE_IN_PROGRESS`: https://github.com/temporalio/api/blob/master/temporal/api/enums/v1/workflow.proto */
const IN_PROGRESS = 1;
const MAX_REASON_BYTES = 2_048;

/** What the last event of a history says of the end. */
export function endingOf(last: HistoryEvent | undefined): Ending {
  const failed = last?.workflowExecutionFailedEventAttributes;
  if (failed) return { cause: failed.failure ? causeOf(failed.failure) : undefined, nextRunId: retryOf(failed) };
  const timedOut = last?.workflowExecutionTimedOutEventAttributes;
  if (timedOut) return { nextRunId: retryOf(timedOut) };
  const terminated = last?.workflowExecutionTerminatedEventAttributes;
  if (terminated) return { cause: terminationOf(terminated.reason, terminated.identity) };
  return {};
}

function retryOf(end: { retryState?: number | null; newExecutionRunId?: string | null }): string | undefined {
  return end.retryState === IN_PROGRESS ? (end.newExecutionRunId ?? '') : undefined;
}

function terminationOf(reason: string | null | undefined, identity: string | null | undefined): Cause {
  const by = identity ? ` (by ${identity})` : '';
  return { type: 'Terminated', message: plainText(`${reason || 'no reason was given'}${by}`, MAX_REASON_BYTES) };
}
