import { types } from 'node:util';
import type { SendResult } from '../../src/domain/outcome.ts';
import { type Limit, TimeLimitError } from './exchange.ts';
import { AddressNotAllowedError } from './guarded-agent.ts';

export type Failure = Extract<SendResult, { kind: 'failed' }>;
type Reason = Failure['reason'];

/** Codes of Node, of its resolver and of its HTTP parser, with what they mean to the owner of an endpoint. */
const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed before an answer',
  ECONNABORTED: 'the connection was closed before an answer',
  EPIPE: 'the connection was closed before an answer',
  EHOSTUNREACH: 'the host is unreachable',
  EHOSTDOWN: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ENETDOWN: 'the network is unreachable',
  EADDRNOTAVAIL: 'the network is unreachable',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name server did not answer',
  EAI_FAIL: 'the name server did not answer',
  EMFILE: 'this service has too many open connections',
  ENFILE: 'this service has too many open connections',
};

/** OpenSSL's verification results and Node's own, as `error.code`. */
const TLS: Record<string, string> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  CERT_REVOKED: 'the certificate is revoked',
  CERT_REJECTED: 'the certificate is not accepted',
  CERT_UNTRUSTED: 'the certificate is not accepted',
  CERT_SIGNATURE_FAILURE: 'the certificate is not accepted',
  CERT_CHAIN_TOO_LONG: 'the certificate is not accepted',
  INVALID_CA: 'the certificate is not accepted',
  INVALID_PURPOSE: 'the certificate is not accepted',
  PATH_LENGTH_EXCEEDED: 'the certificate is not accepted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate comes from an unknown authority, or its intermediate is not sent',
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is another host's",
  HOSTNAME_MISMATCH: "the certificate is another host's",
};

const TIMED_OUT: Record<Limit, string> = {
  lookup: 'the host name was not resolved',
  connect: 'no connection was made',
  secureConnect: 'no TLS handshake was finished',
  request: 'no answer came',
};

/** The limits that a timeout's message names. */
export interface Limits {
  connectTimeoutMs: number;
  requestTimeoutMs: number;
}

/**
 * What an attempt that got no status line came to. The text is this module's own and never the error's, in which a
 * resolved address can stand.
 *
 * @param error as an `Exchanger` gives it: its own, Node's or our agents'
 */
export function failureOf(error: unknown, limits: Limits): Failure {
  const chain = causes(error);
  if (chain.some((link) => link instanceof AddressNotAllowedError)) return failed('blocked', 'address not allowed');
  const timeout = chain.find((link) => link instanceof TimeLimitError);
  if (timeout) return failed('timeout', timeoutMessage(timeout, limits));
  const code = chain.map(codeOf).find((text) => text !== undefined) ?? '';
  if (code === 'ETIMEDOUT') return failed('timeout', 'no connection was made: the network timed out');
  const tls = tlsMessage(code, chain);
  if (tls) return failed('tls', tls);
  // Checked when saved; Node checks it again and sends nothing. No retry can mend it, so it counts as a wrong setting.
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN') {
    return failed('invalid_url', 'nothing was sent: a header of the endpoint cannot be sent; correct it');
  }
  if (code.startsWith('HPE_')) return failed('network', `the answer is not valid HTTP (${code})`);
  return failed('network', NETWORK[code] ?? `the request failed${code && ` (${code})`}`);
}

function tlsMessage(code: string, chain: Error[]): string | undefined {
  if (TLS[code]) return TLS[code];
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'the TLS handshake failed: the receiver does not answer in TLS';
  if (code === 'EPROTO' || /^ERR_(SSL|TLS|OSSL)_/.test(code)) return `the TLS handshake failed (${code})`;
  // Node gives ECONNRESET here too; only its text tells that the handshake had begun.
  const cutOff = chain.some(({ message }) => message.includes('before secure TLS connection was established'));
  return cutOff ? 'the TLS handshake failed: the receiver closed the connection' : undefined;
}

function timeoutMessage({ limit }: TimeLimitError, { connectTimeoutMs, requestTimeoutMs }: Limits): string {
  const ms = limit === 'request' ? requestTimeoutMs : connectTimeoutMs;
  return `${TIMED_OUT[limit]} within ${ms / 1000} s`;
}

/** The error and its causes, outermost first. */
function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  // Not `instanceof`: under jest, Node's own errors are of another realm.
  for (let link = error; types.isNativeError(link) && !chain.includes(link); link = link.cause) chain.push(link);
  return chain;
}

/** The error's code if it looks like one (`ECONNRESET`): it is shown, and an error's other text is not. */
function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : undefined;
}

function failed(reason: Reason, message: string): Failure {
  return { kind: 'failed', reason, message };
}
