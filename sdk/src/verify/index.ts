import { WebhookVerificationError } from './error.ts';
import type { WebhookEvent } from './event.ts';
import { readSigned, type WebhookHeaders } from './headers.ts';
import { isSigned } from './signature.ts';

export { type WebhookVerificationCode, WebhookVerificationError } from './error.ts';
export type { WebhookEvent } from './event.ts';
export type { WebhookHeaders } from './headers.ts';

export interface VerifyOptions {
  /** How far the time of signing may be from now, either way, in seconds. Default 300. A replay is refused after that. */
  toleranceSeconds?: number | undefined;
  /** The clock, or a time: a `Date`, or ms since the epoch. Default `Date.now`. */
  now?: Date | number | (() => number) | undefined;
}

/**
 * Makes sure that a request comes from the service, unchanged and lately, and reads it.
 *
 * @param rawBody the very bytes that arrived: what was parsed and written again is not what was signed
 * @param headers of the request, in any form
 * @param secret of the endpoint (`whsec_…`); several while one is being replaced
 * @returns the event
 * @throws WebhookVerificationError when the request must not be acted on
 * @throws TypeError when called wrongly: without a secret or a clock, or with a body that was parsed already
 */
export async function verify<Data = WebhookEvent['data']['event']['data']>(
  rawBody: string | Uint8Array | ArrayBuffer,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  { toleranceSeconds = 300, now = Date.now }: VerifyOptions = {},
): Promise<WebhookEvent<Data>> {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (!Array.isArray(secrets) || secrets.length === 0) throw new TypeError('verify needs the secret of the endpoint.');
  if (!(toleranceSeconds >= 0)) throw new TypeError('toleranceSeconds must be a number of seconds.');
  const body = bytesOf(rawBody);
  const signed = readSigned(headers);
  if (!(await isSigned(signed, body, secrets))) {
    const message = 'No signature matches: another secret, or the body is not as it was sent.';
    throw new WebhookVerificationError('no_matching_signature', message);
  }
  // Only now can the time be believed.
  const ageSeconds = Number(typeof now === 'function' ? now() : now) / 1000 - signed.timestampSeconds;
  if (!Number.isFinite(ageSeconds)) throw new TypeError('now must be a time: without one no replay could be told.');
  if (Math.abs(ageSeconds) > toleranceSeconds) {
    const distance = `${Math.abs(Math.round(ageSeconds))} s ${ageSeconds > 0 ? 'ago' : 'ahead'}`;
    const message = `It was signed ${distance}, and ${toleranceSeconds} s are allowed. Is this machine's clock right?`;
    throw new WebhookVerificationError(ageSeconds > 0 ? 'timestamp_too_old' : 'timestamp_too_new', message);
  }
  return eventIn(body) as WebhookEvent<Data>;
}

const encoder = new TextEncoder();

function bytesOf(rawBody: unknown): Uint8Array {
  if (typeof rawBody === 'string') return encoder.encode(rawBody);
  if (rawBody instanceof Uint8Array) return rawBody;
  // By its tag: one of another realm (a test runner's, an iframe's) is one too.
  if (Object.prototype.toString.call(rawBody) === '[object ArrayBuffer]') return new Uint8Array(rawBody as ArrayBuffer);
  if (ArrayBuffer.isView(rawBody)) return new Uint8Array(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength);
  throw new TypeError('verify needs the raw body, as text or bytes: one that was parsed is not what was signed.');
}

function eventIn(body: Uint8Array): object {
  try {
    const event: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) return event;
  } catch {
    // Said below.
  }
  throw new WebhookVerificationError('invalid_body', 'The body is signed, but it is no JSON object.');
}
