/** `retentionWorkflow`: what it removes in which order, and how far it has come. */

/** Input of `retentionWorkflow`; nothing in it says what is old enough: that is the worker's settings alone. */
export interface RetentionInput {
  /** Rows of one statement. */
  batch?: number;
  /** Set by the workflow itself when it continues as new. */
  resume?: RetentionProgress;
}

/** Before which time each kind must have ended, RFC 3339; null: it is kept. */
export interface RetentionCutoffs {
  history: string | null;
  dedup: string | null;
  dead_letters: string | null;
}

/** In the order in which they are worked on: what refers to others goes first. */
export const retentionSteps = [
  'expired_dead_letters',
  'deliveries',
  'events',
  'closed_dead_letters',
  'event_keys',
  'service_events',
  'alerts',
  'silences',
  'alert_states',
] as const;
export type RetentionStep = (typeof retentionSteps)[number];

/** How many of each were removed (of `expired_dead_letters`: discarded), and where it goes on. */
export interface RetentionProgress {
  cutoffs: RetentionCutoffs;
  step: RetentionStep | null;
  after: string;
  removed: Record<RetentionStep, number>;
}
