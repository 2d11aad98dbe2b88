import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Severity } from '../../domain/rule.ts';
import { tenancy } from '../tenancy.ts';

export type AlertStatus = 'firing' | 'resolved';

/**
 * A stateful rule firing for one key, from its first message to its last. `held_reason` says why its firing was not sent;
 * then its resolution is not sent either. `told_endpoint_ids` are those that its firing was sent to: whom the rule tells by
 * now may be others, but who heard of it is to hear that it is over. What it said is copied, so that history reads after the rule is gone.
 */
export const AlertEntity = defineEntity({
  name: 'Alert',
  tableName: 'alerts',
  ...tenancy,
  indexes: [
    { name: 'alerts_list', properties: ['namespace', 'id'] },
    { name: 'alerts_by_status', properties: ['namespace', 'status', 'id'] },
    { name: 'alerts_by_rule', properties: ['namespace', 'rule_id', 'id'] },
  ],
  checks: [
    { name: 'alerts_status_check', expression: "status in ('firing', 'resolved')" },
    { name: 'alerts_resolved_check', expression: "(status = 'resolved') = (resolved_at is not null)" },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    rule_id: p.text(),
    rule_name: p.text(),
    rule_revision: p.integer(),
    key_digest: p.text(),
    key_text: p.text(),
    dedup_key: p.text(),
    status: p.text().$type<AlertStatus>().default('firing'),
    severity: p.text().$type<Severity>(),
    summary: p.text(),
    value: p.double().$type<number>().nullable(),
    threshold: p.double().$type<number>().nullable(),
    event_ref: p.text().nullable(),
    event_id: p.text().nullable(),
    event_type: p.text().nullable(),
    started_at: p.datetime(3),
    fired_at: p.datetime(3),
    resolved_at: p.datetime(3).nullable(),
    resolve_reason: p.text().nullable(),
    held_reason: p.text().nullable(),
    told_endpoint_ids: p.array().columnType('text[]').nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

export type AlertRow = InferEntity<typeof AlertEntity>;
