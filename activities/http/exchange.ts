import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import got from 'got';
import type { GuardedAgents } from './guarded-agent.ts';

/** From the contract, §3. */
const MAX_BODY_BYTES = 65_536;

export interface ExchangeRequest {
  url: URL;
  body: Buffer;
  headers: Record<string, string>;
  connectTimeoutMs: number;
  /** For the whole: name lookup, connection, request, answer with its body. */
  requestTimeoutMs: number;
  agents: GuardedAgents;
  signal: AbortSignal;
}

/** What came back: an answer, or the error instead of one. */
export type Exchange =
  | { kind: 'answer'; statusCode: number; headers: IncomingHttpHeaders; body: Buffer }
  | { kind: 'error'; error: unknown; staleConnection: boolean };

/**
 * Makes one POST. Never retries, follows a redirect, decompresses, uses a proxy or a Unix socket.
 *
 * Once the status line and headers are in, they are the answer: a body that then times out, breaks or exceeds
 * `MAX_BODY_BYTES` is cut where it was. The receiver has said what it did with the request.
 *
 * `staleConnection` is true when a reused connection was closed by the receiver before any byte of an answer: most
 * likely it was closing it as idle while we wrote.
 */
export async function exchange(request: ExchangeRequest): Promise<Exchange> {
  try {
    return await post(request);
  } catch (error) {
    // What got refuses before it sends anything.
    return { kind: 'error', error, staleConnection: false };
  }
}

function post(request: ExchangeRequest): Promise<Exchange> {
  const { url, body, headers, connectTimeoutMs, requestTimeoutMs, agents, signal } = request;
  return new Promise((resolve) => {
    const stream = got.stream.post(url, {
      body,
      headers,
      signal,
      agent: { http: agents.http, https: agents.https },
      // `request` is the only limit that stops a body which arrives byte by byte.
      timeout: {
        lookup: connectTimeoutMs,
        connect: connectTimeoutMs,
        secureConnect: connectTimeoutMs,
        request: requestTimeoutMs,
      },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      http2: false,
      enableUnixSockets: false,
    });
    let head: { statusCode: number; headers: IncomingHttpHeaders } | undefined;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let connection = { reused: false, answered: false };

    const settle = (error: unknown) => {
      if (head) return resolve({ kind: 'answer', ...head, body: Buffer.concat(chunks) });
      const staleConnection = connection.reused && !connection.answered && isClosed(error);
      resolve({ kind: 'error', error, staleConnection });
    };
    stream.on('request', (sent) => {
      connection = watchConnection(sent as ClientRequest);
    });
    stream.on('response', ({ statusCode, headers }) => {
      head = { statusCode, headers };
    });
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, MAX_BODY_BYTES - bytes));
      bytes += chunk.length;
      // Destroys the connection as well: what else is on it must not be read.
      if (bytes >= MAX_BODY_BYTES) stream.destroy();
    });
    stream.on('error', settle);
    stream.on('end', settle);
    stream.on('close', () => settle(new Error('closed without an answer')));
  });
}

function watchConnection(request: ClientRequest): { reused: boolean; answered: boolean } {
  const connection = { reused: false, answered: false };
  request.once('socket', (socket: Socket) => {
    connection.reused = request.reusedSocket;
    socket.once('data', () => {
      connection.answered = true;
    });
  });
  return connection;
}

function isClosed(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
