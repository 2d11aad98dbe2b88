import { WebhookVerificationError } from './error.ts';

/** Headers as a `Request`, Node, Express, Fastify, a queue or a lambda has them: in any case, values single or listed. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/** What is signed, when, and by what; read from the headers. */
export interface Signed {
  scheme: 'standard' | 'exosphere';
  /** What stands before the body in the signed text. */
  prefix: string;
  timestampSeconds: number;
  /** Of version 1; others may be there for other verifiers. */
  signatures: Uint8Array[];
}

/**
 * Reads the signature headers: Standard Webhooks' `webhook-signature` where it is there, else `X-Exosphere-Signature`. Either is
 * enough, for each covers time and body with the same secret; one is chosen, and a bad one is not made good by the other.
 *
 * @throws WebhookVerificationError `missing_header`, `malformed_header`
 */
export function readSigned(headers: WebhookHeaders): Signed {
  const standard = find(headers, 'webhook-signature');
  if (standard.length > 0) return standardWebhooks(headers, standard.join(' '));
  const exosphere = find(headers, 'x-exosphere-signature');
  if (exosphere.length > 0) return exosphereSignature(exosphere.join(','));
  const message = 'The request has neither webhook-signature nor X-Exosphere-Signature.';
  throw new WebhookVerificationError('missing_header', message);
}

function standardWebhooks(headers: WebhookHeaders, signature: string): Signed {
  const id = theOne(headers, 'webhook-id');
  const timestamp = theOne(headers, 'webhook-timestamp');
  // Several headers are joined by a comma and a space. One pass: whoever sends this has proved nothing yet.
  const parts = signature.split(/\s+/).map((part) => (part.endsWith(',') ? part.slice(0, -1) : part));
  return {
    scheme: 'standard',
    prefix: `${id}.${timestamp}.`,
    timestampSeconds: seconds(timestamp, 'webhook-timestamp'),
    signatures: valuesOf(parts, 'v1,').flatMap((base64) => fromBase64(base64) ?? []),
  };
}

function exosphereSignature(text: string): Signed {
  const pairs = text.split(',').map((pair) => pair.trim());
  const [timestamp, ...more] = valuesOf(pairs, 't=');
  if (timestamp === undefined || more.length > 0) {
    throw new WebhookVerificationError('malformed_header', 'X-Exosphere-Signature must have one t=.');
  }
  return {
    scheme: 'exosphere',
    prefix: `${timestamp}.`,
    timestampSeconds: seconds(timestamp, 'X-Exosphere-Signature'),
    signatures: valuesOf(pairs, 'v1=').flatMap((hex) => fromHex(hex) ?? []),
  };
}

const valuesOf = (pairs: string[], key: string) =>
  pairs.filter((pair) => pair.startsWith(key)).map((pair) => pair.slice(key.length));

function seconds(text: string, header: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new WebhookVerificationError('malformed_header', `${header} has no time in unix seconds.`);
}

/** Two ids or times would leave open which of them was signed. */
function theOne(headers: WebhookHeaders, name: string): string {
  const [value, ...more] = find(headers, name);
  if (value !== undefined && value !== '' && more.length === 0) return value;
  throw new WebhookVerificationError('missing_header', `webhook-signature needs ${name} beside it, once.`);
}

function find(headers: WebhookHeaders, name: string): string[] {
  if (typeof headers.get === 'function') {
    const value = headers.get(name);
    return typeof value === 'string' ? [value] : [];
  }
  return Object.entries(headers as Record<string, unknown>)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === 'string');
}

export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function fromHex(text: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2})+$/i.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}
