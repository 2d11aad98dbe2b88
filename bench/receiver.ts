/* The receiver, a process of its own: answers 200 and tells its parent which event arrived when. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  const at = performance.timeOrigin + performance.now();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200).end();
    const id = /"id":"(bench-[^"]+)"/.exec(Buffer.concat(chunks).toString('utf8'))?.[1];
    process.send?.({ id, at });
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
// A Ctrl-C reaches every process of the terminal; ours is told by its parent when to end, or loses it.
process.on('SIGINT', () => {});
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(1));
