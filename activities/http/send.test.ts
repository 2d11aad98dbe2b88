import { once } from 'node:events';
import type http from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAddressPolicy } from '../../src/domain/address-ranges.ts';
import type { Lookup } from './guarded-agent.ts';
import { createSender, type Sender, type SenderOptions, type SendRequest } from './send.ts';
import { testCertificate } from './test-certificate.ts';
import { type Receiver, startHttp, startHttps, startTcp } from './test-receiver.ts';

const addressPolicy = createAddressPolicy({ allowedSubnets: ['127.0.0.0/8'] });
const receivers: Receiver[] = [];
let sender: Sender;

const create = (options: Partial<SenderOptions> = {}) => createSender({ addressPolicy, allowHttp: true, ...options });
beforeEach(() => {
  sender = create();
});
afterEach(async () => {
  sender.close();
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

async function started(starting: Promise<Receiver>): Promise<Receiver> {
  const receiver = await starting;
  receivers.push(receiver);
  return receiver;
}
const httpReceiver = (handle: http.RequestListener) => started(startHttp(handle));

function send(url: string, more: Partial<SendRequest> = {}) {
  const body = Buffer.from('{"a":1}');
  return sender.send({ url, body, headers: {}, connectTimeoutMs: 5_000, requestTimeoutMs: 15_000, ...more });
}

const loopback: Lookup = (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);

describe('the request', () => {
  test('is one POST of the body as it is, with the given headers and none that the client adds', async () => {
    let seen: { method?: string; url?: string; headers: http.IncomingHttpHeaders; body: Buffer } | undefined;
    const receiver = await httpReceiver(async (request, response) => {
      const body = await buffer(request);
      seen = { method: request.method, url: request.url, headers: request.headers, body };
      response.end();
    });
    const body = Buffer.from('{ "n": 12345678901234567890, "s": "é" }');
    const headers = { 'content-type': 'application/json', 'user-agent': 'Exosphere-Alerts/1', 'webhook-id': 'dlv_1' };
    await send(`${receiver.url}?b=2&a=1&c=%7E`, { body, headers });
    expect(seen).toEqual({
      method: 'POST',
      url: '/hook?b=2&a=1&c=%7E',
      body,
      headers: {
        ...headers,
        host: `127.0.0.1:${receiver.port}`,
        connection: 'keep-alive',
        'content-length': String(body.length),
      },
    });
  });

  test.each(['a\r\nx-injected: 1', 'a\nb', 'a\0b'])('with the header value %j is never sent', async (value) => {
    const receiver = await httpReceiver((_, response) => response.end());
    const result = await send(receiver.url, { headers: { 'x-a': value } });
    expect(result).toMatchObject({ kind: 'failed', reason: 'invalid_url', message: expect.stringMatching(/header/) });
    expect(receiver.connections()).toBe(0);
  });

  test('reuses its connection', async () => {
    const receiver = await httpReceiver((_, response) => response.end('ok'));
    for (let i = 0; i < 3; i += 1) expect(await send(receiver.url)).toMatchObject({ statusCode: 200 });
    expect(receiver.connections()).toBe(1);
  });
});

describe('an answer', () => {
  test.each([200, 204, 301, 302, 307, 404, 410, 429, 500, 503])(
    '%i is a response, never followed or retried',
    async (status) => {
      let requests = 0;
      const receiver = await httpReceiver((_, response) => {
        requests += 1;
        response.writeHead(status, { location: '/elsewhere', 'retry-after': '7', 'set-cookie': 'a=b' });
        response.end(status === 204 ? undefined : 'thanks');
      });
      const result = await send(receiver.url);
      expect(result).toEqual({
        kind: 'response',
        statusCode: status,
        headers: { location: '/elsewhere', 'retry-after': '7', date: expect.any(String) },
        excerpt: status === 204 ? null : 'thanks',
        durationMs: expect.any(Number),
      });
      expect(requests).toBe(1);
    },
  );

  test('takes as long as the clock says', async () => {
    const receiver = await httpReceiver((_, response) => response.end());
    let time = 100;
    sender.close();
    sender = create({
      now: () => {
        time += 21;
        return time;
      },
    });
    const { durationMs } = await send(receiver.url);
    expect(durationMs % 21).toBe(0);
    expect(durationMs).toBeGreaterThan(0);
  });

  test('of endless length is cut off at 64 KiB and counts by its status', async () => {
    let closed: Promise<unknown> | undefined;
    let written = 0;
    const receiver = await httpReceiver((_, response) => {
      closed = once(response, 'close');
      response.writeHead(200);
      const write = () => {
        while (!response.destroyed) {
          written += 16_384;
          if (!response.write('x'.repeat(16_384))) return response.once('drain', write);
        }
      };
      write();
    });
    const result = await send(receiver.url);
    expect(result).toMatchObject({ kind: 'response', statusCode: 200, excerpt: 'x'.repeat(8_192) });
    await closed;
    // What the two kernels' buffers took comes on top of what was read.
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  test('that is a gzip bomb is not inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    const receiver = await httpReceiver((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(bomb);
    });
    const result = await send(receiver.url);
    expect(result).toMatchObject({
      kind: 'response',
      statusCode: 200,
      excerpt: expect.stringContaining('\u001f\uFFFD'),
    });
  });

  test('whose body arrives byte by byte is left at the time limit and counts by its status', async () => {
    let closed: Promise<unknown> | undefined;
    const receiver = await httpReceiver((_, response) => {
      closed = once(response, 'close');
      response.writeHead(503, { 'retry-after': '3' });
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const result = await send(receiver.url, { requestTimeoutMs: 1_000 });
    expect(result).toMatchObject({ kind: 'response', statusCode: 503, headers: { 'retry-after': '3' } });
    expect(result).toMatchObject({ excerpt: expect.stringMatching(/^\.+$/) });
    expect(result.durationMs).toBeLessThan(5_000);
    await closed;
  });

  test('whose body breaks off counts by its status', async () => {
    const receiver = await started(
      startTcp((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
          socket.end();
        });
      }),
    );
    expect(await send(receiver.url)).toMatchObject({ kind: 'response', statusCode: 200, excerpt: 'half' });
  });

  test('given before the request was read counts', async () => {
    const receiver = await httpReceiver((request, response) => {
      response.writeHead(413, { connection: 'close' });
      response.end('too large', () => request.destroy());
    });
    expect(await send(receiver.url)).toMatchObject({ kind: 'response', statusCode: 413 });
  });
});

describe('no answer', () => {
  test('from a port where nobody listens is "connection refused"', async () => {
    const receiver = await httpReceiver(() => undefined);
    await receivers.pop()?.close();
    expect(await send(receiver.url)).toMatchObject({
      kind: 'failed',
      reason: 'network',
      message: 'connection refused',
    });
  });

  test('in time is a timeout', async () => {
    const receiver = await httpReceiver(() => undefined);
    expect(await send(receiver.url, { requestTimeoutMs: 200 })).toMatchObject({
      kind: 'failed',
      reason: 'timeout',
      message: 'no answer came within 0.2 s',
    });
  });

  test('because the head arrives byte by byte is a timeout', async () => {
    const receiver = await started(
      startTcp((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
        const drip = setInterval(() => socket.write('.'), 20);
        socket.on('close', () => clearInterval(drip));
      }),
    );
    expect(await send(receiver.url, { requestTimeoutMs: 200 })).toMatchObject({ kind: 'failed', reason: 'timeout' });
  });

  test('because the name is not resolved in time is a timeout', async () => {
    sender.close();
    sender = create({ lookup: () => undefined });
    expect(await send('http://hooks.example/', { connectTimeoutMs: 100 })).toMatchObject({
      reason: 'timeout',
      message: 'the host name was not resolved within 0.1 s',
    });
  });

  test('because there is no such name is told so', async () => {
    sender.close();
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND hooks.example'), { code: 'ENOTFOUND' });
    sender = create({ lookup: (_name, _options, callback) => callback(error, []) });
    expect(await send('http://hooks.example/')).toMatchObject({ reason: 'network', message: 'no such host' });
  });

  test('but something else than HTTP is told so', async () => {
    const receiver = await started(startTcp((socket) => socket.end('220 smtp.example ESMTP\r\n')));
    expect(await send(receiver.url)).toMatchObject({
      reason: 'network',
      message: expect.stringMatching(/not valid HTTP/),
    });
  });

  test('but a reset on a new connection is not retried', async () => {
    const receiver = await started(startTcp((socket) => socket.once('data', () => socket.resetAndDestroy())));
    expect(await send(receiver.url)).toMatchObject({
      reason: 'network',
      message: expect.stringMatching(/closed before an answer/),
    });
    expect(receiver.connections()).toBe(1);
  });
});

describe('a reused connection that the receiver closes', () => {
  const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

  /** Answers the first request of the first connection; what the second on it comes to is `second`'s business. */
  function closing(second: (socket: Socket) => void, later: (socket: Socket) => void) {
    let connections = 0;
    return started(
      startTcp((socket) => {
        connections += 1;
        let requests = 0;
        const first = connections === 1;
        socket.on('data', () => {
          requests += 1;
          if (!first) later(socket);
          else if (requests === 1) socket.write(OK);
          else second(socket);
        });
      }),
    );
  }
  const reset = (socket: Socket) => socket.resetAndDestroy();
  // A clock of the tests' own: a machine that stalls must not turn a prompt reset into a late one.
  let time: number;
  const now = () => time;
  beforeEach(() => {
    time = 0;
    sender.close();
    sender = create({ now });
  });

  test('before any byte of an answer is one free retry on a new connection', async () => {
    const receiver = await closing(reset, (socket) => socket.write(OK));
    expect(await send(receiver.url)).toMatchObject({ statusCode: 200 });
    expect(await send(receiver.url)).toMatchObject({ kind: 'response', statusCode: 200 });
    expect(receiver.connections()).toBe(2);
  });

  test('is not retried twice', async () => {
    const receiver = await closing(reset, reset);
    await send(receiver.url);
    expect(await send(receiver.url)).toMatchObject({ kind: 'failed', reason: 'network' });
    expect(receiver.connections()).toBe(2);
  });

  test('after a byte of an answer is not retried', async () => {
    const receiver = await closing(
      (socket) => socket.write('HTTP/1.1 2', () => socket.end()),
      (socket) => socket.write(OK),
    );
    await send(receiver.url);
    expect(await send(receiver.url)).toMatchObject({ kind: 'failed', reason: 'network' });
    expect(receiver.connections()).toBe(1);
  });

  test('after it had the time to work on the request is not retried: it may have got it', async () => {
    const receiver = await closing(
      (socket) => {
        time = 251;
        reset(socket);
      },
      (socket) => socket.write(OK),
    );
    await send(receiver.url);
    expect(await send(receiver.url)).toMatchObject({ kind: 'failed', reason: 'network' });
    expect(receiver.connections()).toBe(1);
  });

  test('is not retried when the time of the attempt is up', async () => {
    const receiver = await closing(
      (socket) => {
        time = 220;
        reset(socket);
      },
      (socket) => socket.write(OK),
    );
    await send(receiver.url);
    const request = { requestTimeoutMs: 200 };
    expect(await send(receiver.url, request)).toMatchObject({ kind: 'failed', reason: 'network' });
    expect(receiver.connections()).toBe(1);
  });

  test('resolves the name anew, and the new address is checked', async () => {
    const receiver = await closing(reset, (socket) => socket.write(OK));
    const answers = ['127.0.0.1', '10.0.0.1'];
    sender.close();
    sender = create({
      now,
      lookup: (_n, _o, callback) => callback(null, [{ address: answers.shift() ?? '', family: 4 }]),
    });
    const url = `http://hooks.example:${receiver.port}/`;
    expect(await send(url)).toMatchObject({ statusCode: 200 });
    expect(await send(url)).toMatchObject({ kind: 'failed', reason: 'blocked' });
    expect(receiver.connections()).toBe(1);
  });
});

describe('TLS', () => {
  const trusted = tls.getCACertificates('default');
  afterEach(() => tls.setDefaultCACertificates(trusted));

  test('with a certificate of a known authority is a response', async () => {
    const receiver = await started(startHttps((_, response) => response.end('ok')));
    tls.setDefaultCACertificates([...trusted, testCertificate.cert]);
    expect(await send(receiver.url)).toMatchObject({ kind: 'response', statusCode: 200, excerpt: 'ok' });
  });

  test('with a self-signed certificate gets no request', async () => {
    let requests = 0;
    const receiver = await started(
      startHttps((_, response) => {
        requests += 1;
        response.end();
      }),
    );
    const result = await send(receiver.url);
    expect(result).toMatchObject({ kind: 'failed', reason: 'tls', message: 'the certificate is self-signed' });
    expect(requests).toBe(0);
  });

  test("with another host's certificate gets no request", async () => {
    const receiver = await started(startHttps((_, response) => response.end()));
    tls.setDefaultCACertificates([...trusted, testCertificate.cert]);
    sender.close();
    sender = create({ lookup: loopback });
    const own = `https://receiver.test:${receiver.port}/`;
    expect(await send(own)).toMatchObject({ kind: 'response', statusCode: 200 });
    expect(await send(own.replace('receiver', 'other'))).toMatchObject({
      reason: 'tls',
      message: "the certificate is another host's",
    });
  });

  test('to a receiver that speaks plain HTTP fails as tls', async () => {
    const receiver = await httpReceiver((_, response) => response.end());
    const result = await send(receiver.url.replace('http:', 'https:'));
    expect(result).toMatchObject({ reason: 'tls', message: expect.stringMatching(/^the TLS handshake failed/) });
  });

  test('whose handshake is cut off fails as tls', async () => {
    const receiver = await started(startTcp((socket) => socket.once('data', () => socket.end())));
    const result = await send(receiver.url.replace('http:', 'https:'));
    expect(result).toMatchObject({ reason: 'tls', message: expect.stringMatching(/closed the connection$/) });
  });

  test('whose handshake never ends is a timeout', async () => {
    const receiver = await started(startTcp(() => undefined));
    const result = await send(receiver.url.replace('http:', 'https:'), { connectTimeoutMs: 200 });
    expect(result).toMatchObject({ reason: 'timeout', message: 'no TLS handshake was finished within 0.2 s' });
  });

  test('has the free retry too', async () => {
    let requests = 0;
    const receiver = await started(
      startHttps((request, response) => {
        requests += 1;
        if (requests === 2) request.socket.destroy();
        else response.end('ok');
      }),
    );
    tls.setDefaultCACertificates([...trusted, testCertificate.cert]);
    expect(await send(receiver.url)).toMatchObject({ statusCode: 200 });
    expect(await send(receiver.url)).toMatchObject({ statusCode: 200 });
    expect([requests, receiver.connections()]).toEqual([3, 2]);
  });
});

describe('the URL policy', () => {
  test.each([
    ['http://unix:/var/run/docker.sock:/info', 'blocked'],
    ['unix:/var/run/docker.sock:/info', 'invalid_url'],
    ['http://[::1]:3000/', 'blocked'],
    ['http://10.0.0.1/', 'blocked'],
    ['https://user:secret@example.com/', 'invalid_url'],
    ['https://example.com:22/', 'invalid_url'],
    ['not a url', 'invalid_url'],
  ])('is checked again: %s is %s', async (url, reason) => {
    const result = await send(url);
    expect(result).toMatchObject({ kind: 'failed', reason, message: expect.stringMatching(/^target_url must /) });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  test('refuses http where it is not allowed', async () => {
    const receiver = await httpReceiver((_, response) => response.end());
    sender.close();
    sender = create({ allowHttp: false });
    expect(await send(receiver.url)).toMatchObject({ kind: 'failed', reason: 'invalid_url' });
    expect(receiver.connections()).toBe(0);
  });
});

describe('closing', () => {
  test('aborts what is on the way', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const receiver = await httpReceiver(() => arrive());
    const sending = send(receiver.url);
    await arrived;
    sender.close();
    expect(await sending).toMatchObject({ kind: 'failed', reason: 'aborted' });
  });

  test('lets nothing more out', async () => {
    const receiver = await httpReceiver((_, response) => response.end());
    sender.close();
    expect(await send(receiver.url)).toMatchObject({ kind: 'failed', reason: 'aborted' });
    expect(receiver.connections()).toBe(0);
  });
});
