import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  type DeadLetterWorkflow,
  deadLetterWorkflowId,
  deliveryAttributes,
  discardSignal,
  retrySignal,
  taskQueue,
} from '../workflows/contract.ts';
import { summarise } from '../workflows/text.ts';
import type { DeadLetterRef } from './store/dead-letter-log.ts';

/** How the API reaches a dead letter's workflow. */
export interface DeadLetterControl {
  /** Tells it what a person decided. */
  decide(decision: 'retry' | 'discard', letter: DeadLetterRef, reason?: string): Promise<void>;
  /** Whether it runs: somebody may have terminated it in the middle of a round. */
  isRunning(deliveryId: string): Promise<boolean>;
}

/** Longer than any answer of a healthy Temporal; then the caller gets a 503 and repeats. */
const DEADLINE_MS = 10_000;

/**
 * Signals with start: should somebody have terminated the workflow, the dead letter is still in PostgreSQL and a new
 * run takes it up.
 */
export function createDeadLetterControl({ client, now }: { client: Client; now: () => number }): DeadLetterControl {
  return {
    async decide(decision, letter, reason) {
      const { delivery_id, namespace, rounds } = letter;
      await client.withDeadline(now() + DEADLINE_MS, () =>
        client.workflow.signalWithStart<DeadLetterWorkflow, [{ reason?: string }?]>('deadLetterWorkflow', {
          taskQueue,
          workflowId: deadLetterWorkflowId(delivery_id),
          args: [{ namespace, delivery_id, reason: letter.reason, rounds }],
          signal: decision === 'retry' ? retrySignal : discardSignal,
          signalArgs: reason === undefined ? [] : [{ reason }],
          priority: { fairnessKey: namespace },
          typedSearchAttributes: deliveryAttributes(namespace, letter, 'dead_lettered'),
          staticSummary: summarise(`${letter.event_type}: ${letter.reason}`),
        }),
      );
    },

    async isRunning(deliveryId) {
      try {
        const handle = client.workflow.getHandle(deadLetterWorkflowId(deliveryId));
        const { status } = await client.withDeadline(now() + DEADLINE_MS, () => handle.describe());
        return status.name === 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}
