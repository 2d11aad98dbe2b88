import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  continueAsNew,
  ParentClosePolicy,
  setCurrentDetails,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { DeliveryRef } from '../activities/index.ts';
import {
  type DeliveryWorkflow,
  deliveryAttributes,
  deliveryWorkflowId,
  type EventWorkflowInput,
  type EventWorkflowResult,
  eventAttributes,
  searchAttributes,
} from './contract.ts';
import { resilient } from './resilient.ts';
import { inert, summarise } from './text.ts';

/**
 * Children started by one run before it continues as new. The server refuses the 2,001st that is still
 * open, and each costs two events of the 51,200 that a history may have.
 */
const CHILDREN_PER_RUN = 1_000;

/**
 * What happens to accepted events: they are recorded and matched against the rules in one pass, and every
 * match gets a `deliveryWorkflow` for each endpoint. This workflow ends once all of them have started; they outlive it.
 */
export async function eventWorkflow(input: EventWorkflowInput): Promise<EventWorkflowResult> {
  requireInput(input);
  // Accepted is accepted: a cancellation must neither stop the fan-out nor reach the deliveries through it.
  return await CancellationScope.nonCancellable(() => fanOut(input));
}

async function fanOut(input: EventWorkflowInput): Promise<EventWorkflowResult> {
  const info = workflowInfo();
  let progress = input.resume;
  let page = progress ? await resilient.nextDeliveries({ namespace: input.namespace, ...progress }) : undefined;
  if (!page || !progress) {
    setCurrentDetails(`Recording ${input.events.length} event(s) and matching them against the rules.`);
    const recorded = await resilient.recordEvents({
      ...input,
      accepted_at: info.startTime.toISOString(),
      workflow_id: info.workflowId,
      workflow_run_id: info.firstExecutionRunId,
    });
    page = recorded.page;
    if (info.typedSearchAttributes.get(searchAttributes.namespace) === undefined) {
      // It entered by Temporal alone: whoever started it set none.
      upsertSearchAttributes(eventAttributes(input.namespace, recorded.event_types, recorded.event_ids));
    }
    progress = { event_refs: recorded.event_refs, after: '', result: recorded.result, notes: recorded.notes };
  }

  for (let children = 0; ; ) {
    await Promise.all(page.deliveries.map((delivery) => startDelivery(input.namespace, delivery)));
    children += page.deliveries.length;
    progress.result.deliveries += page.deliveries.length;
    setCurrentDetails(describe(progress.result, progress.notes));
    if (page.next === null) return progress.result;
    progress.after = page.next;
    if (children >= CHILDREN_PER_RUN) {
      await continueAsNew<typeof eventWorkflow>({ namespace: input.namespace, events: [], resume: progress });
    }
    page = await resilient.nextDeliveries({ namespace: input.namespace, ...progress });
  }
}

/** Anybody may start it by Temporal alone: what cannot be read at all must fail it, not its tasks, which repeat for ever. */
function requireInput(input: unknown): void {
  const { namespace, events } = (input ?? {}) as Partial<EventWorkflowInput>;
  if (typeof namespace === 'string' && Array.isArray(events)) return;
  throw ApplicationFailure.nonRetryable('Input must be {namespace: text, events: [CloudEvents JSON]}', 'InvalidInput');
}

/** Resolves once Temporal holds the child: from then on the delivery does not depend on this workflow. */
async function startDelivery(namespace: string, delivery: DeliveryRef): Promise<void> {
  try {
    await startChild<DeliveryWorkflow>('deliveryWorkflow', {
      workflowId: deliveryWorkflowId(delivery.id),
      args: [{ namespace, delivery_id: delivery.id }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      typedSearchAttributes: deliveryAttributes(namespace, delivery, 'pending'),
      staticSummary: summarise(`${delivery.event_type} → ${delivery.endpoint_name}, rule ${delivery.rule_name}`),
    });
  } catch (error) {
    // It runs already: this run repeats, after a reset, what an earlier one had done.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function describe(result: EventWorkflowResult, notes: string[]): string {
  const counts = `Events: ${result.recorded} recorded, ${result.duplicates} duplicate, ${result.rejected} rejected.`;
  return [`${counts} Deliveries started: ${result.deliveries}.`, ...notes.map((note) => `- ${inert(note)}`)].join('\n');
}
