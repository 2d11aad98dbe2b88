import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import {
  searchAttributes,
  type TemporalSourceWorkflow,
  taskQueue,
  temporalSourceWorkflowId,
} from '../../workflows/contract.ts';
import { summarise } from '../../workflows/text.ts';
import type { SourceRow } from '../store/temporal-source-log.ts';

/** What a watcher is started for; nothing secret. */
export type WatchedSource = Pick<SourceRow, 'id' | 'namespace' | 'name' | 'address' | 'temporal_namespace'>;

/** How watchers are begun and ended. Both may be done twice. */
export interface TemporalSourceControl {
  /** Has the source watched; one that is watched already goes on. */
  start(source: WatchedSource): Promise<void>;
  /** Ends the watching; its row has to be gone, or it is begun again. */
  stop(sourceId: string): Promise<void>;
}

/** Longer than any answer of a healthy Temporal. */
const DEADLINE_MS = 10_000;

/** @param now the clock, in ms */
export function createTemporalSourceControl(deps: { client: Client; now: () => number }): TemporalSourceControl {
  const { client, now } = deps;
  return {
    async start({ id, namespace, name, address, temporal_namespace }) {
      await client.withDeadline(now() + DEADLINE_MS, () =>
        client.workflow.start<TemporalSourceWorkflow>('temporalSourceWorkflow', {
          taskQueue,
          workflowId: temporalSourceWorkflowId(id),
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
          args: [{ namespace, source_id: id }],
          priority: { fairnessKey: namespace },
          typedSearchAttributes: [{ key: searchAttributes.namespace, value: namespace }],
          staticSummary: summarise(`Watches ${temporal_namespace} at ${address}: ${name}`),
        }),
      );
    },

    async stop(sourceId) {
      try {
        const handle = client.workflow.getHandle(temporalSourceWorkflowId(sourceId));
        await client.withDeadline(now() + DEADLINE_MS, () => handle.cancel());
      } catch (error) {
        // It has ended by itself, or was never begun.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}
