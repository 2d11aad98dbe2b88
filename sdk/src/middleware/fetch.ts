import type { WebhookEvent } from '../verify/index.ts';
import { readWebBody, rejectionResponse } from './web-body.ts';
import { admit, TOO_LARGE, type WebhookOptions } from './webhook.ts';

export type { WebhookOptions } from './webhook.ts';

/**
 * A handler for whatever has `(request: Request) => Response`: Next.js, Cloudflare Workers, Deno, Bun. It must get the request
 * with its body unread.
 *
 * @example
 * export const POST = webhookHandler({ secret: process.env.WEBHOOK_SECRET ?? '' }, async (event) => {
 *   await page(event.data.alert.summary);
 * });
 *
 * @param handle what is done for a verified event; without an answer of its own the answer is 204. Further arguments are passed on
 */
export function webhookHandler<More extends unknown[] = []>(
  options: WebhookOptions,
  handle: (event: WebhookEvent, request: Request, ...more: More) => unknown,
): (request: Request, ...more: More) => Promise<Response> {
  return async (request, ...more) => {
    if (request.bodyUsed) throw new TypeError('webhookHandler needs the raw body, and it was read before.');
    const body = await readWebBody(request);
    const admitted = body === undefined ? { rejection: TOO_LARGE } : await admit(body, request.headers, options);
    if ('rejection' in admitted) return rejectionResponse(admitted.rejection);
    const answer = await handle(admitted.event, request, ...more);
    // By what it has, not by its class: frameworks bring a Response of their own.
    return isResponse(answer) ? answer : new Response(null, { status: 204 });
  };
}

const isResponse = (value: unknown): value is Response =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Response>).arrayBuffer === 'function';
