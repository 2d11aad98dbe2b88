import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

/** A server for what has `(request: Request) => Response`, as edge runtimes have. */
export interface FetchServer {
  /** `http://127.0.0.1:41235` */
  url: string;
  close(): Promise<void>;
}

/** Serves a handler on a free port of 127.0.0.1; what it gives no answer to, it resets. */
export async function startFetchServer(
  handle: (request: Request) => Response | undefined | Promise<Response | undefined>,
): Promise<FetchServer> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
        (values ?? []).map((value): [string, string] => [name, value]),
      );
      const { method = 'GET', url = '/' } = incoming;
      const body = method === 'GET' || method === 'HEAD' ? {} : { body: Readable.toWeb(incoming), duplex: 'half' };
      const request = new Request(new URL(url, 'http://127.0.0.1'), { method, headers, ...body } as RequestInit);
      const response = await handle(request);
      if (response === undefined) incoming.socket.resetAndDestroy();
      else outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
    } catch (error) {
      outgoing.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
