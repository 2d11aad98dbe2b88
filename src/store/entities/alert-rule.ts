import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Notify, Resolve, Trigger } from '../../domain/alerting/trigger-schema.ts';
import type { RetryPolicyInput } from '../../domain/retry-policy-schema.ts';
import type { Severity } from '../../domain/rule.ts';
import { tenancy } from '../tenancy.ts';

/**
 * Which events to tell whom about. `revision` counts the changes of meaning: compiled conditions are cached by it,
 * and every decision names it. `meaning` is the digest of what a state depends on, `watched_types` are all types that any
 * part of the rule looks at. `health_message` says why a rule is degraded.
 */
export const AlertRule = defineEntity({
  name: 'AlertRule',
  tableName: 'alert_rules',
  ...tenancy,
  uniques: [{ name: 'alert_rules_name_unique', properties: ['namespace', 'name'] }],
  indexes: [
    { name: 'alert_rules_list', properties: ['namespace', 'id'] },
    // The matcher asks for the active rules of any of a list of event types.
    { name: 'alert_rules_watched_types', properties: ['watched_types'], type: 'gin' },
    { name: 'alert_rules_endpoint_ids', properties: ['webhook_endpoint_ids'], type: 'gin' },
  ],
  checks: [
    { name: 'alert_rules_namespace_check', expression: "namespace ~ '^[a-z0-9-]{1,63}$'" },
    { name: 'alert_rules_severity_check', expression: "severity in ('critical', 'error', 'warning', 'info')" },
    { name: 'alert_rules_health_check', expression: "health in ('ok', 'degraded')" },
    { name: 'alert_rules_revision_check', expression: 'revision >= 1' },
    { name: 'alert_rules_watched_types_check', expression: 'cardinality(watched_types) >= 1' },
    { name: 'alert_rules_endpoint_ids_check', expression: 'cardinality(webhook_endpoint_ids) >= 1' },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    name: p.text(),
    event_types: p.array().columnType('text[]'),
    condition: p.text().nullable(),
    webhook_endpoint_ids: p.array().columnType('text[]'),
    is_active: p.boolean().default(true),
    severity: p.text().$type<Severity>().default('error'),
    trigger: p.json<Trigger>().default('{"kind":"event"}'),
    resolve: p.json<Resolve>().nullable(),
    notify: p.json<Notify>().nullable(),
    watched_types: p.array().columnType('text[]'),
    meaning: p.text().default(''),
    retry_policy: p.json<RetryPolicyInput>().nullable(),
    description: p.text().nullable(),
    revision: p.integer().default(1),
    health: p.text().$type<'ok' | 'degraded'>().default('ok'),
    health_message: p.text().nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

export type AlertRule = InferEntity<typeof AlertRule>;
