import { connect, type Socket } from 'node:net';
import tls from 'node:tls';
import type { TLSConfig } from '@temporalio/client';

/** Why a Temporal does not answer. `code` is Node's or OpenSSL's word for it. */
export interface TemporalFault {
  kind:
    | 'unreachable'
    | 'speaks_no_tls'
    | 'speaks_tls'
    | 'unknown_authority'
    | 'expired'
    | 'other_name'
    | 'bad_client_pair'
    | 'client_certificate_refused'
    | 'client_certificate_wanted';
  code: string;
}

export type Target = { host: string; port: number };

/** For each step of looking; a server that speaks TLS answers in a fraction of it. */
const PATIENCE_MS = 5_000;

const UNKNOWN_AUTHORITY =
  /^(UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE)$/;
const NO_TLS = /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|EPROTO)$/;
const BAD_CLIENT_PAIR = /^ERR_(OSSL|SSL)_.*(X509|PEM|KEY|ASN1)|^ERR_CRYPTO/;

/**
 * Looks why a connection failed: the SDK says little more than "transport error".
 *
 * @param target what is dialled @param wanted the TLS that was tried; false: plain text
 * @returns undefined where nothing of it is found
 */
export async function findTemporalFault(target: Target, wanted: TLSConfig | false): Promise<TemporalFault | undefined> {
  const reached = await outcomeOf(() => connect(target), 'connect');
  if (reached !== 'there') return { kind: 'unreachable', code: reached };
  if (!wanted) {
    const outcome = await outcomeOf(() => tls.connect({ ...target, rejectUnauthorized: false }), 'secureConnect');
    return outcome === 'there' ? { kind: 'speaks_tls', code: outcome } : undefined;
  }
  const hasClientCertificate = Boolean(wanted.clientCertPair);
  const open = () => openTls(target, wanted);
  const code = await outcomeOf(open, 'secureConnect');
  if (/^(ECONNRESET|closed)$/.test(code) || NO_TLS.test(code)) return { kind: 'speaks_no_tls', code };
  if (code !== 'there') return meaningOf(code, hasClientCertificate);
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

function meaningOf(code: string, hasClientCertificate: boolean): TemporalFault | undefined {
  if (UNKNOWN_AUTHORITY.test(code)) return { kind: 'unknown_authority', code };
  if (code === 'CERT_HAS_EXPIRED') return { kind: 'expired', code };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { kind: 'other_name', code };
  if (BAD_CLIENT_PAIR.test(code)) return { kind: 'bad_client_pair', code };
  if (code === 'there' || code === 'late') return undefined;
  return { kind: hasClientCertificate ? 'client_certificate_refused' : 'client_certificate_wanted', code };
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
