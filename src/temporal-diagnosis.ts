import { connect, type Socket } from 'node:net';
import tls from 'node:tls';
import type { ConnectionOptions, TLSConfig } from '@temporalio/client';

/** Why a Temporal does not answer, and what to do about it: both for the person who starts the service. */
export interface Diagnosis {
  why: string;
  remedy: string;
}

/** For each step of looking; a server that speaks TLS answers in a fraction of it. */
const PATIENCE_MS = 5_000;

const UNKNOWN_AUTHORITY =
  /^(UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE)$/;
const NO_TLS = /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|EPROTO)$/;
const BAD_CLIENT_PAIR = /^ERR_(OSSL|SSL)_.*(X509|PEM|KEY|ASN1)|^ERR_CRYPTO/;

type Target = { host: string; port: number };

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
 * Looks why a connection failed: the SDK says little more than "transport error".
 *
 * @param options what was tried
 * @returns undefined where nothing of it is found
 */
export async function diagnoseTemporal(options: ConnectionOptions): Promise<Diagnosis | undefined> {
  const { tls: wanted } = options;
  const target = targetOf(options.address);
  const reached = await outcomeOf(() => connect(target), 'connect');
  if (reached !== 'there') {
    return { why: `no connection (${reached})`, remedy: 'Check TEMPORAL_ADDRESS, and that the server runs.' };
  }
  // `null` and `undefined` mean plain text to the SDK, as `false` does.
  if (!wanted) return diagnosePlain(target);
  const hasClientCertificate = wanted !== true && Boolean(wanted.clientCertPair);
  const open = () => openTls(target, wanted === true ? {} : wanted);
  const shaken = await outcomeOf(open, 'secureConnect');
  if (/^(ECONNRESET|closed)$/.test(shaken) || NO_TLS.test(shaken)) {
    return { why: 'it speaks no TLS', remedy: 'Unset the TEMPORAL_TLS settings, or set TEMPORAL_TLS=false.' };
  }
  if (shaken !== 'there') return meaningOf(shaken, hasClientCertificate);
  // Only with its first frame it is sure that it takes the client's certificate: TLS 1.3 says so after the handshake.
  return meaningOf(await outcomeOf(open, 'data'), hasClientCertificate);
}

function openTls(target: Target, options: TLSConfig): Socket {
  const { serverRootCACertificate: ca, serverNameOverride, clientCertPair } = options;
  return tls.connect({
    ...target,
    ALPNProtocols: ['h2'],
    ...(serverNameOverride ? { servername: serverNameOverride } : {}),
    ...(ca ? { ca: Buffer.from(ca) } : {}),
    ...(clientCertPair ? { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) } : {}),
  });
}

async function diagnosePlain(target: Target): Promise<Diagnosis | undefined> {
  const outcome = await outcomeOf(() => tls.connect({ ...target, rejectUnauthorized: false }), 'secureConnect');
  if (outcome !== 'there') return undefined;
  return {
    why: 'it speaks TLS, and the service was not told to',
    remedy: 'Set TEMPORAL_TLS=true, or the TEMPORAL_TLS_* settings of its certificates.',
  };
}

function meaningOf(outcome: string, hasClientCertificate: boolean): Diagnosis | undefined {
  if (UNKNOWN_AUTHORITY.test(outcome)) {
    return {
      why: 'its certificate is not signed by an authority that is known here',
      remedy: "Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of the server's authority.",
    };
  }
  if (outcome === 'CERT_HAS_EXPIRED') {
    return { why: 'its certificate has expired', remedy: 'Renew the certificate of the Temporal server.' };
  }
  if (outcome === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      why: 'its certificate is for another name',
      remedy: 'Use that name in TEMPORAL_ADDRESS, or set TEMPORAL_TLS_SERVER_NAME to it.',
    };
  }
  if (BAD_CLIENT_PAIR.test(outcome)) {
    return {
      why: `the client certificate and its key do not fit (${outcome})`,
      remedy:
        'Set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH to two PEM files that belong together.',
    };
  }
  if (outcome === 'there' || outcome === 'late') return undefined;
  const settings = 'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH';
  return hasClientCertificate
    ? { why: `it refuses the client certificate (${outcome})`, remedy: `Check ${settings}.` }
    : { why: `it wants a client certificate (${outcome})`, remedy: `Set ${settings}.` };
}

/** `there` once the socket has emitted this, else the code of the error that it ended with; `late` where nothing came. */
function outcomeOf(open: () => Socket, event: string): Promise<string> {
  return new Promise((resolve) => {
    const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    let socket: Socket;
    try {
      socket = open();
    } catch (error) {
      resolve(codeOf(error));
      return;
    }
    const end = (outcome: string) => {
      resolve(outcome);
      socket.destroy();
    };
    socket.setTimeout(PATIENCE_MS, () => end('late'));
    socket.once(event, () => end('there'));
    socket.on('error', (error) => end(codeOf(error)));
    socket.on('close', () => end('closed'));
  });
}
