import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartError } from './start-error.ts';

/** A listening HTTP server. */
export interface HttpServer {
  port: number;
  /** Takes no new connection, answers what is under way, and closes each connection with its answer. */
  close(): Promise<void>;
}

/** Who is slow, silent or many is not waited for beyond this. */
export interface HttpLimits {
  /** From the first byte of a connection or request to the last of its headers, ms. */
  headersMs: number;
  /** To the last byte of its body, ms. */
  requestMs: number;
  /** How long a connection is kept for its next request, ms. */
  idleMs: number;
  /** How long nothing may move while an answer is made or read, ms. */
  silentMs: number;
  /** How often the first two are looked at, ms. */
  checkEveryMs: number;
  /** All headers of a request together. */
  headerBytes: number;
  /** Open at once; further ones are closed. */
  connections: number;
}

/**
 * A sender is a program near by: a batch of 8 MiB in a minute is 1.1 Mbit/s. Proxies keep connections for up to two minutes
 * (Caddy's default), and the later of the two should be us: else they send into one that we have just closed. No handler
 * takes as long as a minute.
 */
const LIMITS: HttpLimits = {
  headersMs: 10_000,
  requestMs: 60_000,
  idleMs: 130_000,
  silentMs: 180_000,
  checkEveryMs: 2_000,
  headerBytes: 16 * 1024,
  connections: 10_000,
};

/** What a request under way is given to end when the server closes: longer than an event's acceptance may take (10 s). */
const LAST_ANSWERS_MS = 12_000;

/**
 * @param at `limits` on top of the usual ones, for tests
 * @param answerUnreadable answers what cannot be read as HTTP, and what does not arrive in time
 * @throws StartError when the port is taken or cannot be had
 */
export async function listen(
  app: RequestListener,
  { host, port, limits = {} }: { host: string; port: number; limits?: Partial<HttpLimits> },
  answerUnreadable: (error: Error, socket: Duplex) => void,
): Promise<HttpServer> {
  const server = createLimitedServer(app, { ...LIMITS, ...limits });
  const open = new Set<ServerResponse>();
  let isClosing = false;
  // Before the app sees it: whoever keeps the connection would send its next request into a server that is gone.
  server.prependListener('request', (_, response: ServerResponse) => {
    open.add(response);
    if (isClosing) response.setHeader('connection', 'close');
    response.once('close', () => {
      open.delete(response);
      // One whose headers had left before could not say that it is the last.
      if (isClosing) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.on('clientError', answerUnreadable);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw cannotListen(cause as NodeJS.ErrnoException, host, port);
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        isClosing = true;
        for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
        const late = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function createLimitedServer(app: RequestListener, limits: HttpLimits): Server {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      maxHeaderSize: limits.headerBytes,
    },
    app,
  );
  server.timeout = limits.silentMs;
  server.maxConnections = limits.connections;
  return server;
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): StartError {
  if (cause.code === 'EADDRINUSE') {
    return new StartError(`Port ${port} is in use by another program.`, 'Stop it, or set PORT to a free port.', {
      cause,
    });
  }
  return new StartError(
    `Cannot listen on ${host}:${port} (${cause.code}).`,
    'Set HOST and PORT to an address of this machine.',
    { cause },
  );
}
