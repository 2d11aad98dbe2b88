import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { WebhookEvent } from '../verify/index.ts';
import { admit, MAX_BODY_BYTES, type WebhookOptions } from './webhook.ts';

export type { WebhookOptions } from './webhook.ts';

export interface FastifyWebhookOptions extends WebhookOptions {
  /** The path of the route, such as `/hooks/exosphere`. */
  url: string;
  /** What is done for a verified event. Without an answer of its own the answer is 204. */
  handler: (event: WebhookEvent, request: FastifyRequest, reply: FastifyReply) => unknown;
}

/**
 * A plugin for Fastify: adds the route. It reads the raw body in its own scope; other routes parse theirs as before.
 *
 * @example
 * await app.register(exosphereWebhook, {
 *   url: '/hooks/exosphere',
 *   secret: process.env.WEBHOOK_SECRET ?? '',
 *   handler: async (event) => page(event.data.alert.summary),
 * });
 */
export const exosphereWebhook: FastifyPluginAsync<FastifyWebhookOptions> = async (
  scope,
  { url, handler, ...options },
) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  scope.post(url, { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const admitted = await admit((request.body as Uint8Array | undefined) ?? '', request.headers, options);
    if ('rejection' in admitted) {
      const { status, body } = admitted.rejection;
      return reply.code(status).type('application/json').send(body);
    }
    const answer = await handler(admitted.event, request, reply);
    if (reply.sent) return reply;
    return answer === undefined ? reply.code(204).send() : answer;
  });
};
