import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** What is signed, and with which secrets. */
export interface SignatureInput {
  /** The delivery's id; it has no full stop, which delimits the signed content. */
  id: string;
  /** The attempt's time, unix seconds. */
  timestampSeconds: number;
  /** The very bytes that are sent; a string stands for its UTF-8. */
  body: Uint8Array | string;
  /** Newest first; two while a rotation's grace lasts. At least one. */
  secrets: string[];
}

/**
 * The signed headers of one attempt, in two forms over the same time and body: Standard Webhooks 1.0 (base64, keyed with
 * the bytes after `whsec_`, over `id.timestamp.body`) and Stripe's (hex, keyed with the secret's text as shown, over
 * `timestamp.body`).
 *
 * @throws RangeError without a secret: an unsigned delivery must never leave
 */
export function signatureHeaders({ id, timestampSeconds, body, secrets }: SignatureInput) {
  if (secrets.length === 0) throw new RangeError('A delivery needs at least one secret to sign it.');
  const t = String(timestampSeconds);
  const standard = secrets.map((secret) => `v1,${hmac(keyBytes(secret), `${id}.${t}.`, body).toString('base64')}`);
  const stripe = secrets.map((secret) => `v1=${hmac(secret, `${t}.`, body).toString('hex')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': t,
    'webhook-signature': standard.join(' '),
    'x-exosphere-signature': [`t=${t}`, ...stripe].join(','),
  };
}

function hmac(key: Uint8Array | string, prefix: string, body: Uint8Array | string): Buffer {
  return createHmac('sha256', key).update(prefix).update(body).digest();
}

function keyBytes(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}

/**
 * Makes a signing secret.
 *
 * @param randomBytes a cryptographic source, such as `randomBytes` of node:crypto
 * @returns `whsec_` and the base64 of 32 bytes
 */
export function makeSecret(randomBytes: (size: number) => Uint8Array): string {
  return PREFIX + Buffer.from(randomBytes(SECRET_BYTES)).toString('base64');
}

/**
 * Checks a secret that a person brings: `whsec_` and the base64 of 24 to 64 bytes (the bounds of Standard Webhooks).
 * Only canonical base64 will do, since verifiers differ in what else they decode, and so in the key.
 *
 * @returns why it cannot be used (never quoting it), or undefined when it can
 */
export function checkSecret(text: string): string | undefined {
  if (!text.startsWith(PREFIX)) return `must start with ${PREFIX}; leave it out and one is made`;
  const bytes = keyBytes(text);
  if (bytes.toString('base64') !== text.slice(PREFIX.length)) {
    return `must be standard base64 with padding after ${PREFIX}, such as the output of: openssl rand -base64 32`;
  }
  if (bytes.length < 24 || bytes.length > 64) {
    return `must hold 24 to 64 bytes after ${PREFIX}, it holds ${bytes.length}; make one with: openssl rand -base64 32`;
  }
  return undefined;
}

/** What may be shown of a secret later, to tell it from another: `whsec_…` and its last 4 characters. */
export function secretHint(secret: string): string {
  return `${PREFIX}…${secret.slice(-4)}`;
}
