import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { keyIdOf } from '../domain/api-key.ts';
import { allows, type RequiredScope } from '../domain/scope.ts';
import type { KeyRow } from '../store/api-key-log.ts';
import { ApiError } from './problem.ts';
import { BOOTSTRAP_KEY_ID, type Caller } from './route.ts';
import { requireSameOrigin, type Sent } from './same-origin.ts';
import { sessionCookieOf } from './session-cookie.ts';
import { isCsrfTokenOf, SESSION_MS, type Session, type SessionTokens } from './session-token.ts';

/** Turns a request into its caller. @throws ApiError 401 or 403, or the driver's error where PostgreSQL is away */
export type Authenticate = (sent: Sent) => Promise<Caller>;

/** A session that was begun: its caller, and the text of its cookie. */
export interface Begun {
  caller: Caller & { session: Session };
  box: string;
}

export interface Authentication {
  authenticate: Authenticate;
  /** Exchanges an API key for a session. @throws ApiError 401, as a request with that key */
  signIn(key: string): Promise<Begun>;
}

export interface AuthenticateDeps {
  /** The operator's key, of namespace `default`, which may do everything. */
  bootstrapKey: string | undefined;
  /** @param keyId the middle part of a key */
  find(keyId: string): Promise<KeyRow | undefined>;
  tokens: SessionTokens;
  /** Hears of every request that a key of the table was good for. */
  noteUse(id: string): void;
  now: () => number;
}

/** A key's digest, and by what it is found; null: only as the operator's. */
interface Claim {
  keyId: string | null;
  digest: Buffer;
}

/** Keys are compared by their digests in constant time, so neither length nor content can be found out by the clock. */
export function createAuthentication({ bootstrapKey, find, tokens, noteUse, now }: AuthenticateDeps): Authentication {
  const expected = bootstrapKey === undefined ? undefined : digestOf(bootstrapKey);
  return {
    async authenticate(sent) {
      const given = keyOf(sent.headers);
      if (given !== undefined) return (await ownerOf(claimOf(given))).caller;
      const box = sessionCookieOf(sent.headers, sent.secure);
      if (box !== undefined) return ofSession(box, sent);
      throw unauthorized(
        'missing_api_key',
        'Send your API key as `x-api-key: <key>` or `Authorization: Bearer <key>`.',
      );
    },
    async signIn(key) {
      const claim = claimOf(key);
      const { caller, keyId, expiresAt } = await ownerOf(claim);
      const session = {
        keyId,
        digest: claim.digest.toString('hex'),
        expiresAt: Math.min(now() + SESSION_MS, expiresAt),
      };
      const made = tokens.make(session);
      return { caller: { ...caller, session: made.session }, box: made.box };
    },
  };

  /** A session is as good as the key that it was begun with, which is looked up each time. */
  async function ofSession(box: string, sent: Sent): Promise<Caller> {
    const session = tokens.open(box);
    if (session === undefined) throw unauthorized('invalid_session', `This session is not known; ${SIGN_IN}`);
    if (session.expiresAt <= now()) throw unauthorized('session_expired', `This session has expired; ${SIGN_IN}`);
    const { caller } = await ownerOf({ keyId: session.keyId, digest: Buffer.from(session.digest, 'hex') });
    if (sent.method !== 'GET' && sent.method !== 'HEAD') requireOwnPage(session, sent);
    return { ...caller, session };
  }

  async function ownerOf({
    keyId,
    digest,
  }: Claim): Promise<{ caller: Caller; keyId: string | null; expiresAt: number }> {
    if (expected !== undefined && timingSafeEqual(digest, expected)) {
      return { caller: bootstrapCaller, keyId: null, expiresAt: Number.POSITIVE_INFINITY };
    }
    const row = keyId === null ? undefined : await find(keyId);
    if (row === undefined || !timingSafeEqual(digest, Buffer.from(row.digest, 'hex'))) {
      throw unauthorized('invalid_api_key', 'This API key is not known: check that it was copied whole.');
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
    const caller = { keyId: row.id, namespace: row.namespace, scopes: row.scopes };
    return { caller, keyId, expiresAt: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY };
  }
}

const SIGN_IN = 'sign in again with your API key (`POST /v1/session`).';

const claimOf = (key: string): Claim => ({ keyId: keyIdOf(key) ?? null, digest: digestOf(key) });

/** A browser sends cookies by itself, whatever page asks: a change must come from a page of ours. @throws ApiError 403 */
function requireOwnPage(session: Session, sent: Sent): void {
  requireSameOrigin(sent);
  const given = sent.headers['x-exosphere-csrf'];
  if (typeof given !== 'string' || given === '') {
    throw new ApiError(
      403,
      'csrf_token_missing',
      'With a session, a change needs the header `x-exosphere-csrf` with the `csrf_token` of `GET /v1/session`.',
    );
  }
  if (isCsrfTokenOf(session, given)) return;
  throw new ApiError(
    403,
    'csrf_token_wrong',
    'The header `x-exosphere-csrf` is of another session: send the `csrf_token` of `GET /v1/session`, or reload the page.',
  );
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
