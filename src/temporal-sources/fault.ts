import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { TemporalFault } from '../temporal-fault.ts';

/** What is wrong with a source, for the person who has written it. */
export interface SourceFault {
  /** The field of `POST /v1/sources/temporal` that it is about. */
  path: string;
  /** Completes a sentence that begins with the field; with the remedy. */
  message: string;
  /** False where it may pass by itself: the server is away, or slow. */
  isFinal: boolean;
}

/** A source cannot be reached or read, and that is known to be its own fault or its server's. */
export class SourceError extends Error {
  override name = 'SourceError';
  readonly fault: SourceFault;
  constructor(fault: SourceFault, options?: ErrorOptions) {
    super(`${fault.path} ${fault.message}`, options);
    this.fault = fault;
  }
}

/** Which credentials a source has: a refusal is about one of them. */
export interface Credentials {
  hasApiKey: boolean;
  hasClientCertificate: boolean;
}

const passing = (path: string, message: string): SourceFault => ({ path, message, isFinal: false });
const final = (path: string, message: string): SourceFault => ({ path, message, isFinal: true });

/** A refusal tells nothing of the address: the answer must not help to map our network. */
export const ADDRESS_BLOCKED = final(
  'address',
  'leads to a private or reserved range; use a public one, or have the operator exempt its subnet in EXOSPHERE_ALLOWED_SUBNETS',
);
export const unresolved = (code: string) => passing('address', `cannot be resolved (${code}); check the name`);
export const unreached = (code: string) =>
  passing('address', `cannot be reached (${code}); check it, and that the server runs and lets this service in`);
export const silent = (seconds: number) =>
  passing(
    'address',
    `has not answered as a Temporal server within ${seconds} s; check that it is that of the frontend's gRPC, and that the server is well`,
  );

/** What a failed connection means for the source. */
export function ofConnection({ kind, code }: TemporalFault, credentials: Credentials): SourceFault {
  const { hasApiKey, hasClientCertificate } = credentials;
  // A word of TLS is meant; a connection that just ends may be a moment's.
  const ofTls = /SSL|ALERT|CERT/.test(code) ? final : passing;
  switch (kind) {
    case 'unreachable':
      return unreached(code);
    case 'speaks_no_tls':
      return final(
        'tls',
        hasApiKey
          ? 'is on, as an api_key needs, and the server speaks no TLS; give it TLS, or leave out the api_key and set tls to false'
          : 'is on, and the server speaks no TLS; set it to false',
      );
    case 'speaks_tls':
      return final('tls', 'is off, and the server speaks TLS; set it to true');
    case 'unknown_authority':
      return final(
        'tls.ca',
        "is needed: the server's certificate is not signed by an authority that is known here; give that of the server's authority (PEM)",
      );
    case 'expired':
      return passing('address', 'leads to a server whose certificate has expired; have it renewed');
    case 'other_name':
      return final('tls.server_name', "must be a name in the server's certificate, which is for another one");
    case 'bad_client_pair':
      return final('tls.client_key', `does not fit the client certificate (${code}); give two that belong together`);
    default:
      return hasClientCertificate
        ? ofTls('tls.client_cert', `is refused by the server (${code}); give one that it knows the authority of`)
        : ofTls('tls.client_cert', `is needed, for the server asks for one (${code}); give it with its client_key`);
  }
}

/** gRPC's codes: https://grpc.io/docs/guides/status-codes/ */
const [CANCELLED, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, PERMISSION_DENIED] = [1, 3, 4, 5, 7];
const [RESOURCE_EXHAUSTED, UNIMPLEMENTED, UNAVAILABLE, UNAUTHENTICATED] = [8, 12, 14, 16];
/** What is shown of a server's words. */
const MAX_WORDS = 300;

/**
 * What the answer of a Temporal server to a call of ours means for the source.
 *
 * @param error whatever a call has thrown
 * @param words makes a server's words fit to be shown: without our credentials, which it has seen
 */
export function ofAnswer(error: unknown, credentials: Credentials, words: (text: string) => string): SourceFault {
  if (error instanceof SourceError) return error.fault;
  const cause = error instanceof ServiceError ? error.cause : error;
  if (!isGrpcServiceError(cause)) {
    return passing('address', `cannot be used: ${said((error as Error)?.message ?? String(error))}`);
  }
  const details = said(cause.details);
  switch (cause.code as number) {
    case NOT_FOUND:
      return final('namespace', `is not there (${details}); give one that exists on this server`);
    case INVALID_ARGUMENT:
      return final('query', `is refused by the server (${details}); give a list filter that its Web UI takes`);
    case PERMISSION_DENIED:
    case UNAUTHENTICATED:
      return refusedCredentials(details, credentials);
    case UNIMPLEMENTED:
      return final('address', `leads to a server that is no Temporal frontend (${details}); give that of its gRPC`);
    case RESOURCE_EXHAUSTED:
      return passing('address', `leads to a server that limits our calls (${details}); they go on more slowly`);
    case CANCELLED:
    case DEADLINE_EXCEEDED:
    case UNAVAILABLE:
      return passing('address', `cannot be reached now (${details}); it is tried again`);
    default:
      return passing('address', `leads to a server that has failed (${details}); it is tried again`);
  }

  function said(text: string): string {
    const line = words(text.slice(0, 4 * MAX_WORDS))
      // Nor what turns the direction of the text around it.
      .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
      .trim();
    return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS).toWellFormed()}…` : line || 'no reason given';
  }
}

function refusedCredentials(details: string, { hasApiKey, hasClientCertificate }: Credentials): SourceFault {
  if (hasApiKey) {
    return final('api_key', `is refused by the server (${details}); give one that may read this namespace`);
  }
  return hasClientCertificate
    ? final('tls.client_cert', `is refused by the server (${details}); give one that may read this namespace`)
    : final('api_key', `or a client certificate is needed (${details}); give one that may read this namespace`);
}
