import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Decision } from '../../domain/rule.ts';
import { tenancy } from '../tenancy.ts';

/**
 * A recorded event. `data` and `extensions` are JSON text, not `jsonb`: large integers and member order stay as received.
 * `rejected` ones entered by Temporal alone and did not pass validation; their `data` is what arrived.
 * No unique key but the time-sortable primary one: `event_keys` is the idempotency memory, so that this table
 * can be partitioned by time.
 */
export const Event = defineEntity({
  name: 'Event',
  tableName: 'events',
  ...tenancy,
  indexes: [
    { name: 'events_list', properties: ['namespace', 'id'] },
    { name: 'events_by_event_id', properties: ['namespace', 'event_id'] },
    { name: 'events_by_type', properties: ['namespace', 'type', 'id'] },
  ],
  checks: [
    { name: 'events_namespace_check', expression: "namespace ~ '^[a-z0-9-]{1,63}$'" },
    { name: 'events_status_check', expression: "status in ('recorded', 'rejected')" },
    { name: 'events_rejected_check', expression: "(status = 'rejected') = (reason is not null)" },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    event_id: p.text(),
    source: p.text(),
    type: p.text(),
    subject: p.text().nullable(),
    time: p.datetime(3),
    received_at: p.datetime(3),
    data: p.text(),
    extensions: p.text().default('{}'),
    status: p.text().$type<'recorded' | 'rejected'>().default('recorded'),
    reason: p.text().nullable(),
    decisions: p.json<Decision[]>().default('[]'),
    workflow_id: p.text(),
    workflow_run_id: p.text(),
    created_by: p.text(),
    created_at: p.datetime(3),
  },
});

export type Event = InferEntity<typeof Event>;

/** The idempotency memory: one row for each (source, id) of a namespace, kept for a window of its own. */
export const EventKey = defineEntity({
  name: 'EventKey',
  tableName: 'event_keys',
  ...tenancy,
  primaryKeys: ['namespace', 'digest'],
  indexes: [{ name: 'event_keys_expiry', properties: ['created_at'] }],
  properties: {
    namespace: p.text().primary(),
    digest: p.text().primary(),
    content_digest: p.text(),
    event_ref: p.text(),
    workflow_run_id: p.text(),
    created_by: p.text(),
    created_at: p.datetime(3),
  },
});
