import { z } from 'zod';
import { allows } from '../domain/scope.ts';
import type { Delivery, DeliveryAttempt } from '../store/entities/delivery.ts';
import type { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import { version } from '../version.ts';
import type { Caller } from './route.ts';
import { MASK } from './sealed-fields.ts';
import { presentWebhook } from './webhook-view.ts';

export const requestSchema = z
  .object({
    method: z.literal('POST'),
    url: z.string().nullable().describe('As `GET /v1/webhooks/{id}` shows it; null without `webhooks:read`'),
    headers: z.record(z.string(), z.string()).describe('Secrets are masked; own ones not without `webhooks:read`'),
  })
  .nullable()
  .describe(
    'What the latest attempt was sent with, or the first will be, by the present settings of its endpoint, `webhook-timestamp` to a second or so; null where it is deleted',
  );

type Shown = Pick<Delivery, 'id' | 'event_type'>;

/** The request of a delivery without what proves anything: headers are not kept, but they follow from what is. */
export function presentRequest(
  { id, event_type }: Shown,
  latest: Pick<DeliveryAttempt, 'number' | 'started_at'> | undefined,
  endpoint: WebhookEndpoint | null,
  { scopes }: Pick<Caller, 'scopes'>,
): z.infer<typeof requestSchema> {
  if (endpoint === null) return null;
  const { target_url, headers } = presentWebhook(endpoint);
  const isShown = allows(scopes, 'webhooks:read');
  const timestamp = latest && { 'webhook-timestamp': String(Math.floor(latest.started_at.getTime() / 1_000)) };
  return {
    method: 'POST',
    url: isShown ? target_url : null,
    headers: {
      ...(isShown ? headers : {}),
      'content-type': 'application/json',
      'user-agent': `Exosphere-Alerts/${version}`,
      'webhook-id': id,
      ...timestamp,
      'webhook-signature': MASK,
      'x-exosphere-signature': MASK,
      'x-exosphere-event': event_type,
      'x-exosphere-delivery': id,
      'x-exosphere-attempt': String(latest?.number ?? 1),
    },
  };
}
