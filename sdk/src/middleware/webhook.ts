import { safely } from '../teller.ts';
import {
  type VerifyOptions,
  verify,
  type WebhookEvent,
  type WebhookHeaders,
  WebhookVerificationError,
} from '../verify/index.ts';

/** What all middlewares have in common. */
export interface WebhookOptions extends VerifyOptions {
  /** Of the endpoint (`whsec_…`); several while one is being replaced. */
  secret: string | readonly string[];
  /** Told why a request was refused, for your log: the sender is told the code alone. */
  onRejected?: ((error: WebhookVerificationError) => void) | undefined;
}

/** The service sends less; whoever sends more is somebody else. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** The answer to a request that must not be acted on. */
export interface Rejection {
  status: 400 | 401 | 413;
  /** JSON. */
  body: string;
}

export const TOO_LARGE: Rejection = { status: 413, body: '{"code":"too_large"}' };

/**
 * What of a request is to be acted on, or the answer to it.
 *
 * @throws TypeError for a wrong option: that is nobody's fault but the receiver's own
 */
export async function admit(
  rawBody: string | Uint8Array,
  headers: WebhookHeaders,
  { secret, onRejected, ...options }: WebhookOptions,
): Promise<{ event: WebhookEvent } | { rejection: Rejection }> {
  const length = typeof rawBody === 'string' ? rawBody.length : rawBody.byteLength;
  if (length > MAX_BODY_BYTES) return { rejection: TOO_LARGE };
  try {
    return { event: await verify(rawBody, headers, secret, options) };
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    if (onRejected) safely(() => onRejected(error));
    return { rejection: { status: error.status, body: JSON.stringify({ code: error.code }) } };
  }
}

/** The chunks of a body, one behind the other. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
