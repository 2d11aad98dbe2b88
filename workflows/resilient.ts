import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

/** Once, inside the workflow task: no further task and no activity events where all is well. */
const local = proxyLocalActivities<Activities>({ startToCloseTimeout: '5s', retry: { maximumAttempts: 1 } });

/** Until it works, however long PostgreSQL is away; the Web UI shows it waiting, with the failure's message. */
const persistent = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
});

/**
 * The activities as a workflow should call them when they only read or write PostgreSQL: quickly as a local
 * activity, and if that fails for whatever reason, as an ordinary one that is retried until it succeeds.
 * What fails for good (a non-retryable failure) fails at once. Every activity is safe to repeat.
 */
export const resilient = new Proxy({} as Activities, {
  get: (_, name: keyof Activities) => async (input: never) => {
    try {
      return await local[name](input);
    } catch (error) {
      if (error instanceof ApplicationFailure && error.nonRetryable) throw error;
      // A local activity's failure comes bare, without the ActivityFailure around it that an ordinary one has.
      if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
      return await persistent[name](input);
    }
  },
});
