import type { Client } from '@temporalio/client';
import {
  type AlertWorkflow,
  alertWorkflowId,
  lookSignal,
  type RunWatchWorkflow,
  runWatchWorkflowId,
  searchAttributes,
  taskQueue,
} from '../workflows/contract.ts';
import { summarise } from '../workflows/text.ts';

/** A key whose workflow is to look, and what it is about. */
export interface WatchedKey {
  namespace: string;
  rule_id: string;
  key_digest: string;
  /** The rule and the key in words. */
  what: string;
}

/** How Temporal is told that time matters for a key. Both start the workflow where none runs. */
export interface AlertWatch {
  /** Has the key's `alertWorkflow` look now. */
  wakeAlert(key: WatchedKey): Promise<void>;
  /** Has the `runWatchWorkflow` look, unless it is known to look by then anyway. @param at epoch milliseconds */
  wakeRuns(namespace: string, shard: number, at: number): Promise<void>;
}

const DEADLINE_MS = 5_000;

/** @param now the clock, in ms */
export function createAlertWatch({ client, now }: { client: Client; now: () => number }): AlertWatch {
  /** When each watch will look next, as far as this process has told it. */
  const told = new Map<string, number>();
  return {
    async wakeAlert({ namespace, rule_id, key_digest, what }) {
      await client.withDeadline(now() + DEADLINE_MS, () =>
        client.workflow.signalWithStart<AlertWorkflow>('alertWorkflow', {
          taskQueue,
          workflowId: alertWorkflowId(rule_id, key_digest),
          args: [{ namespace, rule_id, key_digest }],
          signal: lookSignal,
          typedSearchAttributes: [
            { key: searchAttributes.namespace, value: namespace },
            { key: searchAttributes.ruleId, value: rule_id },
          ],
          staticSummary: summarise(what),
          priority: { fairnessKey: namespace },
        }),
      );
    },

    async wakeRuns(namespace, shard, at) {
      const workflowId = runWatchWorkflowId(namespace, shard);
      const known = told.get(workflowId);
      // What it was told to wake for may be over by then: it looks, finds nothing, and sleeps until the next.
      if (known !== undefined && known > now() && known <= at) return;
      told.set(workflowId, at);
      try {
        await client.withDeadline(now() + DEADLINE_MS, () =>
          client.workflow.signalWithStart<RunWatchWorkflow>('runWatchWorkflow', {
            taskQueue,
            workflowId,
            args: [{ namespace, shard }],
            signal: lookSignal,
            typedSearchAttributes: [{ key: searchAttributes.namespace, value: namespace }],
            staticSummary: summarise(`Open runs of ${namespace}, part ${shard}`),
            priority: { fairnessKey: namespace },
          }),
        );
      } catch (error) {
        told.delete(workflowId);
        throw error;
      }
    },
  };
}
