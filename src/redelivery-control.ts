import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import {
  type DeliveryLabels,
  type DeliveryWorkflow,
  deliveryAttributes,
  deliveryWorkflowId,
  redeliveryMemo,
  taskQueue,
  workflowTaskTimeout,
} from '../workflows/contract.ts';
import { summarise } from '../workflows/text.ts';

/** A delivery as far as its redelivery is concerned. */
export interface RedeliveryRef extends DeliveryLabels {
  id: string;
  namespace: string;
  status: string;
  endpoint_name: string;
}

/** How the API has a delivery sent once more. */
export interface RedeliveryControl {
  /**
   * Whether none is under way, once a run that has done its work has ended too. What is free may be taken by somebody else
   * a moment later: `start` decides.
   *
   * @param hasAnswered as of `start`
   */
  isFree(deliveryId: string, hasAnswered: (runId: string) => Promise<boolean>): Promise<boolean>;
  /**
   * Resolves once Temporal holds the redelivery.
   *
   * @param hasAnswered whether this run of the delivery's workflow has done what it was to do, and only has to end
   * @returns false where another redelivery of it is under way
   */
  start(delivery: RedeliveryRef, hasAnswered: (runId: string) => Promise<boolean>): Promise<boolean>;
}

export interface RedeliveryControlDeps {
  client: Client;
  newUlid: () => string;
  now: () => number;
}

/** Longer than any answer of a healthy Temporal; then the caller gets a 503 and repeats. */
const DEADLINE_MS = 10_000;
/** A workflow whose work is done and recorded ends by its next task: at once, or when a worker's crash has been noticed. */
const ENDS_WITHIN_MS = 8_000;
const LOOK_AGAIN_MS = 50;

/** Starts redeliveries: runs of `delivery/{id}`, of which Temporal lets only one be open. */
export function createRedeliveryControl({ client, newUlid, now }: RedeliveryControlDeps): RedeliveryControl {
  return {
    isFree(deliveryId, hasAnswered) {
      const workflowId = deliveryWorkflowId(deliveryId);
      return whileEnding(workflowId, hasAnswered, async () => (await describe(workflowId)) === undefined);
    },
    start: (delivery, hasAnswered) =>
      whileEnding(deliveryWorkflowId(delivery.id), hasAnswered, () => tryStart(delivery)),
  };

  /** Tries until it works, as long as what is in the way has done its work and only has to end. */
  async function whileEnding(
    workflowId: string,
    hasAnswered: (runId: string) => Promise<boolean>,
    attempt: () => Promise<boolean>,
  ): Promise<boolean> {
    for (const giveUpAt = now() + ENDS_WITHIN_MS; ; ) {
      if (await attempt()) return true;
      const running = await describe(workflowId);
      // The delivery's own workflow is open for a moment after it has recorded the end, and so is an earlier redelivery's.
      const isEnding = !running?.isRedelivery || (await hasAnswered(running.runId));
      if (!isEnding || now() > giveUpAt) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async function tryStart(delivery: RedeliveryRef): Promise<boolean> {
    const { id, namespace, status, event_type, endpoint_name } = delivery;
    const name = newUlid();
    try {
      await client.withDeadline(now() + DEADLINE_MS, () =>
        client.workflow.start<DeliveryWorkflow>('deliveryWorkflow', {
          taskQueue,
          workflowId: deliveryWorkflowId(id),
          args: [{ namespace, delivery_id: id, redelivery: name }],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowIdConflictPolicy: 'FAIL',
          workflowTaskTimeout,
          priority: { fairnessKey: namespace },
          memo: { [redeliveryMemo]: name },
          typedSearchAttributes: deliveryAttributes(namespace, delivery, status),
          staticSummary: summarise(`${event_type} → ${endpoint_name}, once more`),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  }

  /** The open run, undefined where it has closed meanwhile. */
  async function describe(workflowId: string): Promise<{ runId: string; isRedelivery: boolean } | undefined> {
    try {
      const handle = client.workflow.getHandle(workflowId);
      const { runId, status, memo } = await client.withDeadline(now() + DEADLINE_MS, () => handle.describe());
      return status.name === 'RUNNING' ? { runId, isRedelivery: memo?.[redeliveryMemo] !== undefined } : undefined;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }
}
