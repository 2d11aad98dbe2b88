import { defineQuery, defineSignal } from '@temporalio/workflow';

/** `deadLetterWorkflow` and the decision for many dead letters: inputs, signals, queries. */

export type DeadLetterWorkflow = (input: DeadLetterInput) => Promise<string>;
export type DeadLetterBulkWorkflow = (input: DeadLetterBulkInput) => Promise<DeadLetterBulkProgress>;

export interface DeadLetterInput {
  namespace: string;
  delivery_id: string;
  reason: string;
  /** Rounds tried so far; set when the workflow continues as new. */
  rounds?: number;
}

export interface DeadLetterStatus {
  phase: 'parking' | 'waiting' | 'in_round' | 'closed';
  reason: string;
  rounds: number;
  last_decision: string | null;
}

export interface Decided {
  reason?: string;
}

/** Sends the delivery again for a fresh round of its retry policy. Ignored while a round runs. */
export const retrySignal = defineSignal<[Decided?]>('retry');
/** Gives the delivery up for good. While a round runs it takes effect if the round fails. */
export const discardSignal = defineSignal<[Decided?]>('discard');

export const statusQuery = defineQuery<DeadLetterStatus>('status');

/** Which dead letters an operation is about; `since` and `until` bound when their deliveries were made. */
export interface DeadLetterFilter {
  endpoint_id?: string;
  rule_id?: string;
  reason?: string;
  since?: string;
  until?: string;
  /** These alone. */
  ids?: string[];
}

/** Input of `deadLetterBulkWorkflow`: one decision for all dead letters that waited when it was asked for. */
export interface DeadLetterBulkInput {
  namespace: string;
  decision: 'retry' | 'discard';
  filter: DeadLetterFilter;
  /** Those that came to wait later are left alone, so none is taken twice. RFC 3339. */
  requested_at: string;
  reason?: string;
  /** How many waited then. */
  matched: number;
  /** How many may be under way at once, for each endpoint when retried; absent: the workflow's own bounds. */
  window?: number;
  /** Set by the workflow itself when it continues as new. */
  resume?: BulkLane[];
}

/** How far an operation has come with the dead letters of one endpoint, or with all. */
export interface BulkLane {
  endpoint_id?: string;
  /** The last one that was looked at: a delivery's id. */
  after: string;
  /** True once all were looked at; those under way are still waited for. */
  walked: boolean;
  under_way: SignalledLetter[];
  /** What became of the others. `refused`: their endpoint is off, and they wait on. */
  counts: Record<'succeeded' | 'skipped' | 'discarded' | 'failed' | 'refused', number>;
}

/** One that was told the decision and has not ended yet: its id, when it was told in epoch ms, its rounds then. */
export type SignalledLetter = [id: string, at: number, rounds: number];

/** `done`: closed. `failed`: its retry was made and did not succeed, so it waits again. */
export interface DeadLetterBulkProgress {
  phase: 'running' | 'cancelled' | 'completed';
  matched: number;
  done: number;
  failed: number;
  refused: number;
  under_way: number;
  left: number;
}

export const progressQuery = defineQuery<DeadLetterBulkProgress>('progress');
