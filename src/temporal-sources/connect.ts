import dns from 'node:dns';
import { isIP } from 'node:net';
import {
  Connection,
  defaultGrpcRetryOptions,
  type GrpcRetryOptions,
  isRetryableError,
  makeGrpcRetryInterceptor,
  type TLSConfig,
} from '@temporalio/client';
import type { Lookup } from '../../activities/http/guarded-agent.ts';
import { shareLookups } from '../../activities/http/shared-lookup.ts';
import { redact } from '../../activities/redact.ts';
import type { AddressPolicy } from '../domain/address-ranges.ts';
import {
  checkTemporalAddress,
  plainTextFault,
  type TemporalAddress,
  writtenAddress,
} from '../domain/temporal-address.ts';
import { SealError, type Sealer } from '../store/seal.ts';
import { sourcePlace } from '../store/sealed-place.ts';
import type { SourceRow } from '../store/temporal-source-log.ts';
import { findTemporalFault } from '../temporal-fault.ts';
import { allowedAddress } from './dial.ts';
import { ofAnswer, ofConnection, SourceError, type SourceFault, silent } from './fault.ts';

/** What of a source is needed to reach it. */
export type Reached = Pick<SourceRow, 'id' | 'address' | 'tls' | 'sealed_client_key' | 'sealed_api_key'>;

export interface ConnectDeps {
  addressPolicy: AddressPolicy;
  sealer: Sealer;
  /** Whether plain text is allowed: EXOSPHERE_ALLOW_HTTP. */
  allowHttp: boolean;
  /** In place of `dns.lookup`. */
  lookup?: Lookup;
  /** For the name, the connection and the first answer together; 10 s by default. */
  withinMs?: number;
  /** Milliseconds of a clock that never goes back; only differences count. */
  now?: () => number;
}

const WITHIN_MS = 10_000;
/** gRPC's code: https://grpc.io/docs/guides/status-codes/ */
const RESOURCE_EXHAUSTED = 8;
/** A healthy server has answered by then; only of another one is it looked what ails it. */
const LOOK_AFTER_MS = 500;
/** A page of a thousand runs with what is noted of each; the SDK's own bound is 128 MiB. */
const MAX_MESSAGE_BYTES = 32 * 1_024 * 1_024;

const sharedLookup = shareLookups((...args) => dns.lookup(...args));

/**
 * Connects to the Temporal of a source, under the policy that webhook URLs are under. The name is resolved here, every
 * address is checked, and an IP literal is dialled, with the name for TLS and authority: nothing changes between check and
 * dial, at a reconnect neither. No proxy of the environment is used.
 *
 * @throws SourceError that says which field is to blame, and what to do
 */
export async function connectToSource(source: Reached, deps: ConnectDeps): Promise<Connection> {
  const {
    addressPolicy,
    sealer,
    allowHttp,
    lookup = sharedLookup,
    withinMs = WITHIN_MS,
    now = () => performance.now(),
  } = deps;
  const until = now() + withinMs;
  const checked = checkTemporalAddress(source.address, addressPolicy);
  if (!checked.ok) throw new SourceError({ path: 'address', message: checked.reason, isFinal: true });
  const { apiKey, clientKey } = secretsOf(source, sealer);
  const tls = tlsOf(source, clientKey);
  if (!tls && (!allowHttp || apiKey !== undefined)) {
    throw new SourceError({ path: 'tls', message: plainTextFault(allowHttp), isFinal: true });
  }
  const ip = await allowedAddress(checked, { addressPolicy, lookup }, withinMs);
  const target = { host: ip, port: checked.port };
  const connection = Connection.lazy({
    address: writtenAddress(target),
    tls,
    ...(apiKey === undefined ? {} : { apiKey }),
    connectTimeout: Math.max(1, until - now()),
    interceptors: [makeGrpcRetryInterceptor(RETRY)],
    channelArgs: { ...CHANNEL, ...namesOf(checked, source) },
  });
  const done = new AbortController();
  try {
    await Promise.race([
      connection.ensureConnected(),
      whatAils(target, tls && { ...tls, ...nameOf(checked, source) }, source, done.signal),
    ]);
    return connection;
  } catch (error) {
    await connection.close();
    // Where the SDK has waited in vain, it tells of its deadline alone.
    const isSilent = /deadline/i.test((error as Error).message) && !(error instanceof SourceError);
    throw new SourceError(isSilent ? silent(withinMs / 1_000) : sourceFaultOf(error, source, sealer), { cause: error });
  } finally {
    done.abort();
  }
}

