/** The form of an API key: `exo_<8 characters that find it>_<43 characters that prove it>`; contract §2. */

/** Crockford's base 32, as in ids: nothing in it is mistaken for something else when it is read to somebody. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const FORM = /^exo_([0-9a-z]{8})_[A-Za-z0-9_-]{43}$/;

const KEY_ID_CHARACTERS = 8;
/** 256 bits, as 43 characters of base64url. */
const SECRET_BYTES = 32;

/**
 * Makes a key.
 *
 * @param randomBytes a cryptographic source
 * @returns the key, which is shown once, and its middle part, by which it is found
 */
export function makeApiKey(randomBytes: (size: number) => Uint8Array): { key: string; keyId: string } {
  // 256 is a multiple of 32: the low 5 bits of a random byte are a uniform digit.
  const keyId = Array.from(randomBytes(KEY_ID_CHARACTERS), (byte) => ALPHABET[byte & 31]).join('');
  const secret = Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url');
  return { key: `exo_${keyId}_${secret}`, keyId };
}

/** The part by which a key is found; undefined for what is no such key. */
export const keyIdOf = (key: string): string | undefined => FORM.exec(key)?.[1];

/** What may be shown of a key afterwards: enough to recognise it, and nothing that proves it. */
export const apiKeyHint = (keyId: string): string => `exo_${keyId}_…`;
