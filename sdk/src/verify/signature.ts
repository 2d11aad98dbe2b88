import { fromBase64, type Signed } from './headers.ts';

const encoder = new TextEncoder();

/**
 * Whether any of the signatures is of any of the secrets. The work is one HMAC for each secret, however many signatures a
 * request brings.
 *
 * @throws TypeError for a secret that is none of the service
 */
export async function isSigned(signed: Signed, body: Uint8Array, secrets: readonly string[]): Promise<boolean> {
  const prefix = encoder.encode(signed.prefix);
  const content = new Uint8Array(prefix.length + body.length);
  content.set(prefix);
  content.set(body, prefix.length);
  let isFound = false;
  for (const secret of secrets) {
    const expected = await hmac(keyOf(secret, signed.scheme), content);
    // No early end: the time taken says nothing of which secret it was, or how much of a signature was right.
    for (const signature of signed.signatures) isFound = isSame(signature, expected) || isFound;
  }
  return isFound;
}

/** Standard Webhooks signs with the bytes that the secret holds, `X-Exosphere-Signature` with its text as shown. */
function keyOf(secret: string, scheme: Signed['scheme']): Uint8Array<ArrayBuffer> {
  const bytes = typeof secret === 'string' && secret.startsWith('whsec_') ? fromBase64(secret.slice(6)) : undefined;
  if (bytes === undefined || bytes.length === 0) {
    throw new TypeError('The secret must be the endpoint’s as shown when it was made: whsec_ and base64.');
  }
  return scheme === 'standard' ? new Uint8Array(bytes) : encoder.encode(secret);
}

async function hmac(key: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, content));
}

/** In a time that depends on the lengths alone. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one[at]! ^ other[at]!;
  return difference === 0;
}
