import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { RetryPolicyInput } from '../../domain/retry-policy-schema.ts';

/**
 * Where to send. `sealed*` columns hold boxes of `seal.ts`; only the column that a person may see is plain.
 * `health` is the service's verdict, `is_active` a person's choice: the two are never mixed.
 */
export const WebhookEndpoint = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoints',
  uniques: [{ name: 'webhook_endpoints_name_unique', properties: ['namespace', 'name'] }],
  indexes: [{ name: 'webhook_endpoints_list', properties: ['namespace', 'id'] }],
  checks: [
    { name: 'webhook_endpoints_namespace_check', expression: "namespace ~ '^[a-z0-9-]{1,63}$'" },
    { name: 'webhook_endpoints_kind_check', expression: "kind in ('http')" },
    { name: 'webhook_endpoints_health_check', expression: "health in ('healthy', 'failing', 'disabled')" },
    { name: 'webhook_endpoints_disabled_check', expression: "(health = 'disabled') = (disabled_reason is not null)" },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    name: p.text(),
    kind: p.text().$type<'http'>().default('http'),
    target_url: p.text(),
    sealed_target_url: p.text().nullable(),
    sealed_secret: p.text(),
    secret_hint: p.text(),
    sealed_headers: p.json<Record<string, string>>().default('{}'),
    is_active: p.boolean().default(true),
    health: p.text().$type<'healthy' | 'failing' | 'disabled'>().default('healthy'),
    disabled_reason: p.text().nullable(),
    retry_policy: p.json<RetryPolicyInput>().nullable(),
    description: p.text().nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

export type WebhookEndpoint = InferEntity<typeof WebhookEndpoint>;
