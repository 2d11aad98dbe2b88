import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { testCertificate } from './test-certificate.ts';

export interface Receiver {
  port: number;
  url: string;
  /** Connections made so far. */
  connections: () => number;
  /** Ends all connections that there are; new ones are taken. */
  endConnections(): void;
  /** Ends all connections and resolves once they are closed. */
  close(): Promise<void>;
}

/** A real HTTP server on 127.0.0.1. */
export function startHttp(handle: http.RequestListener): Promise<Receiver> {
  return start(http.createServer(handle), 'http');
}

/** The same over TLS, with the test certificate. */
export function startHttps(handle: http.RequestListener): Promise<Receiver> {
  return start(https.createServer(testCertificate, handle), 'https');
}

/** A server of bytes: for answers that are no proper HTTP. */
export function startTcp(handle: (socket: Socket) => void): Promise<Receiver> {
  return start(net.createServer(handle), 'http');
}

async function start(server: Server, scheme: string): Promise<Receiver> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}/hook`,
    connections: () => connections,
    endConnections() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
