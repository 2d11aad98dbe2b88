import { expect, test } from '@jest/globals';
import { failureOf } from './failure.ts';
import { AddressNotAllowedError } from './guarded-agent.ts';

const limits = { connectTimeoutMs: 5_000, requestTimeoutMs: 15_000 };
const withCode = (code: string) => Object.assign(new Error(`connect ${code} 10.20.30.40:443`), { code });

test.each([
  ['ECONNREFUSED', 'network', 'connection refused'],
  ['ECONNRESET', 'network', 'the connection was closed before an answer'],
  ['ENOTFOUND', 'network', 'no such host'],
  ['EAI_AGAIN', 'network', 'the name server did not answer'],
  ['EHOSTUNREACH', 'network', 'the host is unreachable'],
  ['HPE_INVALID_CONSTANT', 'network', 'the answer is not valid HTTP (HPE_INVALID_CONSTANT)'],
  ['EWHATEVER', 'network', 'the request failed (EWHATEVER)'],
  ['ETIMEDOUT', 'timeout', 'no connection was made: the network timed out'],
  ['CERT_HAS_EXPIRED', 'tls', 'the certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', "the certificate is another host's"],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls', 'the TLS handshake failed (ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE)'],
  ['EPROTO', 'tls', 'the TLS handshake failed (EPROTO)'],
])('%s is %s: %s', (code, reason, message) => {
  expect(failureOf(withCode(code), limits)).toEqual({ kind: 'failed', reason, message });
  const wrapped = new Error('x', { cause: withCode(code) });
  expect(failureOf(wrapped, limits)).toEqual({ kind: 'failed', reason, message });
});

test('several addresses that all fail are one failure', () => {
  const all = Object.assign(new AggregateError([withCode('ECONNREFUSED')], ''), { code: 'ECONNREFUSED' });
  expect(failureOf(all, limits)).toMatchObject({ reason: 'network', message: 'connection refused' });
});

test('a blocked address is found under other errors', () => {
  expect(failureOf(new Error('x', { cause: new AddressNotAllowedError() }), limits).reason).toBe('blocked');
});

test.each([undefined, null, 'text', {}, new Error('connect to 10.20.30.40'), withCode('10.20.30.40')])(
  'an unknown error tells nothing: %p',
  (error) => {
    expect(failureOf(error, limits)).toEqual({ kind: 'failed', reason: 'network', message: 'the request failed' });
  },
);

test('errors that are each other’s cause come to an end', () => {
  const error = new Error('a');
  error.cause = new Error('b', { cause: error });
  expect(failureOf(error, limits).reason).toBe('network');
});
