import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  type DeadLetterBulkInput,
  type DeadLetterBulkProgress,
  type DeadLetterBulkWorkflow,
  deadLetterBulkWorkflowId,
  progressQuery,
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
  /** How far it has come; undefined where the namespace has none with this id, or Temporal has forgotten it. */
  progress(namespace: string, workflowId: string): Promise<DeadLetterBulkProgress | undefined>;
  /** Has it tell no more dead letters; false where it has ended. */
  cancel(workflowId: string): Promise<boolean>;
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
  /** @returns undefined where Temporal knows of no such workflow, or of none that runs */
  async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await client.withDeadline(now() + DEADLINE_MS, ask);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

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

    async progress(namespace, workflowId) {
      const handle = client.workflow.getHandle(workflowId);
      return await unlessGone(async () => {
        const { typedSearchAttributes: attributes, status } = await handle.describe();
        if (attributes.get(searchAttributes.namespace) !== namespace) return undefined;
        const progress = await handle.query(progressQuery);
        // One that somebody has terminated never heard of it, and would run for ever.
        const isCutOff = progress.phase === 'running' && status.name !== 'RUNNING';
        return isCutOff ? { ...progress, phase: 'cancelled' } : progress;
      });
    },

    async cancel(workflowId) {
      return (await unlessGone(() => client.workflow.getHandle(workflowId).cancel())) !== undefined;
    },
  };
}

function summaryOf(decision: 'retry' | 'discard', matched: number, filter: DeadLetterBulkInput['filter']): string {
  const what = `${decision === 'retry' ? 'Retry' : 'Discard'} of ${matched} dead letter${matched === 1 ? '' : 's'}`;
  const { ids, ...rest } = filter;
  const bounds = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  if (ids !== undefined) bounds.push('those that were selected');
  return [what, ...bounds].join(', ');
}
