import { TemporalFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  continueAsNew,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, DeliveryPlan } from '../activities/index.ts';
import {
  type DeadLetterWorkflow,
  type DeliveryWorkflowInput,
  deadLetterWorkflowId,
  exhaustedFailure,
  lookAgainSignal,
  type SettledDelivery,
  statusAttribute,
} from './contract.ts';
import { redeliverOnce } from './redelivery.ts';
import { inert, summarise } from './text.ts';

/** The activity lets a slow receiver go on without it well before this. */
const { tryOnce } = proxyLocalActivities<Activities>({ startToCloseTimeout: '8s', retry: { maximumAttempts: 1 } });

/**
 * One delivery, from its first attempt to an end: succeeded, skipped, or exhausted and handed to a dead letter.
 * The first attempt is a local activity, so a receiver that answers at once costs a single workflow task;
 * whatever needs longer becomes an ordinary activity under the endpoint's declarative retry policy.
 */
export async function deliveryWorkflow(input: DeliveryWorkflowInput): Promise<SettledDelivery> {
  if (input.redelivery !== undefined) return await redeliverOnce(input);
  let settled: SettledDelivery;
  let retries: CancellationScope | undefined;
  setHandler(lookAgainSignal, () => retries?.cancel(), {
    description: 'Looks at once whether it may still be sent. No input needed.',
  });
  try {
    settled = await deliver(input, (scope) => {
      retries = scope;
    });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // A cancelled delivery is not lost either: a person can still retry or discard it.
    settled = {
      status: 'exhausted',
      attempts: 0,
      reason: 'cancelled',
      last_error: 'cancelled by a person',
      what: 'A delivery',
    };
  }
  if (settled.status === 'exhausted' && !input.for_dead_letter) {
    await CancellationScope.nonCancellable(() => startDeadLetter(input, settled));
  }
  setCurrentDetails(describe(settled));
  upsertSearchAttributes([statusAttribute(settled.status === 'exhausted' ? 'dead_lettered' : settled.status)]);
  return settled;
}

/** Between rounds of Temporal's attempts in a long outage: each round costs history, and that is finite. */
const LONGEST_PAUSE_MS = 60_000;

/** @param tell is given each scope whose cancellation only means to look again */
async function deliver(
  input: DeliveryWorkflowInput,
  tell: (scope: CancellationScope) => void,
): Promise<SettledDelivery> {
  let plan: DeliveryPlan | undefined;
  try {
    // Short, and its outcome counts: a cancellation takes effect after it.
    const first = await CancellationScope.nonCancellable(() => tryOnce(input));
    if (first.status !== 'unsettled') return first;
    plan = first;
  } catch (error) {
    if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
    // PostgreSQL did not answer, or the worker died: the ordinary activity finds out how far the attempt came.
  }
  upsertSearchAttributes([statusAttribute('retrying')]);
  for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    setCurrentDetails(plan ? inert(plan.details) : 'The first attempt could not be recorded; looking again.');
    const scope = new CancellationScope();
    tell(scope);
    try {
      const settled = await scope.run(() => keepTrying(input, plan));
      if (settled) return settled;
    } catch (error) {
      if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
      // Only its wait was cut short: there is something to look at.
      continue;
    }
    await sleep(pauseMs);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deliveryWorkflow>(input);
  }
}

/** What a plan is when PostgreSQL has not told it yet: patient, for it decides nothing but when to look again. */
const unknownPlan = {
  endpoint_name: 'endpoint',
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 10_000 },
  start_to_close_ms: 60_000,
  // Longer than any round, contract §4: it must not end before the round does.
  schedule_to_close_ms: 8 * 86_400_000,
};

/**
 * The retries. Temporal keeps the time between them and shows the last failure; the activity itself decides, from
 * PostgreSQL, whether an attempt is due and whether the round is over.
 *
 * @returns undefined when Temporal's attempts were used up by something other than the receiver (PostgreSQL away,
 *   workers killed): the round is not over, and the caller begins again.
 */
async function keepTrying(input: DeliveryWorkflowInput, plan?: DeliveryPlan): Promise<SettledDelivery | undefined> {
  const terms = plan ?? unknownPlan;
  const { deliverUntilSettled } = proxyActivities<Activities>({
    startToCloseTimeout: terms.start_to_close_ms,
    scheduleToCloseTimeout: terms.schedule_to_close_ms,
    heartbeatTimeout: '10s',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: terms.retry,
    summary: summarise(`POST to ${terms.endpoint_name}`),
  });
  try {
    return await deliverUntilSettled(input);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    const cause = error.cause;
    if (cause instanceof ApplicationFailure && cause.type === exhaustedFailure)
      return cause.details?.[0] as SettledDelivery;
    return undefined;
  }
}

async function startDeadLetter(input: DeliveryWorkflowInput, settled: SettledDelivery): Promise<void> {
  if (settled.status !== 'exhausted') return;
  try {
    await startChild<DeadLetterWorkflow>('deadLetterWorkflow', {
      workflowId: deadLetterWorkflowId(input.delivery_id),
      args: [{ namespace: input.namespace, delivery_id: input.delivery_id, reason: settled.reason }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      typedSearchAttributes: workflowInfo().typedSearchAttributes.updateCopy([statusAttribute('dead_lettered')]),
      staticSummary: summarise(
        `${settled.what}: ${settled.last_error ?? settled.reason} after ${countOf(settled.attempts)}`,
      ),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function describe(settled: SettledDelivery): string {
  if (settled.status === 'succeeded') return `Delivered by attempt ${settled.attempts}.`;
  if (settled.status === 'skipped') return `Not sent: ${settled.reason}.`;
  return inert(`Given up after ${countOf(settled.attempts)}, ${settled.reason}: ${settled.last_error ?? ''}`);
}

const countOf = (attempts: number) => (attempts === 1 ? '1 attempt' : `${attempts} attempts`);