/**
 * What a call's error means for the source: for `last_error`, as `path message`.
 *
 * @param error from `connectToSource` or from a call on its connection
 */
export function sourceFaultOf(error: unknown, source: Reached, sealer: Sealer): SourceFault {
  const credentials = {
    hasApiKey: Boolean(source.sealed_api_key),
    hasClientCertificate: Boolean(source.tls?.client_cert),
  };
  return ofAnswer(error, credentials, (words) => redact(words, Object.values(secretsOf(source, sealer))));
}

/** The server's hiccups pass over a few times, but for an overload: that is a reason to ask less, and the caller's matter. */
const RETRY: GrpcRetryOptions = {
  ...defaultGrpcRetryOptions({ maxAttempts: 4 }),
  retryableDecider: (attempt, status) => attempt < 4 && status.code !== RESOURCE_EXHAUSTED && isRetryableError(status),
};

const CHANNEL = {
  'grpc.enable_http_proxy': 0,
  // No connection is shared with another source at the same address.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
};

/** The name that the certificate has to have; undefined where the address is the name. */
function nameOf({ host }: TemporalAddress, { tls }: Reached): { serverNameOverride?: string } {
  if (tls?.server_name) return { serverNameOverride: tls.server_name };
  return isIP(host) === 0 ? { serverNameOverride: host } : {};
}

/** Whom gRPC says that it talks to; it dials an address and would say that one. */
function namesOf(address: TemporalAddress, source: Reached): Record<string, string> {
  const { serverNameOverride: name } = nameOf(address, source);
  const authority = source.tls?.server_name ?? writtenAddress(address);
  return {
    'grpc.default_authority': authority,
    ...(source.tls && name !== undefined ? { 'grpc.ssl_target_name_override': name } : {}),
  };
}

function tlsOf({ tls }: Reached, clientKey: string | undefined): TLSConfig | false {
  if (!tls) return false;
  return {
    ...(tls.ca === undefined ? {} : { serverRootCACertificate: Buffer.from(tls.ca) }),
    ...(tls.client_cert === undefined || clientKey === undefined
      ? {}
      : { clientCertPair: { crt: Buffer.from(tls.client_cert), key: Buffer.from(clientKey) } }),
  };
}

/** @throws SourceError where no key opens them */
function secretsOf({ id, sealed_api_key, sealed_client_key }: Reached, sealer: Sealer) {
  try {
    return {
      ...(sealed_api_key ? { apiKey: sealer.open(sealed_api_key, sourcePlace.apiKey(id)) } : {}),
      ...(sealed_client_key ? { clientKey: sealer.open(sealed_client_key, sourcePlace.clientKey(id)) } : {}),
    };
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    const path = sealed_api_key ? 'api_key' : 'tls.client_key';
    throw new SourceError({ path, message: `cannot be opened: ${cause.message}`, isFinal: false }, { cause });
  }
}

/** Rejects with what is wrong, if something is found; else it never settles. */
async function whatAils(
  target: { host: string; port: number },
  tls: TLSConfig | false,
  source: Reached,
  signal: AbortSignal,
): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, LOOK_AFTER_MS));
  const fault = signal.aborted ? undefined : await findTemporalFault(target, tls);
  if (fault === undefined) return new Promise(() => {});
  const hasClientCertificate = Boolean(source.tls?.client_cert);
  throw new SourceError(ofConnection(fault, { hasApiKey: Boolean(source.sealed_api_key), hasClientCertificate }));
}
