import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import pino from 'pino';
import { createAnswerUnreadable } from './api/unreadable.ts';
import { type HttpLimits, type HttpServer, listen } from './http-server.ts';

const HEAD = 'POST / HTTP/1.1\r\nhost: x\r\n';

const lines: { request_id?: string }[] = [];
let ids = 0;
const answerUnreadable = createAnswerUnreadable({
  newRequestId: () => `req_${++ids}`,
  log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
});

let server: HttpServer | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.close();
  server = undefined;
});

/** A server that reads a body to its end, then answers with its length. */
async function start(limits: Partial<HttpLimits>): Promise<void> {
  server = await listen(
    (request, response) => {
      let length = 0;
      request.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      request.on('end', () => response.end(`${length} bytes`));
      request.on('error', () => {});
    },
    { host: '127.0.0.1', port: 0, limits: { checkEveryMs: 50, ...limits } },
    answerUnreadable,
  );
}

/** Sends the text and nothing more. @returns what came until the server closed the connection */
function sendAndWait(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(server!.port, '127.0.0.1', () => text !== '' && socket.write(text));
    sockets.push(socket);
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

/** Long enough not to be met by chance where another limit is to be met. */
const LONG = { headersMs: 60_000, requestMs: 60_000, idleMs: 60_000, silentMs: 60_000 };

test.each([
  ['headers that do not end', `${HEAD}x-slow: `, { headersMs: 200 }],
  ['a connection that says nothing', '', { headersMs: 200 }],
  ['a body that does not end', `${HEAD}content-length: 10\r\n\r\n12345`, { headersMs: 200, requestMs: 400 }],
  [
    'a chunked body that does not end',
    `${HEAD}transfer-encoding: chunked\r\n\r\n2\r\nab\r\n`,
    { headersMs: 200, requestMs: 400 },
  ],
])(
  '%s: 408, and the connection is closed',
  async (_, text, limits) => {
    await start({ ...LONG, ...limits });
    const [head = '', body = ''] = (await sendAndWait(text)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\ncontent-type: application\/problem\+json\r\n/);
    expect(JSON.parse(body)).toMatchObject({ status: 408, code: 'request_timeout', errors: [] });
    expect(head).toContain(`\r\nx-exosphere-request-id: req_${ids}\r\n`);
    expect(lines.at(-1)).toMatchObject({ request_id: `req_${ids}`, code: 'request_timeout' });
  },
  60_000,
);

test('a connection that is kept open without a further request is closed', async () => {
  await start({ ...LONG, idleMs: 200 });
  expect(await sendAndWait(`${HEAD}content-length: 2\r\n\r\nab`)).toMatch(/^HTTP\/1\.1 200 .*2 bytes/s);
}, 60_000);

test('an answer that nobody waits for any more does not keep its connection', async () => {
  server = await listen(() => {}, { host: '127.0.0.1', port: 0, limits: { ...LONG, silentMs: 300 } }, answerUnreadable);
  expect(await sendAndWait('GET / HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
}, 60_000);

test('headers over the bound are a 431', async () => {
  await start(LONG);
  const answer = await sendAndWait(`${HEAD}x-large: ${'x'.repeat(17 * 1024)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
}, 60_000);

test('connections over the bound are closed, and there is room again when one has gone', async () => {
  await start({ ...LONG, connections: 1 });
  const first = connect(server!.port, '127.0.0.1');
  sockets.push(first);
  await new Promise((resolve) => first.once('connect', resolve));
  const request = `${HEAD}content-length: 0\r\nconnection: close\r\n\r\n`;
  expect(await sendAndWait(request)).toBe('');
  first.destroy();
  let answer = '';
  // The server hears of the end of a connection a moment later.
  while (answer === '') answer = await sendAndWait(request);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
}, 60_000);
