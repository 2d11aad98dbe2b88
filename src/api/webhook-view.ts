import type { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import { type Boxes, MASK } from './sealed-fields.ts';

/** An endpoint as answers show it: no secret, header value, routing key or secret URL is in it. */
export function presentWebhook(endpoint: WebhookEndpoint) {
  const { id, name, kind, target_url, sealed_headers, is_active, health, disabled_reason, secret_hint } = endpoint;
  const { retry_policy, rate_limit = null, description, created_by, created_at, updated_at } = endpoint;
  const headers = maskedHeaders(sealed_headers);
  return {
    id,
    name,
    kind,
    target_url,
    headers,
    is_active,
    health,
    disabled_reason,
    secret_hint,
    retry_policy,
    rate_limit,
    description,
    created_by,
    created_at,
    updated_at,
  };
}

/** What a patch is merged into: the endpoint's writable fields as they are shown. */
export function writableOf(endpoint: WebhookEndpoint) {
  const { name, target_url, is_active, retry_policy, rate_limit = null, description } = endpoint;
  const headers = maskedHeaders(endpoint.sealed_headers);
  const routing_key = endpoint.sealed_routing_key ? { routing_key: MASK } : {};
  return { name, target_url, is_active, retry_policy, rate_limit, description, headers, ...routing_key };
}

const maskedHeaders = (boxes: Boxes) =>
  Object.fromEntries(
    Object.keys(boxes)
      .sort()
      .map((name) => [name, MASK]),
  );
