import { ParentClosePolicy, proxyLocalActivities, startChild, workflowInfo } from '@temporalio/workflow';
import type { FloorActivities } from './server.ts';

const { match, post } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '10s' });

/** The least that an event can be: a decision, and one child. */
export async function floorEvent(event: unknown): Promise<void> {
  if (!(await match(event))) return;
  await startChild(floorDelivery, {
    workflowId: `${workflowInfo().workflowId}/delivery`,
    args: [event],
    parentClosePolicy: ParentClosePolicy.ABANDON,
  });
}

/** The least that a delivery can be: one POST. */
export async function floorDelivery(event: unknown): Promise<void> {
  await post(event);
}
