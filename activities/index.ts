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
import { type AdvanceInput, createDeliverTogether, type FirstAttemptsInput } from './deliver-together.ts';
import type { Handover } from './handover.ts';
import { createLanes } from './lanes.ts';
import { createListWork } from './list-work.ts';
import { createMatcher } from './match.ts';
import type { Pacer } from './pacer.ts';
import { createRecordEvents } from './record-events.ts';
import { type Asker, createStepper } from './step.ts';

export type { DeliveryRef } from '../src/store/event-log.ts';
export type { DeliveryPlan } from './deliver.ts';
export type { ApartDelivery, FirstAttempts } from './deliver-together.ts';
export type { Begin } from './list-work.ts';

/** The rules that may match events of these types. */
export type RulesFor = ReturnType<typeof createRecordEvents>['rulesFor'];

export interface ActivityDeps extends Omit<AttemptDeps, 'finish'> {
  eventLog: EventLog;
  deadLetterLog: DeadLetterLog;
  handover: Handover;
  pacer: Pacer;
  newId: IdFactory;
  publicUrl: string | undefined;
}

/** What workflows may call. Every one of them is safe to repeat. */
export type Activities = ReturnType<typeof createActivities>['activities'];

/** Outcomes written together: each has at most 8 KiB of a receiver's answer. */
const OUTCOMES_TOGETHER = 256;
/** Receivers answer one by one; what a statement costs is hardly more for several. */
const OUTCOMES_PAUSE_MS = 10;

/**
 * The activities over their dependencies.
 *
 * @returns `activities` for the worker; `begin`, which starts on a list at its acceptance, with `rulesFor`, its rules; and
 *   `drain`, which resolves once no request of this process is on the way
 */
export function createActivities(deps: ActivityDeps) {
  const finish = createBatcher<AttemptOutcomeRow, void>({
    run: async (outcomes) => {
      await deps.attemptLog.finish(outcomes);
      return [];
    },
    maxItems: OUTCOMES_TOGETHER,
    concurrency: 2,
    pauseMs: OUTCOMES_PAUSE_MS,
    isItemsFault: isDataError,
  });
  const lanes = createLanes(() => performance.now());
  const { step, drain } = createStepper({ ...deps, finish, lanes });
  const together = createDeliverTogether({ ...deps, step, lanes });
  const { recordEvents, nextDeliveries, rulesFor } = createRecordEvents({ ...deps, match: createMatcher() });
  const lists = createListWork(recordEvents, together.tryTogether);
  const activities = {
    recordEvents: lists.recordEvents,
    nextDeliveries,
    tryTogether: (input: FirstAttemptsInput) => together.tryTogether(input, asker()),
    advanceGroup: (input: AdvanceInput) => together.advanceGroup(input, asker()),
    ...createDeliver(deps, step, asker),
    ...createDeadLetterActivities(deps.deadLetterLog),
  };
  return {
    activities,
    begin: lists.begin,
    rulesFor,
    async drain() {
      lanes.close();
      await lists.drain();
      await drain();
    },
  };
}

function asker(): Asker {
  const { workflowId = '', runId = '' } = activityInfo().workflowExecution ?? {};
  return { workflowId, runId };
}
