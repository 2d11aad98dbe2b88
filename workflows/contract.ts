import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { defineQuery, defineSignal } from '@temporalio/workflow';

/** Names, ids and shapes that clients, workers, operators and outside programs share. Nothing here may change lightly. */

export const taskQueue = 'exosphere-alerts';

/** Id of the workflow of one event. `digest` is `eventDigest(source, id)`: the same event cannot start twice. */
export const eventWorkflowId = (namespace: string, digest: string) => `event/${namespace}/${digest}`;
/** Id of the workflow of several events at once. */
export const eventsWorkflowId = (ulid: string) => `events/${ulid}`;
export const deliveryGroupWorkflowId = (ulid: string) => `deliveries/${ulid}`;
export const deliveryWorkflowId = (deliveryId: string) => `delivery/${deliveryId}`;
export const deadLetterWorkflowId = (deliveryId: string) => `dead-letter/${deliveryId}`;
/** `keyDigest` is the second half of the alert's `dedup_key`. */
export const alertWorkflowId = (ruleId: string, keyDigest: string) => `alert/${ruleId}/${keyDigest}`;
export const runWatchWorkflowId = (namespace: string, shard: number) => `run-watch/${namespace}/${shard}`;
/** Of an endpoint or a rule: one at a time. */
export const recheckWorkflowId = (subjectId: string) => `recheck/${subjectId}`;
export const deadLetterBulkWorkflowId = (ulid: string) => `dead-letter-bulk/${ulid}`;
/** The Schedule that starts `retentionWorkflow`, and the beginning of the ids of what it starts. */
export const retentionScheduleId = 'exosphere-retention';
export const retentionWorkflowId = 'retention';

/**
 * How long Temporal waits for a worker that took a workflow's task: when a process dies, its events and deliveries go on
 * elsewhere after this. Above what a task takes with its local activities (a receiver is awaited for 1.5 s), or else it
 * is kept alive by heartbeats, which cost.
 */
export const workflowTaskTimeout = '4s';

/** Workflow types by name: a workflow starts another without importing its code. */
export type EventWorkflow = (input: EventWorkflowInput) => Promise<EventWorkflowResult>;
export type DeliveryWorkflow = (input: DeliveryWorkflowInput) => Promise<SettledDelivery>;
export type DeliveryGroupWorkflow = (input: DeliveryGroupInput) => Promise<DeliveryGroupResult>;
export type DeadLetterWorkflow = (input: DeadLetterInput) => Promise<string>;
export type AlertWorkflow = (input: AlertWorkflowInput) => Promise<string>;
export type RunWatchWorkflow = (input: RunWatchInput) => Promise<void>;
export type RecheckWorkflow = (input: RecheckInput) => Promise<RecheckResult>;
export type DeadLetterBulkWorkflow = (input: DeadLetterBulkInput) => Promise<DeadLetterBulkProgress>;

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

/** Input of `deliveryWorkflow`: ids only; bodies, settings and secrets stay in PostgreSQL. */
export interface DeliveryWorkflowInput {
  namespace: string;
  delivery_id: string;
  /** True when a dead letter runs it: then exhaustion is returned to it and no second dead letter starts. */
  for_dead_letter?: boolean;
  /** Set when a person wants a delivery that has ended sent once more: one attempt, and nothing follows from it. */
  redelivery?: string;
}

export type RedeliveryInput = Pick<DeliveryWorkflowInput, 'namespace' | 'delivery_id'>;

/** Memo by which a run is known as a redelivery, with its name: the input is not shown in a list. */
export const redeliveryMemo = 'redelivery';

/** Input of `deliveryGroupWorkflow`: first attempts that were made together and did not all succeed at once. */
export interface DeliveryGroupInput {
  namespace: string;
  delivery_ids: string[];
}

/** How a group ended: `apart` went on, each in a workflow of its own. */
export interface DeliveryGroupResult {
  succeeded: number;
  apart: number;
}

export type SettledDelivery =
  | { status: 'succeeded'; attempts: number }
  | { status: 'skipped'; attempts: number; reason: string }
  | ExhaustedDelivery;

/** A round that is over without success; `what` is the delivery in words. */
export interface ExhaustedDelivery {
  status: 'exhausted';
  attempts: number;
  reason: string;
  last_error: string | null;
  what: string;
}

export interface DeadLetterInput {
  namespace: string;
  delivery_id: string;
  reason: string;
  /** Rounds tried so far; set when the workflow continues as new. */
  rounds?: number;
}

