import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { type ChannelKind, channelKinds } from '../../domain/channel-kind.ts';
import type { RetryPolicyInput } from '../../domain/retry-policy-schema.ts';
import { tenancy } from '../tenancy.ts';

/**
 * Where to send. `sealed*` columns hold boxes of `seal.ts`; only the column that a person may see is plain.
 * A previous secret signs beside the present one until its time is over. `health` is the service's verdict, `is_active` a person's choice: the two are never mixed.
 */
export const WebhookEndpoint = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoints',
  ...tenancy,
  uniques: [{ name: 'webhook_endpoints_name_unique', properties: ['namespace', 'name'] }],
  indexes: [{ name: 'webhook_endpoints_list', properties: ['namespace', 'id'] }],
  checks: [
    { name: 'webhook_endpoints_namespace_check', expression: "namespace ~ '^[a-z0-9-]{1,63}$'" },
    {
      name: 'webhook_endpoints_kind_check',
      expression: `kind in (${channelKinds.map((kind) => `'${kind}'`).join(', ')})`,
    },
    { name: 'webhook_endpoints_health_check', expression: "health in ('healthy', 'failing', 'disabled')" },
    {
      name: 'webhook_endpoints_previous_secret_check',
      expression: '(sealed_previous_secret is null) = (previous_secret_until is null)',
    },
    { name: 'webhook_endpoints_disabled_check', expression: "(health = 'disabled') = (disabled_reason is not null)" },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    name: p.text(),
    kind: p.text().$type<ChannelKind>().default('http'),
    target_url: p.text(),
    sealed_target_url: p.text().nullable(),
    sealed_routing_key: p.text().nullable(),
    sealed_secret: p.text(),
    sealed_previous_secret: p.text().nullable(),
    previous_secret_until: p.datetime(3).nullable(),
    secret_hint: p.text(),
    sealed_headers: p.json<Record<string, string>>().default('{}'),
    is_active: p.boolean().default(true),
    health: p.text().$type<'healthy' | 'failing' | 'disabled'>().default('healthy'),
    disabled_reason: p.text().nullable(),
    retry_policy: p.json<RetryPolicyInput>().nullable(),
    rate_limit: p.json<{ per_second: number }>().nullable(),
    description: p.text().nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

export type WebhookEndpoint = InferEntity<typeof WebhookEndpoint>;
