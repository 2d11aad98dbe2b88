import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { testCertificate } from '../../activities/http/test-certificate.ts';

/** How a receiver misbehaves, and what an attempt at it is by the contract's table of outcomes. */
export interface BadReceiver {
  what: string;
  outcome: 'success' | 'http_error' | 'timeout' | 'network' | 'tls';
  https?: boolean;
  answer(response: ServerResponse): void;
}

const MIB = 1024 * 1024;
const NOISE = randomBytes(MIB);

/** A body that says `count` MiB is written for as long as somebody reads it. */
function pour(response: ServerResponse, count: number): void {
  let left = count;
  const write = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(NOISE)) return void response.once('drain', write);
    }
    response.end();
  };
  write();
}

/** Writes a byte of it a second to the bare connection. */
function drip(socket: Socket | null, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket === null || socket.destroyed || at >= text.length) clearInterval(timer);
    else socket.write(text[at++] as string);
  }, 1_000);
}

/** 100 MiB of nothing in 100 KiB. */
let bomb: Buffer | undefined;
const gzipBomb = () => {
  bomb ??= gzipSync(Buffer.alloc(100 * MIB), { level: 9 });
  return bomb;
};

export const badReceivers: BadReceiver[] = [
  { what: 'resets', outcome: 'network', answer: (response) => response.socket?.resetAndDestroy() },
  { what: 'hangs', outcome: 'timeout', answer: () => {} },
  {
    what: 'drips its headers, a byte a second',
    outcome: 'timeout',
    answer: (response) => drip(response.socket, `HTTP/1.1 200 OK\r\nx-slow: ${'x'.repeat(1_000)}`),
  },
  {
    // The status line has said what became of the request.
    what: 'drips its body, a byte a second',
    outcome: 'success',
    answer(response) {
      response.writeHead(200, { 'content-length': 1_000 }).flushHeaders();
      drip(response.socket, 'x'.repeat(1_000));
    },
  },
  {
    what: 'answers 100 MiB',
    outcome: 'success',
    answer: (response) => pour(response.writeHead(200, { 'content-length': 100 * MIB }), 100),
  },
  {
    what: 'answers a gzip bomb',
    outcome: 'success',
    answer: (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipBomb()),
  },
  { what: 'has a bad certificate', outcome: 'tls', https: true, answer: (response) => response.writeHead(200).end() },
  {
    what: 'answers half a status line',
    outcome: 'network',
    answer: (response) => response.socket?.end('HTTP/1.1 20'),
  },
  {
    what: 'answers half a body',
    outcome: 'success',
    answer(response) {
      response.writeHead(200, { 'content-length': 1_000 }).write('half', () => response.socket?.destroy());
    },
  },
  {
    what: 'answers 500 with invalid UTF-8 and U+0000',
    outcome: 'http_error',
    answer: (response) =>
      response
        .writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
        .end(Buffer.from([0xc3, 0x28, 0x00, 0xff])),
  },
  {
    what: 'redirects to a forbidden address',
    outcome: 'http_error',
    answer: (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  },
];

/** Starts it on a free port of 127.0.0.1. */
export async function startBadReceiver(bad: BadReceiver) {
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    // A peer that gives up is no error here.
    response.on('error', () => {});
    request.resume().on('end', () => bad.answer(response));
  };
  const server = bad.https ? createHttpsServer(testCertificate, listener) : createHttpServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${bad.https ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
