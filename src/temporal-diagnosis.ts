import type { ConnectionOptions } from '@temporalio/client';
import { findTemporalFault, type Target, type TemporalFault } from './temporal-fault.ts';

/** Why a Temporal does not answer, and what to do about it: both for the person who starts the service. */
export interface Diagnosis {
  why: string;
  remedy: string;
}

/** Where an address without a port leads, as the SDK has it. */
const DEFAULT_PORT = 7233;

/** What an address of Temporal leads to; of one that names no host, this machine. */
export function targetOf(address: string | undefined): Target {
  const [, host = address, port = DEFAULT_PORT] = /^(\[.*\]|[^:]*):(\d+)$/.exec(address ?? '') ?? [];
  return { host: (host || 'localhost').replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** For people, and for the SDK: always with its port. */
export const addressOf = ({ host, port }: Target): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * Looks why a connection by the service's own settings failed.
 *
 * @param options what was tried
 * @returns undefined where nothing of it is found
 */
export async function diagnoseTemporal({ address, tls }: ConnectionOptions): Promise<Diagnosis | undefined> {
  // `null` and `undefined` mean plain text to the SDK, as `false` does.
  const fault = await findTemporalFault(targetOf(address), tls === true ? {} : tls || false);
  return fault && WORDS[fault.kind](fault.code);
}

const CLIENT_PATHS = 'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH';

const WORDS: Record<TemporalFault['kind'], (code: string) => Diagnosis> = {
  unreachable: (code) => ({
    why: `no connection (${code})`,
    remedy: 'Check TEMPORAL_ADDRESS, and that the server runs.',
  }),
  speaks_no_tls: () => ({
    why: 'it speaks no TLS',
    remedy: 'Unset the TEMPORAL_TLS settings, or set TEMPORAL_TLS=false.',
  }),
  speaks_tls: () => ({
    why: 'it speaks TLS, and the service was not told to',
    remedy: 'Set TEMPORAL_TLS=true, or the TEMPORAL_TLS_* settings of its certificates.',
  }),
  unknown_authority: () => ({
    why: 'its certificate is not signed by an authority that is known here',
    remedy: "Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of the server's authority.",
  }),
  expired: () => ({
    why: 'its certificate has expired',
    remedy: 'Renew the certificate of the Temporal server.',
  }),
  other_name: () => ({
    why: 'its certificate is for another name',
    remedy: 'Use that name in TEMPORAL_ADDRESS, or set TEMPORAL_TLS_SERVER_NAME to it.',
  }),
  bad_client_pair: (code) => ({
    why: `the client certificate and its key do not fit (${code})`,
    remedy: `Set ${CLIENT_PATHS} to two PEM files that belong together.`,
  }),
  client_certificate_refused: (code) => ({
    why: `it refuses the client certificate (${code})`,
    remedy: `Check ${CLIENT_PATHS}.`,
  }),
  client_certificate_wanted: (code) => ({
    why: `it wants a client certificate (${code})`,
    remedy: `Set ${CLIENT_PATHS}.`,
  }),
};
