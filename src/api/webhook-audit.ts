import { isDeepStrictEqual } from 'node:util';
import type { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import type { Audited } from './audit.ts';
import { presentWebhook } from './webhook-view.ts';

/* What the audit log says of an endpoint. */

export function webhookAudited(
  what: 'created' | 'updated' | 'deleted' | 'secret_rotated',
  { id, name }: WebhookEndpoint,
): Audited {
  return { action: `webhook.${what}`, target: { type: 'webhook', id, name } };
}

/** As after a creation or a rotation, whose answers alone show the secret: the entry says so, without it. */
export const shownWithSecret = (endpoint: WebhookEndpoint) => ({ ...presentWebhook(endpoint), secret_shown: true });

/** What an endpoint keeps sealed and a patch can replace, by the field's path. */
export function boxesOf({ sealed_headers, sealed_routing_key, sealed_target_url }: WebhookEndpoint) {
  const headers = Object.entries(sealed_headers).map(([name, box]) => [`headers.${name}`, box] as const);
  return new Map([...headers, ['routing_key', sealed_routing_key], ['target_url', sealed_target_url]]);
}

/**
 * `replaced`: the fields that have another value now than before. Their masks read alike, so that without it the entry
 * would show no difference.
 */
export function replacedUnseen(before: ReturnType<typeof boxesOf>, endpoint: WebhookEndpoint): { replaced?: string[] } {
  const replaced = [...boxesOf(endpoint)].flatMap(([path, box]) => {
    const old = before.get(path) ?? undefined;
    return old === undefined || isDeepStrictEqual(old, box) ? [] : [path];
  });
  return replaced.length === 0 ? {} : { replaced };
}
