import { defineSignal } from '@temporalio/workflow';

/** The workflows that keep the time of stateful rules. */

export type AlertWorkflow = (input: AlertWorkflowInput) => Promise<string>;
export type RunWatchWorkflow = (input: RunWatchInput) => Promise<void>;

/** Input of `alertWorkflow`: one key of a stateful rule. */
export interface AlertWorkflowInput {
  namespace: string;
  rule_id: string;
  key_digest: string;
}

/** Input of `runWatchWorkflow`. */
export interface RunWatchInput {
  namespace: string;
  shard: number;
}

/** Tells a workflow that watches alerts or runs to look now, and not when it meant to. */
export const lookSignal = defineSignal('look');
