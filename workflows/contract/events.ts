/** `eventWorkflow`: what it is given and what it gives back. */

/** Workflow types by name: a workflow starts another without importing its code. */
export type EventWorkflow = (input: EventWorkflowInput) => Promise<EventWorkflowResult>;

/** Input of `eventWorkflow`; an outside program needs `namespace` and `events` alone. */
export interface EventWorkflowInput {
  namespace: string;
  /** CloudEvents 1.0 in JSON form. */
  events: unknown[];
  /** Who handed them in (an API key's id); absent: somebody with access to Temporal. */
  accepted_by?: string;
  /** Set under load: the first attempts are made together, however few they are. */
  together?: boolean;
  /** Set by the workflow itself when it continues as new in the middle of a large fan-out. */
  resume?: FanOutProgress;
}

/** How far a fan-out has come: which events' deliveries are being started, and the last one that was. */
export interface FanOutProgress {
  event_refs: string[];
  after: string;
  result: EventWorkflowResult;
  /** What was decided, in words, for the Web UI. */
  notes: string[];
}

export interface EventWorkflowResult {
  recorded: number;
  duplicates: number;
  rejected: number;
  deliveries: number;
}
