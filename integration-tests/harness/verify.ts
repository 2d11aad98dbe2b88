import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import type { Received } from './receiver.ts';

/** The headers of a request, as the verifiers take them. */
export const headersOf = (request: Received) => request.headers as Record<string, string>;

/** Both official verifiers, by one secret. @throws Error when either refuses the request */
export function verify(request: Received, secret: string): void {
  new Webhook(secret).verify(request.text, headersOf(request));
  Stripe.webhooks.constructEvent(request.text, headersOf(request)['x-exosphere-signature'] as string, secret);
}
