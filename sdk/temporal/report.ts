import type { FailureError } from './failure.ts';

/* What the sandbox of a workflow tells the worker of it. */

/** Name of the sink. */
export const REPORT_SINK = 'exosphereAlertsReport';

export type ReportStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'continued_as_new' | 'errored';

export interface Report {
  status: ReportStatus;
  temporalNamespace: string;
  workflowId: string;
  runId: string;
  workflowType: string;
  taskQueue: string;
  /** Ms since the epoch at which the run started. */
  startedAt: number;
  /** Ms since the epoch at which what is told of happened. */
  at: number;
  labels: Record<string, string>;
  /** Of `failed` and `errored`. */
  error?: FailureError;
  /** Of `failed`: whether its own retry policy runs the workflow again. */
  willRunAgain?: boolean;
  /** Of `errored`: which of the run's activities. */
  activitySeq?: number;
}