/** What waiting deliveries are looked at for: an endpoint or a rule. */
export interface RecheckSubject {
  namespace: string;
  endpoint_id?: string;
  rule_id?: string;
}

/** Input of `recheckWorkflow`; `resume` is set when it continues as new in the middle of a walk. */
export interface RecheckInput extends RecheckSubject {
  resume?: { result: RecheckResult; on_the_way: number; cursor: WaitingCursor };
}

/** Where a walk over waiting deliveries has come to: all up to `after` of a status have been looked at. */
export interface WaitingCursor {
  status: 'retrying' | 'pending';
  after: string;
}

/** Deliveries that have ended as skipped, and those that were given up: they become dead letters. */
export interface RecheckResult {
  skipped: number;
  given_up: number;
}

export interface DeadLetterStatus {
  phase: 'parking' | 'waiting' | 'in_round' | 'closed';
  reason: string;
  rounds: number;
  last_decision: string | null;
}

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

export interface Decided {
  reason?: string;
}

/** Sends the delivery again for a fresh round of its retry policy. Ignored while a round runs. */
export const retrySignal = defineSignal<[Decided?]>('retry');
/** Gives the delivery up for good. While a round runs it takes effect if the round fails. */
export const discardSignal = defineSignal<[Decided?]>('discard');
/** Tells a workflow that watches alerts or runs to look now, and not when it meant to. */
export const lookSignal = defineSignal('look');
/** Makes a delivery's workflow look at once whether it may still be sent, and not at its next attempt. No input. */
export const lookAgainSignal = defineSignal('look_again');
/** Asks a running recheck for another walk: something has changed since it began. No input. */
export const againSignal = defineSignal('again');
export const statusQuery = defineQuery<DeadLetterStatus>('status');

/** Which dead letters an operation is about; `since` and `until` bound when their deliveries were made. */
export interface DeadLetterFilter {
  endpoint_id?: string;
  rule_id?: string;
  since?: string;
  until?: string;
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

export const searchAttributes = {
  namespace: defineSearchAttributeKey('ExosphereNamespace', 'KEYWORD'),
  ruleId: defineSearchAttributeKey('ExosphereRuleId', 'KEYWORD'),
  endpointId: defineSearchAttributeKey('ExosphereEndpointId', 'KEYWORD'),
  deliveryStatus: defineSearchAttributeKey('ExosphereDeliveryStatus', 'KEYWORD'),
  eventType: defineSearchAttributeKey('ExosphereEventType', 'KEYWORD_LIST'),
  eventId: defineSearchAttributeKey('ExosphereEventId', 'KEYWORD'),
};

/** Bound of `ExosphereEventType`: what a person can still read, and far below the server's size limit. */
const MAX_EVENT_TYPES = 20;
/** The server refuses a search attribute over 2,048 bytes: `limit.searchAttributesSizeOfValue`. Types are ASCII. */
const MAX_EVENT_TYPES_BYTES = 1_900;

/** Search attributes of a workflow about these events; the event's id only where there is just one. */
export function eventAttributes(namespace: string, types: string[], eventIds: string[]): SearchAttributePair[] {
  const distinct = [...new Set(types)].slice(0, MAX_EVENT_TYPES);
  while (JSON.stringify(distinct).length > MAX_EVENT_TYPES_BYTES) distinct.pop();
  const [onlyId] = eventIds;
  return [
    { key: searchAttributes.namespace, value: namespace },
    { key: searchAttributes.eventType, value: distinct },
    ...(eventIds.length === 1 && onlyId ? [{ key: searchAttributes.eventId, value: onlyId }] : []),
  ];
}

/** What a delivery's or dead letter's workflow is found by. */
export interface DeliveryLabels {
  rule_id: string;
  endpoint_id: string;
  event_type: string;
  event_id: string;
}

export function deliveryAttributes(namespace: string, labels: DeliveryLabels, status: string): SearchAttributePair[] {
  return [
    ...eventAttributes(namespace, [labels.event_type], [labels.event_id]),
    { key: searchAttributes.ruleId, value: labels.rule_id },
    { key: searchAttributes.endpointId, value: labels.endpoint_id },
    statusAttribute(status),
  ];
}

export const statusAttribute = (status: string): SearchAttributePair => ({
  key: searchAttributes.deliveryStatus,
  value: status,
});

/** Type of the failure by which the delivering activity says that the round is over; its detail is a `SettledDelivery`. */
export const exhaustedFailure = 'DeliveryExhausted';
