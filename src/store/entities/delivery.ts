import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { WaitsFor } from '../../domain/gate.ts';
import type { AttemptOutcome } from '../../domain/outcome.ts';
import type { RetryPolicyInput } from '../../domain/retry-policy-schema.ts';
import { tenancy } from '../tenancy.ts';

/** The endpoint's and the rule's retry policy when the round began: an edit applies from the next round. */
export type RetryLayers = [endpoint: RetryPolicyInput | null, rule: RetryPolicyInput | null];

export type DeliveryStatus =
  | 'pending'
  | 'retrying'
  | 'succeeded'
  | 'dead_lettered'
  | 'discarded'
  | 'skipped'
  | 'suppressed';

/**
 * One alert to one endpoint. It holds all that an attempt needs but the endpoint's and rule's present settings;
 * `body` is the very text that is signed and sent, but for a routing key: that is masked in it, and put in for each
 * attempt. Names are copied so that history reads after a deletion.
 *
 * `exhausted_reason` is set in the same statement that records a round's last attempt: whoever repeats the
 * round's work after a crash sees it and does not send again. `round_base` is the number of attempts before the round,
 * and of those in it that our own stop cut off: neither count towards `maximum_attempts`.
 * `message_key` is the incident's that it is a message of (a stateful alert's dedup key): those go out in their order.
 * `waits_for` says what put `next_attempt_at` off where it was not the retry policy.
 */
export const Delivery = defineEntity({
  name: 'Delivery',
  tableName: 'deliveries',
  ...tenancy,
  indexes: [
    { name: 'deliveries_list', properties: ['namespace', 'id'] },
    { name: 'deliveries_by_status', properties: ['namespace', 'status', 'id'] },
    { name: 'deliveries_by_endpoint', properties: ['namespace', 'endpoint_id', 'id'] },
    { name: 'deliveries_by_rule', properties: ['namespace', 'rule_id', 'id'] },
    { name: 'deliveries_by_event_type', properties: ['namespace', 'event_type', 'id'] },
    { name: 'deliveries_by_event', properties: ['namespace', 'event_ref', 'id'] },
    { name: 'deliveries_by_event_id', properties: ['namespace', 'event_id', 'id'] },
    {
      // What of an incident's messages is still under way: the later ones wait for it.
      name: 'deliveries_in_order',
      expression:
        'create index "deliveries_in_order" on "deliveries" ("message_key", "endpoint_id", "id") where "message_key" is not null and "status" in (\'pending\', \'retrying\')',
    },
    {
      // The sweep asks for those of looks that nobody has begun to make.
      name: 'deliveries_unbegun',
      expression:
        'create index "deliveries_unbegun" on "deliveries" ("id") where "created_by" = \'alerts\' and "status" = \'pending\' and "attempts" = 0',
    },
  ],
  checks: [
    { name: 'deliveries_namespace_check', expression: "namespace ~ '^[a-z0-9-]{1,63}$'" },
    {
      name: 'deliveries_status_check',
      expression:
        "status in ('pending', 'retrying', 'succeeded', 'dead_lettered', 'discarded', 'skipped', 'suppressed')",
    },
    {
      name: 'deliveries_reason_check',
      expression: "reason is not null or status in ('pending', 'retrying', 'succeeded', 'discarded')",
    },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    event_ref: p.text(),
    event_id: p.text(),
    event_source: p.text(),
    event_type: p.text(),
    alert_id: p.text(),
    message_key: p.text().nullable(),
    rule_id: p.text(),
    rule_name: p.text(),
    rule_revision: p.integer(),
    endpoint_id: p.text(),
    endpoint_name: p.text(),
    status: p.text().$type<DeliveryStatus>().default('pending'),
    reason: p.text().nullable(),
    body: p.text(),
    retry_layers: p.json<RetryLayers>().nullable(),
    attempts: p.integer().default(0),
    round: p.integer().default(1),
    round_base: p.integer().default(0),
    round_started_at: p.datetime(3),
    by_person: p.boolean().default(false),
    exhausted_reason: p.text().nullable(),
    next_attempt_at: p.datetime(3).nullable(),
    waits_for: p.text().$type<WaitsFor>().nullable(),
    last_status_code: p.integer().nullable(),
    last_error: p.text().nullable(),
    completed_at: p.datetime(3).nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

export type Delivery = InferEntity<typeof Delivery>;

/**
 * One POST. The row is written before the request leaves, so that a crash leaves evidence and
 * `(delivery_id, number)` lets no two attempts of one number start. `outcome` is null while in flight; `created_by` is
 * the process that makes it, by the name of its lease; `says_gone` that the answer was meant for good.
 */
export const DeliveryAttempt = defineEntity({
  name: 'DeliveryAttempt',
  tableName: 'delivery_attempts',
  ...tenancy,
  primaryKeys: ['delivery_id', 'number'],
  checks: [
    { name: 'delivery_attempts_number_check', expression: 'number >= 1' },
    { name: 'delivery_attempts_finished_check', expression: '(outcome is null) = (duration_ms is null)' },
  ],
  properties: {
    delivery_id: p.text().primary(),
    number: p.integer().primary(),
    namespace: p.text(),
    started_at: p.datetime(3),
    deadline_at: p.datetime(3),
    duration_ms: p.integer().nullable(),
    status_code: p.integer().nullable(),
    outcome: p.text().$type<AttemptOutcome>().nullable(),
    error: p.text().nullable(),
    response_excerpt: p.text().nullable(),
    says_gone: p.boolean().default(false),
    workflow_id: p.text(),
    workflow_run_id: p.text(),
    created_by: p.text(),
  },
});

export type DeliveryAttempt = InferEntity<typeof DeliveryAttempt>;

export type DeadLetterStatus = 'waiting' | 'in_round' | 'succeeded' | 'discarded' | 'skipped';

/**
 * A delivery whose retries are exhausted. `delivery` is a copy of its row: a dead letter waits until a person acts,
 * longer perhaps than the delivery's own retention, and then must still be able to send.
 */
export const DeadLetter = defineEntity({
  name: 'DeadLetter',
  tableName: 'dead_letters',
  ...tenancy,
  indexes: [
    { name: 'dead_letters_list', properties: ['namespace', 'status', 'delivery_id'] },
    { name: 'dead_letters_by_endpoint', properties: ['namespace', 'endpoint_id', 'delivery_id'] },
    { name: 'dead_letters_by_rule', properties: ['namespace', 'rule_id', 'delivery_id'] },
  ],
  checks: [
    {
      name: 'dead_letters_status_check',
      expression: "status in ('waiting', 'in_round', 'succeeded', 'discarded', 'skipped')",
    },
  ],
  properties: {
    delivery_id: p.text().primary(),
    namespace: p.text(),
    endpoint_id: p.text(),
    rule_id: p.text(),
    event_id: p.text(),
    event_type: p.text(),
    status: p.text().$type<DeadLetterStatus>().default('waiting'),
    reason: p.text(),
    last_error: p.text().nullable(),
    rounds: p.integer().default(1),
    parked_at: p.datetime(3),
    closed_at: p.datetime(3).nullable(),
    closed_reason: p.text().nullable(),
    delivery: p.json<Record<string, unknown>>(),
    // Of the copy: as they were called then.
    endpoint_name: p.text().formula((columns) => `${columns.delivery} ->> 'endpoint_name'`),
    rule_name: p.text().formula((columns) => `${columns.delivery} ->> 'rule_name'`),
    created_by: p.text(),
    created_at: p.datetime(3),
  },
});

export type DeadLetter = InferEntity<typeof DeadLetter>;
