import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { temporalCertificates } from './temporal-certificates.ts';

/** A Temporal that is reached by TLS alone, and knows its clients by their certificates. */
export interface TemporalBehindTls {
  address: string;
  /** The `authorization` headers of all calls so far, '' for none. */
  authorizations: Set<string>;
  close(): Promise<void>;
}

/**
 * Puts what Temporal Cloud has in front of it before a development server, which has no TLS of its own: a proxy that speaks
 * gRPC's HTTP/2 on both sides.
 *
 * @param temporalAddress of the development server
 * @param options `mutual`: whether clients must show a certificate
 */
export async function putBehindTls(
  temporalAddress: string,
  { mutual }: { mutual: boolean },
): Promise<TemporalBehindTls> {
  const { serverCert: cert, serverKey: key, authority: ca } = temporalCertificates;
  const authorizations = new Set<string>();
  const inner = http2.connect(`http://${temporalAddress}`);
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createSecureServer({ cert, key, ca, requestCert: mutual, rejectUnauthorized: mutual });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (outer, headers) => {
    authorizations.add(String(headers.authorization ?? ''));
    forward(inner, outer, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    async close() {
      for (const session of sessions) session.destroy();
      inner.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One call: its messages both ways, and the trailers, in which gRPC has the outcome. */
function forward(
  inner: http2.ClientHttp2Session,
  outer: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
): void {
  const call = inner.request({ ...headers, ':scheme': 'http' });
  let trailers: http2.OutgoingHttpHeaders = {};
  call.on('response', (answer, flags) => {
    if (outer.destroyed) return;
    const isAll = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    outer.respond(answer, isAll ? { endStream: true } : { waitForTrailers: true });
  });
  call.on('trailers', (received) => {
    trailers = received;
  });
  outer.on('wantTrailers', () => outer.sendTrailers(trailers));
  outer.on('error', () => {});
  call.on('error', () => outer.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
  // A long poll that nobody waits for any more.
  outer.on('aborted', () => call.close(http2.constants.NGHTTP2_CANCEL));
  outer.pipe(call);
  call.pipe(outer);
}
