/*
 * The receiver, a process of its own: answers 200, on /slow after 10 s, on /wait-5000/… after 5 s, and tells its parent what arrived when. It
 * looks for the event's id as text and tells in batches, to take as little of the machine as it can.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Arrival } from './arrivals.ts';
import { now } from './clock.ts';

const SLOW_MS = 10_000;
const WAIT = /^\/wait-(\d+)\//;
const TELL_EVERY_MS = 20;
const ID_BEGINS = '"id":"bench-';

let untold: Arrival[] = [];

function tell(arrival: Arrival): void {
  if (untold.length === 0) {
    setTimeout(() => {
      process.send?.({ arrivals: untold });
      untold = [];
    }, TELL_EVERY_MS);
  }
  untold.push(arrival);
}

const server = createServer((request, response) => {
  const at = now();
  const path = request.url as string;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const answer = () => response.writeHead(200).end();
    const waitMs = path === '/slow' ? SLOW_MS : Number(WAIT.exec(path)?.[1] ?? 0);
    if (waitMs > 0) setTimeout(answer, waitMs);
    else answer();
    const body = (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('latin1');
    const begin = body.indexOf(ID_BEGINS) + ID_BEGINS.length - 'bench-'.length;
    const eventId = body.slice(begin, body.indexOf('"', begin));
    tell([path, eventId, (request.headers['webhook-id'] as string | undefined) ?? eventId, at]);
  });
});
// A connection that the receiver closes while the service picks it for the next request costs an attempt.
server.keepAliveTimeout = 600_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
// A Ctrl-C reaches every process of the terminal; ours is told by its parent when to end, or loses it.
process.on('SIGINT', () => {});
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(1));
