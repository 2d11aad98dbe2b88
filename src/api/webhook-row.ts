import type { z } from 'zod';
import { secretHint } from '../domain/signature.ts';
import { endpointPlace } from '../store/sealed-place.ts';
import type { Caller } from './route.ts';
import { sealHeaders, sealRoutingKey, sealUrl } from './sealed-fields.ts';
import type { webhookCreateSchema } from './webhook-fields.ts';
import type { WebhookDeps } from './webhooks.ts';

type Deps = Pick<WebhookDeps, 'sealer' | 'newId' | 'now'> & { caller: Caller };

/** The row of a new endpoint: what is secret in its body is sealed. */
export function newEndpoint(
  body: z.infer<ReturnType<typeof webhookCreateSchema>>,
  secret: string,
  { sealer, newId, now, caller }: Deps,
) {
  const id = newId('we');
  const at = new Date(now());
  const { name, kind, is_active, retry_policy, rate_limit, description } = body;
  return {
    id,
    namespace: caller.namespace,
    name,
    kind,
    ...sealUrl(sealer, { id, kind }, body.target_url),
    sealed_routing_key: sealRoutingKey(sealer, id, body.routing_key),
    sealed_secret: sealer.seal(secret, endpointPlace.secret(id)),
    secret_hint: secretHint(secret),
    sealed_headers: sealHeaders(sealer, id, body.headers, {}),
    is_active,
    health: 'healthy' as const,
    disabled_reason: null,
    retry_policy,
    rate_limit,
    description,
    created_by: caller.keyId,
    created_at: at,
    updated_at: at,
  };
}
