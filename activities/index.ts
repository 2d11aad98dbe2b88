import { activityInfo } from '@temporalio/activity';
import type { IdFactory } from '../src/domain/ids.ts';
import type { DeadLetterLog } from '../src/store/dead-letter-log.ts';
import type { EventLog } from '../src/store/event-log.ts';
import type { AttemptDeps } from './attempt.ts';
import { createDeadLetterActivities } from './dead-letter.ts';
import { createDeliver } from './deliver.ts';
import { createMatcher } from './match.ts';
import { createRecordEvents } from './record-events.ts';

export type { DeliveryRef } from '../src/store/event-log.ts';
export type { DeliveryPlan } from './deliver.ts';

export interface ActivityDeps extends AttemptDeps {
  eventLog: EventLog;
  deadLetterLog: DeadLetterLog;
  newId: IdFactory;
  publicUrl: string | undefined;
}

/** What workflows may call. Every one of them is safe to repeat. */
export type Activities = ReturnType<typeof createActivities>['activities'];

/**
 * The activities over their dependencies.
 *
 * @returns `activities` for the worker, and `drain`, which resolves once no request of this process is on the way
 */
export function createActivities(deps: ActivityDeps) {
  const { tryOnce, deliverUntilSettled, drain } = createDeliver(
    deps,
    () => activityInfo().workflowExecution?.runId ?? '',
  );
  const activities = {
    ...createRecordEvents({ ...deps, match: createMatcher() }),
    tryOnce,
    deliverUntilSettled,
    ...createDeadLetterActivities(deps.deadLetterLog),
  };
  return { activities, drain };
}
