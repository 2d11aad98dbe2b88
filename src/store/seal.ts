import { createCipheriv, createDecipheriv, randomBytes as cryptoRandomBytes } from 'node:crypto';

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** The IV and tag sizes that NIST SP 800-38D recommends for GCM. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Where a box is kept. It opens nowhere else: one copied to another row or column is refused. */
export interface Place {
  table: string;
  row: string;
  column: string;
}

export interface SealKey {
  id: string;
  bytes: Buffer;
}

/** Seals and opens secrets kept in PostgreSQL. */
export interface Sealer {
  /** Gives a box, `v1.<key id>.<base64url of IV, cipher text and tag>`; another one each time. */
  seal(plain: string, place: Place): string;
  /** Gives the plain text back. @throws SealError when the box cannot be opened */
  open(box: string, place: Place): string;
  /** The key that seals; boxes of other keys are due for sealing anew. */
  currentKeyId: string;
}

/** A box or keyring cannot be used. The message never has plain text, key or box in it. */
export class SealError extends Error {
  override name = 'SealError';
  readonly code: 'bad_keyring' | 'bad_box' | 'unknown_key' | 'refused';
  constructor(code: SealError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Seals with AES-256-GCM; table, row and column are associated data.
 *
 * @param keyring `kid:base64[,older…]` (EXOSPHERE_ENCRYPTION_KEYS): the first key seals, all of them open
 * @param randomBytes a cryptographic source for the IVs; a repeated IV would break the cipher
 * @throws SealError when the keyring is wrong
 */
export function createSealer(keyring: string, randomBytes: (size: number) => Uint8Array = cryptoRandomBytes): Sealer {
  const keys = parseKeyring(keyring);
  const current = keys[0]!;
  const byId = new Map(keys.map((key) => [key.id, key.bytes]));

  return {
    currentKeyId: current.id,

    seal(plain, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, current.bytes, iv).setAAD(associatedData(place));
      const sealed = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${current.id}.${sealed.toString('base64url')}`;
    },

    open(box, place) {
      const { keyId, sealed } = parseBox(box, place);
      const key = byId.get(keyId);
      if (!key) {
        throw new SealError(
          'unknown_key',
          `${name(place)} is sealed with the key "${keyId}", which is not in EXOSPHERE_ENCRYPTION_KEYS: add it there, after the current one.`,
        );
      }
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(associatedData(place))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        return decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new SealError(
          'refused',
          `${name(place)} does not open with the key "${keyId}": it was changed, moved from another row, or the key has other bytes now. Restore the key or enter the secret anew.`,
          { cause },
        );
      }
    },
  };
}

/** The name of the key that sealed a box; undefined where it is none. */
export const keyIdOf = (box: string): string | undefined => BOX.exec(box)?.[1];

const BOX = /^v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]+)$/;

function parseBox(box: string, place: Place): { keyId: string; sealed: Buffer } {
  const match = BOX.exec(box);
  const sealed = Buffer.from(match?.[2] ?? '', 'base64url');
  if (!match || sealed.length < IV_BYTES + TAG_BYTES) {
    throw new SealError('bad_box', `${name(place)} is not a sealed value of form ${VERSION}: enter the secret anew.`);
  }
  return { keyId: match[1]!, sealed };
}

/** JSON, because a plain join would make ("a", "bc") and ("ab", "c") the same place. */
function associatedData({ table, row, column }: Place): Buffer {
  return Buffer.from(JSON.stringify([table, row, column]));
}

function name({ table, row, column }: Place): string {
  return `${table}.${column} of ${row}`;
}

/**
 * Reads a keyring.
 *
 * @param text `kid:base64[,older…]`: names of 1 to 32 of `A-Z a-z 0-9 _ -`, each with the base64 of 32 bytes
 * @returns at least one key, the sealing one first
 * @throws SealError saying which entry is wrong and what to do, without any key
 */
export function parseKeyring(text: string): SealKey[] {
  const keys = text.split(',').map((entry, index) => parseKey(entry.trim(), index + 1));
  const repeated = keys.find((key, index) => keys.findIndex((other) => other.id === key.id) !== index);
  if (repeated) {
    throw new SealError('bad_keyring', `Two keys are called "${repeated.id}": give every key a name of its own.`);
  }
  return keys;
}

function parseKey(entry: string, position: number): SealKey {
  const match = /^([A-Za-z0-9_-]{1,32}):(.*)$/.exec(entry);
  if (!match) {
    throw new SealError(
      'bad_keyring',
      `Key ${position} is not name:base64 with a name of 1 to 32 letters, digits, _ or -: make one with: echo k1:$(openssl rand -base64 32)`,
    );
  }
  const [, id, base64] = match as unknown as [string, string, string];
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== base64) {
    throw new SealError(
      'bad_keyring',
      `Key ${position} ("${id}") is not the base64 of exactly ${KEY_BYTES} bytes: make one with: openssl rand -base64 32`,
    );
  }
  return { id, bytes };
}
