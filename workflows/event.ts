import { ApplicationFailure } from '@temporalio/common';
import {
  CancellationScope,
  continueAsNew,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { FirstAttempts } from '../activities/index.ts';
import { type EventWorkflowInput, type EventWorkflowResult, eventAttributes, searchAttributes } from './contract.ts';
import { resilient } from './resilient.ts';
import { startDelivery } from './start-delivery.ts';
import { inert } from './text.ts';

/**
 * Children started by one run before it continues as new. The server refuses the 2,001st that is still
 * open, and each costs two events of the 51,200 that a history may have.
 */
const CHILDREN_PER_RUN = 1_000;

/**
 * What happens to accepted events: they are recorded and matched against the rules in one pass. One event's deliveries
 * get a `deliveryWorkflow` each. Those of a list, or of an event with very many, make their first attempts side by side
 * from here, and what does not succeed at once goes on in workflows of its own. This workflow ends once Temporal holds
 * all that is left to do; it outlives this.
 */
export async function eventWorkflow(input: EventWorkflowInput): Promise<EventWorkflowResult> {
  requireInput(input);
  // Accepted is accepted: a cancellation must neither stop the fan-out nor reach the deliveries through it.
  return await CancellationScope.nonCancellable(() => fanOut(input));
}

async function fanOut(input: EventWorkflowInput): Promise<EventWorkflowResult> {
  const info = workflowInfo();
  let progress = input.resume;
  let first: FirstAttempts | null = null;
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
    // Absent in histories of before.
    first = recorded.first ?? null;
    if (info.typedSearchAttributes.get(searchAttributes.namespace) === undefined) {
      // It entered by Temporal alone: whoever started it set none.
      upsertSearchAttributes(eventAttributes(input.namespace, recorded.event_types, recorded.event_ids));
    }
    progress = { event_refs: recorded.event_refs, after: '', result: recorded.result, notes: recorded.notes };
  }

  for (let children = 0; ; ) {
    // Decided by the activity, so that a history says which way its run went.
    let made = page.deliveries.length;
    if (page.together) {
      first ??= await resilient.tryTogether({ namespace: input.namespace, deliveries: page.deliveries });
      if (first.group !== null) progress.notes.push(`${first.left} did not succeed at once: see ${first.group}`);
      made = first.made;
      first = null;
    } else {
      await Promise.all(page.deliveries.map((delivery) => startDelivery(input.namespace, delivery)));
    }
    children += made;
    progress.result.deliveries += made;
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

function describe(result: EventWorkflowResult, notes: string[]): string {
  const counts = `Events: ${result.recorded} recorded, ${result.duplicates} duplicate, ${result.rejected} rejected.`;
  return [`${counts} Deliveries: ${result.deliveries}.`, ...notes.map((note) => `- ${inert(note)}`)].join('\n');
}
