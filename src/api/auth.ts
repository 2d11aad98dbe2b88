import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './problem.ts';
import type { Caller } from './route.ts';

/** Turns a request's headers into its caller. @throws ApiError 401 */
export type Authenticate = (headers: IncomingHttpHeaders) => Caller;

/**
 * Authentication by the one bootstrap key, of namespace `default`. Keys are compared by their digests in constant
 * time, so neither length nor content can be found out by the clock.
 */
export function createAuthenticate(bootstrapKey: string | undefined): Authenticate {
  const expected = bootstrapKey === undefined ? undefined : digestOf(bootstrapKey);
  return (headers) => {
    const given = keyOf(headers);
    if (given === undefined)
      throw unauthorized(
        'missing_api_key',
        'Send your API key as `x-api-key: <key>` or `Authorization: Bearer <key>`.',
      );
    if (expected === undefined || !timingSafeEqual(digestOf(given), expected)) {
      throw unauthorized('invalid_api_key', 'This API key is not known.');
    }
    return { keyId: 'key_bootstrap', namespace: 'default' };
  };
}

function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

const unauthorized = (code: string, detail: string) =>
  new ApiError(401, code, detail, { headers: { 'www-authenticate': 'Bearer realm="exosphere"' } });
