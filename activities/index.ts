import { activityInfo } from '@temporalio/activity';
import { createBatcher } from '../src/batcher.ts';
import type { IdFactory } from '../src/domain/ids.ts';
import type { AttemptOutcomeRow } from '../src/store/attempt-log.ts';
import type { DeadLetterLog } from '../src/store/dead-letter-log.ts';
import type { EndpointStateLog } from '../src/store/endpoint-state-log.ts';
import type { EventLog } from '../src/store/event-log.ts';
import type { GateLog } from '../src/store/gate-log.ts';
import type { ServiceEventLog } from '../src/store/service-event-log.ts';
import { isDataError } from '../src/store/sql.ts';
import type { WaitingLog } from '../src/store/waiting-log.ts';
import { type AlertingDeps, createAlerting } from './alerting/index.ts';
import type { AttemptDeps } from './attempt.ts';
import { createDeadLetterActivities } from './dead-letter.ts';
import { createDeadLetterBulkActivities, type DeadLetterBulkDeps } from './dead-letter-bulk.ts';
import { createDeliver } from './deliver.ts';
import { type AdvanceInput, createDeliverTogether, type FirstAttemptsInput } from './deliver-together.ts';
import { createFairSlots } from './fair-slots.ts';
import { createGate } from './gate.ts';
import type { Handover } from './handover.ts';
import { createLanes } from './lanes.ts';
import { createLateCount } from './late-count.ts';
import { createListWork } from './list-work.ts';
import { createMatcher } from './match.ts';
import { createOwnEvents } from './own-events.ts';
import type { Pacer } from './pacer.ts';
import { createRecheck } from './recheck.ts';
import { createRecordEvents, type RecordCounts } from './record-events.ts';
import { createRedelivery, type RedeliveryDeps } from './redelivery.ts';
import { createRetentionActivities, type RetentionDeps } from './retention.ts';
import { type Asker, createStepper } from './step.ts';
import type { Wake } from './waker.ts';

export type { DeliveryRef } from '../src/store/delivery-rows.ts';
export type { DeliveryPlan } from './deliver.ts';
export type { ApartDelivery, FirstAttempts } from './deliver-together.ts';
export type { Begin } from './list-work.ts';
export type { RecheckedPage } from './recheck.ts';

/** The rules that may match events of these types. */
export type RulesFor = ReturnType<typeof createRecordEvents>['rulesFor'];

export interface ActivityDeps
  extends Omit<AttemptDeps, 'finish'>,
    DeadLetterBulkDeps,
    RetentionDeps,
    Omit<AlertingDeps, 'eventLog'> {
  eventLog: EventLog;
  endpointStateLog: EndpointStateLog;
  gateLog: GateLog;
  deadLetterLog: DeadLetterLog;
  serviceEventLog: ServiceEventLog;
  waiting: WaitingLog;
  wake: Wake;
  redeliveryLog: RedeliveryDeps['redeliveryLog'];
  handover: Handover;
  pacer: Pacer;
  newId: IdFactory;
  publicUrl: string | undefined;
  count: RecordCounts;
}

/** What workflows may call. Every one of them is safe to repeat. */
export type Activities = ReturnType<typeof createActivities>['activities'];

/** Outcomes written together: each has at most 8 KiB of a receiver's answer. */
const OUTCOMES_TOGETHER = 256;
/** Receivers answer one by one; what a statement costs is hardly more for several. */
const OUTCOMES_PAUSE_MS = 10;

/** More would only wait for each other: each matches on this one thread, and then is one statement. */
const LISTS_RECORDED_TOGETHER = 8;

/**
 * The activities over their dependencies.
 *
 * @returns `activities` for the worker; `begin`, which starts on a list at its acceptance, with `rulesFor`, its rules;
 *   `sweepAlerts`, a round over what nobody looks at;
 *   `close`, after which no attempt begins here any more; and `drain`, which resolves once none is on the way
 */
export function createActivities(deps: ActivityDeps) {
  const lateCount = createLateCount(deps.endpointStateLog);
  const finish = createBatcher<AttemptOutcomeRow, void>({
    run: async (outcomes) => {
      lateCount.later(await deps.attemptLog.finish(outcomes));
      return [];
    },
    maxItems: OUTCOMES_TOGETHER,
    concurrency: 2,
    pauseMs: OUTCOMES_PAUSE_MS,
    isItemsFault: isDataError,
  });
  const lanes = createLanes(() => performance.now());
  const closing = new AbortController();
  const gate = createGate(deps.gateLog);
  const { step, drain } = createStepper({ ...deps, finish, lanes, gate, closing: closing.signal });
  const together = createDeliverTogether({ ...deps, step, lanes });
  const alerting = createAlerting(deps);
  const { recordEvents, nextDeliveries, rulesFor } = createRecordEvents({
    ...deps,
    onEntries: alerting.onEntries,
    match: createMatcher(),
    readOwn: createOwnEvents(deps.serviceEventLog),
  });
  const redelivery = createRedelivery({ ...deps, closing: closing.signal }, asker);
  const lists = createListWork(recordEvents, together.tryTogether, createFairSlots(LISTS_RECORDED_TOGETHER));
  const activities = {
    recordEvents: lists.recordEvents,
    nextDeliveries,
    tryTogether: (input: FirstAttemptsInput) => together.tryTogether(input, asker()),
    advanceGroup: (input: AdvanceInput) => together.advanceGroup(input, asker()),
    ...createDeliver(deps, step, asker),
    ...createDeadLetterActivities(deps.deadLetterLog, deps.judge),
    ...createRecheck(deps),
    redeliver: redelivery.redeliver,
    lookAtAlert: alerting.lookAtAlert,
    lookAtRuns: alerting.lookAtRuns,
    ...createDeadLetterBulkActivities(deps),
    ...createRetentionActivities(deps),
  };
  return {
    activities,
    begin: lists.begin,
    sweepAlerts: alerting.sweep,
    rulesFor,
    close() {
      closing.abort();
      lanes.close();
    },
    async drain() {
      await lists.drain();
      await alerting.drain();
      await drain();
      await redelivery.drain();
      await lateCount.drain();
    },
  };
}

function asker(): Asker {
  const { workflowId = '', runId = '' } = activityInfo().workflowExecution ?? {};
  return { workflowId, runId };
}
