import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { GuardedAgents } from './guarded-agent.ts';

/** From the contract, §3. */
const MAX_BODY_BYTES = 65_536;

export interface ExchangeRequest {
  url: URL;
  body: Buffer;
  headers: Record<string, string>;
  /** For each of name lookup, connection and TLS handshake. */
  connectTimeoutMs: number;
  /** For the whole: name lookup, connection, request, answer with its body. */
  requestTimeoutMs: number;
}

/** What came back: an answer, or the error instead of one. */
export type Exchange =
  | { kind: 'answer'; statusCode: number; headers: IncomingHttpHeaders; body: Buffer }
  | { kind: 'error'; error: unknown; staleConnection: boolean };

/** What took longer than it may. */
export type Limit = 'lookup' | 'connect' | 'secureConnect' | 'request';

export class TimeLimitError extends Error {
  readonly limit: Limit;

  constructor(limit: Limit) {
    super(`The time for '${limit}' is up`);
    this.name = 'TimeLimitError';
    this.limit = limit;
  }
}

/** Makes one exchange; it does not reject. */
export type Exchanger = (request: ExchangeRequest) => Promise<Exchange>;

/**
 * Makes what makes POSTs. It never retries, follows a redirect, decompresses, uses a proxy or a Unix socket.
 *
 * Once the status line and headers are in, they are the answer: a body that then times out, breaks or exceeds
 * `MAX_BODY_BYTES` is cut where it was. The receiver has said what it did with the request.
 *
 * `staleConnection` is true when a reused connection was closed by the receiver before any byte of an answer: most
 * likely it was closing it as idle while we wrote.
 *
 * Node's own client and nothing over it: every delivery goes through here, and got makes a POST four times as dear.
 * undici makes it cheaper, but keeps connections of its own, which the guarded agents and the limits do not reach.
 *
 * @param signal ends what is on the way, and all later requests at once
 */
export function createExchanger({ agents, signal }: { agents: GuardedAgents; signal: AbortSignal }): Exchanger {
  // One listener on the signal for all: each one added to a signal is compared with all that are there.
  const underway = new Set<(reason: unknown) => void>();
  signal.addEventListener('abort', () => {
    for (const abort of underway) abort(signal.reason);
  });
  return (request) => {
    if (signal.aborted) return Promise.resolve(failed(signal.reason));
    try {
      return post(request, open(request, agents), underway);
    } catch (error) {
      // What Node refuses before it sends anything, such as a header with a line break.
      return Promise.resolve(failed(error));
    }
  };
}

function post(
  { url, body, connectTimeoutMs, requestTimeoutMs }: ExchangeRequest,
  sent: ClientRequest,
  underway: Set<(reason: unknown) => void>,
): Promise<Exchange> {
  return new Promise((resolve) => {
    let isSettled = false;
    let connection: Connection | undefined;
    let answer: IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let bytes = 0;

    /** The first call counts. Without an error and without an answer, the connection just went. */
    const settle = (error?: unknown) => {
      if (isSettled) return;
      isSettled = true;
      stopLimit();
      connection?.stopLimit();
      underway.delete(giveUp);
      // What came before it, in the same packet, is told only after the error. Reading emits `data`.
      if (error !== undefined) while (bytes < MAX_BODY_BYTES && answer?.read());
      if (answer) resolve(answerOf(answer, chunks));
      else resolve(failed(error ?? new Error('closed without an answer'), isStale(error, sent, connection)));
    };
    const giveUp = (error?: unknown) => {
      settle(error);
      sent.destroy();
    };
    const exceed = (limit: Limit) => giveUp(new TimeLimitError(limit));

    // The only limit that stops a body which arrives byte by byte.
    const stopLimit = startLimit('request', requestTimeoutMs, exceed);
    underway.add(giveUp);
    sent.on('socket', (socket) => {
      // One that waited for a free connection may have been given up by now.
      if (!isSettled) connection = watch(socket, url, connectTimeoutMs, exceed);
    });
    sent.on('error', settle);
    sent.on('close', settle);
    // Not asked for, so it is an answer like any other, by its status. What follows on the connection is not HTTP.
    sent.on('upgrade', (response) => {
      answer = response;
      giveUp();
    });
    sent.on('response', (response) => {
      answer = response;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, MAX_BODY_BYTES - bytes));
        bytes += chunk.length;
        // Destroys the connection as well: what else is on it must not be read.
        if (bytes >= MAX_BODY_BYTES) giveUp();
      });
      // Answered before the request was read: nobody waits for the rest of it, and nothing would limit it.
      response.on('end', () => (sent.writableFinished ? settle() : giveUp()));
      response.on('close', settle);
    });
    sent.end(body);
  });
}

function open({ url, body, headers }: ExchangeRequest, agents: GuardedAgents): ClientRequest {
  // As a list, Node writes them out at once; it checks them all the same. With a list it leaves out the host.
  const list = ['host', url.host, 'content-length', String(body.length)];
  for (const name in headers) list.push(name, headers[name] as string);
  const options = {
    method: 'POST',
    protocol: url.protocol,
    hostname: hostOf(url),
    port: url.port,
    path: url.pathname + url.search,
    headers: list,
  };
  return url.protocol === 'https:'
    ? https.request({ ...options, agent: agents.https })
    : http.request({ ...options, agent: agents.http });
}

/** Without the brackets of an IPv6 address, which Node would take for a part of a name. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, chunks: Buffer[]): Exchange {
  const [first] = chunks;
  return { kind: 'answer', statusCode, headers, body: chunks.length === 1 && first ? first : Buffer.concat(chunks) };
}

function failed(error: unknown, staleConnection = false): Exchange {
  return { kind: 'error', error, staleConnection };
}

function isStale(error: unknown, sent: ClientRequest, connection: Connection | undefined): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const isClosed = code === 'ECONNRESET' || code === 'EPIPE';
  return isClosed && sent.reusedSocket && connection?.socket.bytesRead === connection?.bytesReadBefore;
}

interface Connection {
  socket: Socket;
  bytesReadBefore: number;
  stopLimit(): void;
}

/** Limits what is still to come of lookup, connection and TLS handshake: one after the other. */
function watch(socket: Socket, url: URL, ms: number, onExceeded: (limit: Limit) => void): Connection {
  const connection: Connection = { socket, bytesReadBefore: socket.bytesRead, stopLimit: () => undefined };
  if (!socket.connecting) return connection;
  const next = (limit: Limit) => {
    // Where Node tries one address only, it tells a lookup that nobody waits for any more all the same.
    if (socket.destroyed) return;
    connection.stopLimit();
    connection.stopLimit = startLimit(limit, ms, onExceeded);
  };
  // A lookup that answers at once has done so before the request gets its socket.
  const isLookedUp = isIP(hostOf(url)) !== 0 || (socket.address() as { address?: string }).address !== undefined;
  next(isLookedUp ? 'connect' : 'lookup');
  // Node tells each of a name's addresses as a lookup; all at the same time.
  if (!isLookedUp) socket.once('lookup', () => next('connect'));
  if (url.protocol === 'https:') {
    socket.once('connect', () => next('secureConnect'));
    socket.once('secureConnect', () => connection.stopLimit());
  } else {
    socket.once('connect', () => connection.stopLimit());
  }
  return connection;
}

/**
 * What had arrived in time is handled first, even when this process was too busy to look: hence the round through the
 * event loop.
 *
 * @returns a function that stops it
 */
function startLimit(limit: Limit, ms: number, onExceeded: (limit: Limit) => void): () => void {
  let last: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    last = setImmediate(onExceeded, limit);
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(last);
  };
}
