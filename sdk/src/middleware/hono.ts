import type { MiddlewareHandler } from 'hono';
import type { WebhookEvent } from '../verify/index.ts';
import { readWebBody, rejectionResponse } from './web-body.ts';
import { admit, TOO_LARGE, type WebhookOptions } from './webhook.ts';

export type { WebhookOptions } from './webhook.ts';

/**
 * Middleware for Hono: lets verified requests through, with the event as `c.get('webhook')`.
 *
 * @example
 * app.post('/hooks/exosphere', verifyWebhook({ secret }), (c) => {
 *   console.log(c.get('webhook').data.alert.summary);
 *   return c.body(null, 204);
 * });
 */
export function verifyWebhook(options: WebhookOptions): MiddlewareHandler<{ Variables: { webhook: WebhookEvent } }> {
  return async (c, next) => {
    // Whoever read it before did so through Hono, which keeps it.
    const body = c.req.raw.bodyUsed ? new Uint8Array(await c.req.arrayBuffer()) : await readWebBody(c.req.raw);
    const admitted = body === undefined ? { rejection: TOO_LARGE } : await admit(body, c.req.raw.headers, options);
    if ('rejection' in admitted) return rejectionResponse(admitted.rejection);
    // `c.req.json()` and its like go on working: Hono keeps promises there, whatever its types say.
    if (body !== undefined) c.req.bodyCache.arrayBuffer ??= Promise.resolve(body.buffer) as never;
    c.set('webhook', admitted.event);
    await next();
    return undefined;
  };
}
