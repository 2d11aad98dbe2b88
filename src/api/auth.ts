import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { keyIdOf } from '../domain/api-key.ts';
import { allows, type RequiredScope } from '../domain/scope.ts';
import type { KeyRow } from '../store/api-key-log.ts';
import { ApiError } from './problem.ts';
import { BOOTSTRAP_KEY_ID, type Caller } from './route.ts';

/** Turns a request's headers into its caller. @throws ApiError 401, or the driver's error where PostgreSQL is away */
export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Caller>;

export interface AuthenticateDeps {
  /** The operator's key, of namespace `default`, which may do everything. */
  bootstrapKey: string | undefined;
  /** @param keyId the middle part of a key */
  find(keyId: string): Promise<KeyRow | undefined>;
  /** Hears of every request that a key of the table was good for. */
  noteUse(id: string): void;
  now: () => number;
}

/** Keys are compared by their digests in constant time, so neither length nor content can be found out by the clock. */
export function createAuthenticate({ bootstrapKey, find, noteUse, now }: AuthenticateDeps): Authenticate {
  const expected = bootstrapKey === undefined ? undefined : digestOf(bootstrapKey);
  return async (headers) => {
    const given = keyOf(headers);
    if (given === undefined)
      throw unauthorized(
        'missing_api_key',
        'Send your API key as `x-api-key: <key>` or `Authorization: Bearer <key>`.',
      );
    const digest = digestOf(given);
    if (expected !== undefined && timingSafeEqual(digest, expected)) return bootstrapCaller;
    const keyId = keyIdOf(given);
    const row = keyId === undefined ? undefined : await find(keyId);
    if (row === undefined || !timingSafeEqual(digest, Buffer.from(row.digest, 'hex'))) {
      throw unauthorized('invalid_api_key', 'This API key is not known.');
    }
    // Only whoever has the whole key is told what became of it.
    if (row.revoked_at !== null) {
      throw unauthorized(
        'api_key_revoked',
        `This API key was revoked at ${row.revoked_at.toISOString()}; use another.`,
      );
    }
    if (row.expires_at !== null && row.expires_at.getTime() <= now()) {
      throw unauthorized(
        'api_key_expired',
        `This API key expired at ${row.expires_at.toISOString()}; have another made.`,
      );
    }
    noteUse(row.id);
    return { keyId: row.id, namespace: row.namespace, scopes: row.scopes };
  };
}

const bootstrapCaller: Caller = { keyId: BOOTSTRAP_KEY_ID, namespace: 'default', scopes: ['admin'] };

/** @throws ApiError 403 that says which scope is missing */
export function requireScope({ scopes }: Caller, required: RequiredScope): void {
  if (allows(scopes, required)) return;
  throw new ApiError(
    403,
    'insufficient_scope',
    `This call needs the scope ${required}; your key has ${scopes.join(', ')}. Use a key with it.`,
    // RFC 6750, section 3.
    {
      headers: { 'www-authenticate': `Bearer realm="exosphere", error="insufficient_scope", scope="${required}"` },
    },
  );
}

function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** What is stored of a key. */
export const storedDigest = (key: string): string => digestOf(key).toString('hex');

const unauthorized = (code: string, detail: string) =>
  new ApiError(401, code, detail, { headers: { 'www-authenticate': 'Bearer realm="exosphere"' } });
