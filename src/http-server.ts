import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartError } from './start-error.ts';

/** A listening HTTP server. */
export interface HttpServer {
  port: number;
  /** Takes no new connection, answers what is under way, and closes each connection with its answer. */
  close(): Promise<void>;
}

/** What a request under way is given to end when the server closes: longer than an event's acceptance may take (10 s). */
const LAST_ANSWERS_MS = 12_000;

/**
 * @param answerUnreadable answers what cannot be read as HTTP
 * @throws StartError when the port is taken or cannot be had
 */
export async function listen(
  app: RequestListener,
  { host, port }: { host: string; port: number },
  answerUnreadable: (error: Error, socket: Duplex) => void,
): Promise<HttpServer> {
  const server = createServer(app);
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
