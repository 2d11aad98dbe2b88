import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { DeliveryRef } from '../src/store/delivery-rows.ts';
import {
  type DeliveryWorkflow,
  deliveryAttributes,
  deliveryWorkflowId,
  lookAgainSignal,
  taskQueue,
  workflowTaskTimeout,
} from '../workflows/contract.ts';
import { summarise } from '../workflows/text.ts';

/**
 * Makes the workflow of a delivery look at it again, at once.
 *
 * @param orStart starts one where none runs, as when the delivery is in a group; otherwise none is no matter
 */
export type Wake = (namespace: string, delivery: DeliveryRef, orStart: boolean) => Promise<void>;

const DEADLINE_MS = 10_000;

/** @param now the clock, in ms */
export function createWaker({ client, now }: { client: Client; now: () => number }): Wake {
  return async (namespace, delivery, orStart) => {
    const workflowId = deliveryWorkflowId(delivery.id);
    await client.withDeadline(now() + DEADLINE_MS, async () => {
      if (orStart) {
        await client.workflow.signalWithStart<DeliveryWorkflow, []>('deliveryWorkflow', {
          taskQueue,
          workflowId,
          args: [{ namespace, delivery_id: delivery.id }],
          signal: lookAgainSignal,
          workflowTaskTimeout,
          priority: { fairnessKey: namespace },
          typedSearchAttributes: deliveryAttributes(namespace, delivery, 'retrying'),
          staticSummary: summarise(`${delivery.event_type} → ${delivery.endpoint_name}, rule ${delivery.rule_name}`),
        });
        return;
      }
      try {
        await client.workflow.getHandle(workflowId).signal(lookAgainSignal);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    });
  };
}
