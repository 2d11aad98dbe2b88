import type { WebhookHeaders } from '../verify/index.ts';
import { joined, MAX_BODY_BYTES } from './webhook.ts';

/** What is needed of a request on Node's http. */
export interface RawRequest {
  headers: Extract<WebhookHeaders, { readonly [name: string]: unknown }>;
  body?: unknown;
  rawBody?: unknown;
  readableDidRead?: boolean;
  destroyed?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: what the listeners of a stream get, as Node declares it.
  on(event: string, listener: (...values: any[]) => void): unknown;
  pause(): unknown;
}

const BROKEN_OFF = 'The request was broken off.';
const READ_BEFORE =
  'verifyWebhook needs the raw body, and a parser before it has not kept it. Mount it in front of express.json(), put ' +
  "express.raw({ type: 'application/json' }) on its route, or keep the bytes: " +
  'express.json({ verify: (req, _, bytes) => { req.rawBody = bytes; } }).';

/**
 * The bytes of a request, whoever has read them; undefined: there are more than allowed.
 *
 * @throws Error when they are gone, with what to do about it
 */
export async function readNodeBody(request: RawRequest): Promise<Uint8Array | string | undefined> {
  for (const kept of [request.rawBody, request.body]) {
    if (typeof kept === 'string' || kept instanceof Uint8Array) return kept;
  }
  // A parser that does not care for this type of content leaves `{}` behind, and the body unread.
  const isUnread =
    request.readableDidRead === false || (request.readableDidRead === undefined && request.body === undefined);
  if (!isUnread) throw new Error(READ_BEFORE);
  // Its `close` has been before, and nothing else would come.
  if (request.destroyed) throw new Error(BROKEN_OFF);
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    request.on('data', (chunk: Uint8Array | string) => {
      // Somebody has called `setEncoding`: what the bytes were is not known any more.
      if (typeof chunk === 'string') return reject(new Error(READ_BEFORE));
      length += chunk.byteLength;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
      else if (length - chunk.byteLength <= MAX_BODY_BYTES) {
        request.pause();
        resolve(undefined);
      }
    });
    request.on('end', () => resolve(joined(chunks)));
    request.on('error', reject);
    // An `end` has been there before, if the body was complete: then this changes nothing.
    request.on('close', () => reject(new Error(BROKEN_OFF)));
  });
}
