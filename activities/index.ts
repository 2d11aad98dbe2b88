import { activityInfo } from '@temporalio/activity';
import { createBatcher } from '../src/batcher.ts';
import type { IdFactory } from '../src/domain/ids.ts';
import type { AttemptOutcomeRow } from '../src/store/attempt-log.ts';
import type { DeadLetterLog } from '../src/store/dead-letter-log.ts';
import type { EventLog } from '../src/store/event-log.ts';
import { isDataError } from '../src/store/sql.ts';
import type { AttemptDeps } from './attempt.ts';
import { createDeadLetterActivities } from './dead-letter.ts';
import { createDeliver } from './deliver.ts';
import { createDeliverTogether, type FirstAttempts, type FirstAttemptsInput } from './deliver-together.ts';
import type { Handover } from './handover.ts';
import { createLanes } from './lanes.ts';
import { createMatcher } from './match.ts';
import { createPacer } from './pacer.ts';
import { createRecordEvents, type RecordEventsInput, type RecordedEvents } from './record-events.ts';
import { type Asker, createStepper } from './step.ts';

export type { DeliveryRef } from '../src/store/event-log.ts';
export type { DeliveryPlan } from './deliver.ts';
export type { ApartDelivery } from './deliver-together.ts';

export interface ActivityDeps extends Omit<AttemptDeps, 'finish'> {
  eventLog: EventLog;
  deadLetterLog: DeadLetterLog;
  handover: Handover;
  newId: IdFactory;
  publicUrl: string | undefined;
  /** Told when a workflow's first pass over its list of events is over. */
  worked: (workflowId: string) => void;
}

/** What workflows may call. Every one of them is safe to repeat. */
export type Activities = ReturnType<typeof createActivities>['activities'];

/** Outcomes written together: each has at most 8 KiB of a receiver's answer. */
const OUTCOMES_TOGETHER = 256;

/**
 * The activities over their dependencies.
 *
 * @returns `activities` for the worker, and `drain`, which resolves once no request of this process is on the way
 */
export function createActivities(deps: ActivityDeps) {
  const finish = createBatcher<AttemptOutcomeRow, void>({
    run: async (outcomes) => {
      await deps.attemptLog.finish(outcomes);
      return [];
    },
    maxItems: OUTCOMES_TOGETHER,
    concurrency: 2,
    isItemsFault: isDataError,
  });
  const lanes = createLanes(deps.now);
  const { step, drain } = createStepper({ ...deps, finish, lanes });
  const together = { ...deps, step, lanes, pacer: createPacer(deps.now), asker };
  const record = createRecordEvents({ ...deps, match: createMatcher() });
  const group = createDeliverTogether(together);
  const activities = {
    ...record,
    async recordEvents(input: RecordEventsInput): Promise<RecordedEvents> {
      const recorded = await record.recordEvents(input);
      if (!recorded.page.together) deps.worked(asker().workflowId);
      return recorded;
    },
    ...createDeliver(deps, step, asker),
    ...group,
    tryTogether: (input: FirstAttemptsInput): Promise<FirstAttempts> =>
      group.tryTogether(input).finally(() => deps.worked(asker().workflowId)),
    ...createDeadLetterActivities(deps.deadLetterLog),
  };
  return { activities, drain };
}

function asker(): Asker {
  const { workflowId = '', runId = '' } = activityInfo().workflowExecution ?? {};
  return { workflowId, runId };
}
