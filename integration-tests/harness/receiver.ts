import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until.ts';

/** One request as it arrived. */
export interface Received {
  at: number;
  path: string;
  headers: IncomingHttpHeaders;
  /** The raw body, as text. */
  text: string;
}

/** How a receiver answers: a status, or a function that does as it likes with the response. */
export type Answer = number | ((response: ServerResponse, request: Received) => void);

/** A webhook receiver on a real socket. */
export interface Receiver {
  /** `http://127.0.0.1:41235/hook` */
  url: string;
  received: Received[];
  /** Sets how it answers from now on. A list is used up one by one; its last entry stays. */
  answer(...answers: Answer[]): void;
  /** Resolves with the received requests once there are at least so many. */
  arrived(count: number, timeoutMs?: number): Promise<Received[]>;
  close(): Promise<void>;
}

/** Starts a receiver on a free port of 127.0.0.1; it answers 200 until told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let answers: Answer[] = [200];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const record = { at: Date.now(), path: request.url ?? '', headers: request.headers, text };
      received.push(record);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (typeof answer === 'function') answer(response, record);
      else response.writeHead(answer ?? 200).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer(...next) {
      answers = next;
    },
    async arrived(count, timeoutMs = 40_000) {
      await until(() => received.length >= count, `${count} request(s) at the receiver`, timeoutMs);
      return received;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A receiver of one test that runs beside others (`test.concurrent`), for which Jest runs no `beforeEach` and `afterEach`. */
export async function withReceiver(use: (receiver: Receiver) => Promise<void>): Promise<void> {
  const receiver = await startReceiver();
  try {
    await use(receiver);
  } finally {
    await receiver.close();
  }
}
