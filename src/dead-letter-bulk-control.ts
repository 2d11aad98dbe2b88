import type { Client } from '@temporalio/client';
import {
  type DeadLetterBulkInput,
  type DeadLetterBulkWorkflow,
  deadLetterBulkWorkflowId,
  searchAttributes,
  taskQueue,
} from '../workflows/contract.ts';
import { summarise } from '../workflows/text.ts';

/** Starts operations over many dead letters. */
export interface DeadLetterBulkControl {
  /** The id of an operation's workflow, before it starts. */
  newId(): string;
  /** Resolves once Temporal holds it. */
  start(workflowId: string, operation: DeadLetterBulkInput): Promise<void>;
}

/** Longer than any answer of a healthy Temporal; then the caller gets a 503 and repeats. */
const DEADLINE_MS = 10_000;

/** The REST API's way to start `deadLetterBulkWorkflow`. */
export function createDeadLetterBulkControl(deps: {
  client: Client;
  newUlid: () => string;
  now: () => number;
}): DeadLetterBulkControl {
  const { client, newUlid, now } = deps;
  return {
    newId: () => deadLetterBulkWorkflowId(newUlid()),

    async start(workflowId, operation) {
      const { namespace, decision, matched, filter } = operation;
      const attributes = [
        { key: searchAttributes.namespace, value: namespace },
        ...(filter.endpoint_id === undefined ? [] : [{ key: searchAttributes.endpointId, value: filter.endpoint_id }]),
        ...(filter.rule_id === undefined ? [] : [{ key: searchAttributes.ruleId, value: filter.rule_id }]),
      ];
      await client.withDeadline(now() + DEADLINE_MS, () =>
        client.workflow.start<DeadLetterBulkWorkflow>('deadLetterBulkWorkflow', {
          taskQueue,
          workflowId,
          args: [operation],
          priority: { fairnessKey: namespace },
          typedSearchAttributes: attributes,
          staticSummary: summarise(summaryOf(decision, matched, filter)),
        }),
      );
    },
  };
}

function summaryOf(decision: 'retry' | 'discard', matched: number, filter: DeadLetterBulkInput['filter']): string {
  const what = `${decision === 'retry' ? 'Retry' : 'Discard'} of ${matched} dead letter${matched === 1 ? '' : 's'}`;
  const bounds = Object.entries(filter).map(([name, value]) => `${name} ${value}`);
  return [what, ...bounds].join(', ');
}
