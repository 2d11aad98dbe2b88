import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ChildWorkflowCancellationType, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { DeliveryRef } from '../activities/index.ts';
import { type DeliveryWorkflow, deliveryAttributes, deliveryWorkflowId, workflowTaskTimeout } from './contract.ts';
import { summarise } from './text.ts';

/**
 * Starts a delivery's own workflow. Resolves once Temporal holds it: from then on the delivery does not depend on the
 * workflow that started it.
 *
 * @param status as the delivery's search attribute says at first
 */
export async function startDelivery(
  namespace: string,
  delivery: DeliveryRef,
  { status = 'pending', priorityKey }: { status?: string; priorityKey?: number } = {},
): Promise<void> {
  try {
    await startChild<DeliveryWorkflow>('deliveryWorkflow', {
      workflowId: deliveryWorkflowId(delivery.id),
      args: [{ namespace, delivery_id: delivery.id }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      workflowTaskTimeout,
      typedSearchAttributes: deliveryAttributes(namespace, delivery, status),
      staticSummary: summarise(`${delivery.event_type} → ${delivery.endpoint_name}, rule ${delivery.rule_name}`),
      // Said anew, for an event's workflow that somebody started by Temporal alone has none to pass on.
      priority: { fairnessKey: namespace, ...(priorityKey === undefined ? {} : { priorityKey }) },
    });
  } catch (error) {
    // It runs already: this run repeats, after a reset, what an earlier one had done.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
