/** `temporalSourceWorkflow`: the watching of one Temporal namespace of somebody else's. */

export type TemporalSourceWorkflow = (input: TemporalSourceInput) => Promise<void>;

/** Input of `temporalSourceWorkflow`; where the namespace is, and how one gets in, is read from PostgreSQL. */
export interface TemporalSourceInput {
  namespace: string;
  source_id: string;
  /** Set by the workflow itself when it continues as new. */
  resume?: { told: number; since: string };
}

/** A round of watching, as the workflow shows it. */
export interface WatchedRound {
  /** The source was deleted: there is nothing to watch any more. */
  is_gone: boolean;
  /** Events handed over in this round. */
  told: number;
  name: string;
  address: string;
  temporal_namespace: string;
  query: string | null;
  /** RFC 3339; null: not yet. */
  polled_at: string | null;
  closed_through: string | null;
  /** The last error, null when all is well. */
  error: string | null;
}

/** Of the activities that watch: they wait on other people's servers for hours, and take no place of a delivery's. */
export const sourcesTaskQueue = 'exosphere-alerts-sources';

export const temporalSourceWorkflowId = (sourceId: string) => `temporal-source/${sourceId}`;
