import type { Client } from '@temporalio/client';
import {
  type DeadLetterWorkflow,
  deadLetterWorkflowId,
  deliveryAttributes,
  discardSignal,
  retrySignal,
  taskQueue,
} from '../workflows/contract.ts';

/** A dead letter as far as its workflow is concerned. */
export interface DeadLetterRef {
  delivery_id: string;
  namespace: string;
  reason: string;
  rounds: number;
  rule_id: string;
  endpoint_id: string;
  event_id: string;
  event_type: string;
}

/** Tells a dead letter's workflow what a person decided. */
export type DeadLetterControl = (
  decision: 'retry' | 'discard',
  letter: DeadLetterRef,
  reason?: string,
) => Promise<void>;

/** Longer than any answer of a healthy Temporal; then the caller gets a 503 and repeats. */
const SIGNAL_DEADLINE_MS = 10_000;

/**
 * Signals with start: should somebody have terminated the workflow, the dead letter is still in PostgreSQL and a new
 * run takes it up.
 */
export function createDeadLetterControl({ client, now }: { client: Client; now: () => number }): DeadLetterControl {
  return async (decision, letter, reason) => {
    const { delivery_id, namespace, rounds } = letter;
    await client.withDeadline(now() + SIGNAL_DEADLINE_MS, () =>
      client.workflow.signalWithStart<DeadLetterWorkflow, [{ reason?: string }?]>('deadLetterWorkflow', {
        taskQueue,
        workflowId: deadLetterWorkflowId(delivery_id),
        args: [{ namespace, delivery_id, reason: letter.reason, rounds }],
        signal: decision === 'retry' ? retrySignal : discardSignal,
        signalArgs: reason === undefined ? [] : [{ reason }],
        typedSearchAttributes: deliveryAttributes(namespace, letter, 'dead_lettered'),
      }),
    );
  };
}
