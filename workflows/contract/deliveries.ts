import { defineSignal } from '@temporalio/workflow';

/** Workflows of deliveries, alone, in groups, sent once more, and looked at again. */

/** Workflow types by name: a workflow starts another without importing its code. */
export type DeliveryWorkflow = (input: DeliveryWorkflowInput) => Promise<SettledDelivery>;
export type DeliveryGroupWorkflow = (input: DeliveryGroupInput) => Promise<DeliveryGroupResult>;
export type RecheckWorkflow = (input: RecheckInput) => Promise<RecheckResult>;

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

/** Makes a delivery's workflow look at once whether it may still be sent, and not at its next attempt. No input. */
export const lookAgainSignal = defineSignal('look_again');
/** Asks a running recheck for another walk: something has changed since it began. No input. */
export const againSignal = defineSignal('again');
