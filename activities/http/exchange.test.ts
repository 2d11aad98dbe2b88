import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { once } from 'node:events';
import type http from 'node:http';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAddressPolicy } from '../../src/domain/address-ranges.ts';
import { createExchanger, type Exchange, type ExchangeRequest } from './exchange.ts';
import { failureOf } from './failure.ts';
import { createGuardedAgents, type GuardedAgents, type Lookup } from './guarded-agent.ts';
import { testCertificate } from './test-certificate.ts';
import { type Receiver, startHttp, startHttps, startTcp } from './test-receiver.ts';

const limits = { connectTimeoutMs: 5_000, requestTimeoutMs: 15_000 };
const addressPolicy = createAddressPolicy({ allowedSubnets: ['127.0.0.0/8'] });
const lookup: Lookup = (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);
const receivers: Receiver[] = [];
let agents: GuardedAgents;
let aborting: AbortController;
beforeEach(() => use(lookup));
afterEach(async () => {
  agents.destroy();
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

function use(lookup: Lookup): void {
  agents = createGuardedAgents({ addressPolicy, lookup, keepAlive: true });
  aborting = new AbortController();
  const exchanger = createExchanger({ agents, signal: aborting.signal });
  post = (url, more = {}) => exchanger({ url: new URL(url), body: Buffer.from('{}'), headers: {}, ...limits, ...more });
}
let post: (url: string, more?: Partial<ExchangeRequest>) => Promise<Exchange>;

async function started(starting: Promise<Receiver>): Promise<Receiver> {
  const receiver = await starting;
  receivers.push(receiver);
  return receiver;
}
const httpReceiver = (handle: http.RequestListener) => started(startHttp(handle));
/** Says `bytes` to every request, in whatever pieces it arrives. */
const saying = (bytes: string, then: (socket: Socket) => void = () => undefined) =>
  started(startTcp((socket) => socket.on('data', () => socket.write(bytes, () => then(socket)))));

function failureIn(exchanged: Exchange) {
  if (exchanged.kind !== 'error') throw new Error(`Answered with ${exchanged.statusCode}`);
  return failureOf(exchanged.error, limits);
}

describe('an answer', () => {
  test.each(['100 Continue', '102 Processing', '103 Early Hints'])('after a "%s" is the final one', async (interim) => {
    const receiver = await saying(`HTTP/1.1 ${interim}\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok`);
    expect(await post(receiver.url)).toMatchObject({ kind: 'answer', statusCode: 201, body: Buffer.from('ok') });
  });

  test('of an interim status only is a timeout', async () => {
    const receiver = await saying('HTTP/1.1 103 Early Hints\r\n\r\n');
    expect(failureIn(await post(receiver.url, { requestTimeoutMs: 200 })).reason).toBe('timeout');
  });

  test('that switches protocols counts by its status, and the connection is closed', async () => {
    const ended = Promise.withResolvers<void>();
    const receiver = await started(
      startTcp((socket) => {
        socket.on('close', () => ended.resolve());
        socket.on('data', () => {
          socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello');
        });
      }),
    );
    expect(await post(receiver.url)).toMatchObject({ kind: 'answer', statusCode: 101, body: Buffer.alloc(0) });
    await ended.promise;
  });

  test.each([
    ['an invalid status line', 'HTTP/1.1 abc OK\r\n\r\n', /^the answer is not valid HTTP \(HPE_/],
    ['another version', 'HTTP/3.7 200 OK\r\n\r\n', /^the answer is not valid HTTP \(HPE_/],
    ['both lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n', /HPE_/],
    ['a head that is too large', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, /\(HPE_HEADER_OVERFLOW\)$/],
  ])('with %s is a failure', async (_, bytes, message) => {
    const receiver = await saying(bytes);
    const failure = failureIn(await post(receiver.url));
    expect(failure).toMatchObject({ reason: 'network', message: expect.stringMatching(message) });
  });

  test.each([
    ['204 No Content', ''],
    ['304 Not Modified', 'content-length: 5\r\n'],
    ['200 OK', 'content-length: 0\r\n'],
  ])('%s without a body keeps the connection', async (status, headers) => {
    const receiver = await saying(`HTTP/1.1 ${status}\r\n${headers}\r\n`);
    for (let i = 0; i < 3; i += 1) expect(await post(receiver.url)).toMatchObject({ body: Buffer.alloc(0) });
    expect(receiver.connections()).toBe(1);
  });

  test('without a length ends with the connection', async () => {
    const receiver = await saying('HTTP/1.1 200 OK\r\n\r\nall of it', (socket) => socket.end());
    expect(await post(receiver.url)).toMatchObject({ statusCode: 200, body: Buffer.from('all of it') });
  });

  test('whose chunks are malformed counts by its status', async () => {
    const receiver = await saying('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n');
    expect(await post(receiver.url)).toMatchObject({ kind: 'answer', statusCode: 200, body: Buffer.from('ok') });
  });

  test('that more bytes follow is whole, and its connection is not used again', async () => {
    const receiver = await saying('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 500 No\r\n\r\n');
    for (let i = 0; i < 2; i += 1) {
      expect(await post(receiver.url)).toMatchObject({ kind: 'answer', statusCode: 200, body: Buffer.from('ok') });
    }
    expect(receiver.connections()).toBe(2);
  });

  test.each([65_535, 65_536, 65_537, 300_000])('of %d bytes is read up to 64 KiB', async (size) => {
    const receiver = await httpReceiver((_, response) => response.end('x'.repeat(size)));
    const answer = await post(receiver.url);
    expect(answer.kind === 'answer' && answer.body.length).toBe(Math.min(size, 65_536));
  });

  test('before the request was read closes the connection: the rest has no limit', async () => {
    const ended = Promise.withResolvers<void>();
    const receiver = await started(
      startTcp((socket) => {
        socket.on('close', () => ended.resolve());
        socket.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n');
        socket.pause();
        // Only then does it see the end.
        setTimeout(() => socket.resume(), 300);
      }),
    );
    const body = Buffer.alloc(16 * 1024 * 1024);
    expect(await post(receiver.url, { body })).toMatchObject({ kind: 'answer', statusCode: 413 });
    await ended.promise;
  });
});

describe('the limits', () => {
  test('of lookup, connection and handshake each begin anew', async () => {
    // Together longer than one limit: the lookup takes 300 ms, and the handshake never ends.
    use((name, options, callback) => setTimeout(() => lookup(name, options, callback), 300));
    const receiver = await started(startTcp(() => undefined));
    const begin = performance.now();
    const exchanged = await post(`https://hooks.example:${receiver.port}/`, { connectTimeoutMs: 500 });
    expect(failureIn(exchanged).message).toMatch(/^no TLS handshake was finished/);
    expect(performance.now() - begin).toBeGreaterThan(750);
  });

  test('do not count what this process was too busy to see', async () => {
    const receiver = await httpReceiver((_, response) => response.end());
    const pending = post(receiver.url, { connectTimeoutMs: 1 });
    // The kernel makes the connection meanwhile.
    const until = performance.now() + 50;
    while (performance.now() < until);
    expect(await pending).toMatchObject({ kind: 'answer', statusCode: 200 });
  });

  test('leave no timer behind, even when the lookup ends later', async () => {
    const late = Promise.withResolvers<void>();
    use((name, options, callback) => {
      setTimeout(() => {
        lookup(name, options, callback);
        late.resolve();
      }, 150);
    });
    // Those begun by the exchange alone: other tests of this process have timers that come and go.
    const timers = new Set<number>();
    const isOurs = new AsyncLocalStorage<true>();
    const hook = createHook({
      init: (id, type) => type === 'Timeout' && isOurs.getStore() && timers.add(id),
      destroy: (id) => timers.delete(id),
    }).enable();
    try {
      const begun = isOurs.run(true, () => post('http://hooks.example:9999/', { connectTimeoutMs: 50 }));
      expect(timers.size).toBeGreaterThan(0);
      expect(failureIn(await begun).message).toMatch(/^the host name was not resolved/);
      await late.promise;
      await new Promise(setImmediate);
      expect(timers.size).toBe(0);
    } finally {
      hook.disable();
    }
  });

  test('stop once they were kept: a slow answer has only the whole limit', async () => {
    const receiver = await httpReceiver((_, response) => setTimeout(() => response.end(), 300));
    for (let i = 0; i < 2; i += 1) {
      expect(await post(receiver.url, { connectTimeoutMs: 150 })).toMatchObject({ statusCode: 200 });
    }
  });

  test('of the whole ends one that waits for a free connection', async () => {
    const receiver = await httpReceiver(() => undefined);
    agents.http.maxSockets = 1;
    const first = post(receiver.url, { requestTimeoutMs: 1_000 });
    const begin = performance.now();
    expect(failureIn(await post(receiver.url, { requestTimeoutMs: 100 })).reason).toBe('timeout');
    expect(performance.now() - begin).toBeLessThan(900);
    await first;
    expect(receiver.connections()).toBe(1);
  });

  test('close the connection', async () => {
    const ended = Promise.withResolvers<void>();
    const receiver = await started(startTcp((socket) => socket.on('close', () => ended.resolve()).resume()));
    expect(failureIn(await post(receiver.url, { requestTimeoutMs: 100 })).reason).toBe('timeout');
    await ended.promise;
  });
});

describe('a reused connection', () => {
  /** Answers once on each connection; then `second` has it. */
  const once200 = (second: (socket: Socket) => void) =>
    started(
      startTcp((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
          socket.on('data', () => second(socket));
        });
      }),
    );

  test.each([
    ['reset', true, (socket: Socket) => socket.resetAndDestroy()],
    ['ended', true, (socket: Socket) => socket.end()],
    ['ended after a byte', false, (socket: Socket) => socket.end('H')],
    ['ended after an interim answer', false, (socket: Socket) => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n')],
    ['ended after other bytes', false, (socket: Socket) => socket.end('220 smtp\r\n')],
  ])('that is %s is stale: %p', async (_, staleConnection, second) => {
    const receiver = await once200(second);
    expect(await post(receiver.url)).toMatchObject({ statusCode: 200 });
    expect(await post(receiver.url)).toMatchObject({ kind: 'error', staleConnection });
    expect(receiver.connections()).toBe(1);
  });

  test('over TLS that is closed with a farewell is stale: a farewell is no answer', async () => {
    const trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...trusted, testCertificate.cert]);
    try {
      let requests = 0;
      const receiver = await started(
        startHttps((request, response) => {
          requests += 1;
          if (requests === 2) request.socket.end();
          else response.end('ok');
        }),
      );
      expect(await post(receiver.url)).toMatchObject({ statusCode: 200 });
      expect(await post(receiver.url)).toMatchObject({ kind: 'error', staleConnection: true });
      expect([requests, receiver.connections()]).toEqual([2, 1]);
    } finally {
      tls.setDefaultCACertificates(trusted);
    }
  });

  test('that does not answer in time is not stale', async () => {
    const receiver = await once200(() => undefined);
    await post(receiver.url);
    expect(await post(receiver.url, { requestTimeoutMs: 100 })).toMatchObject({ staleConnection: false });
  });

  test('is not left with listeners of earlier requests', async () => {
    const receiver = await httpReceiver((_, response) => response.end('ok'));
    const counts: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      await post(receiver.url);
      await new Promise(setImmediate);
      const [socket] = Object.values(agents.http.freeSockets).flatMap((sockets) => sockets ?? []);
      counts.push((socket?.eventNames() ?? []).reduce((sum, name) => sum + (socket?.listenerCount(name) ?? 0), 0));
    }
    expect(new Set(counts.slice(1))).toEqual(new Set([counts[0]]));
  });
});

test('many large bodies at once keep their connections', async () => {
  const receiver = await httpReceiver((request, response) => request.resume().on('end', () => response.end('ok')));
  const body = Buffer.alloc(256 * 1024);
  for (let i = 0; i < 5; i += 1) await Promise.all(Array.from({ length: 8 }, () => post(receiver.url, { body })));
  expect(receiver.connections()).toBe(8);
});

describe('the signal', () => {
  test('closes what is on the way, also while it connects or waits', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<Socket>();
    const receiver = await httpReceiver((request) => arrive(request.socket));
    agents.http.maxSockets = 1;
    const exchanges = [post(receiver.url), post(receiver.url), post('http://hooks.example:9999/')];
    const socket = await arrived;
    const closed = once(socket, 'close');
    const reason = new Error('stop');
    aborting.abort(reason);
    const [first, second] = await Promise.all(exchanges);
    expect([first, second]).toEqual([
      expect.objectContaining({ error: reason }),
      expect.objectContaining({ error: reason }),
    ]);
    await closed;
  });

  test('refuses what comes later', async () => {
    const receiver = await httpReceiver((_, response) => response.end());
    aborting.abort();
    expect(await post(receiver.url)).toMatchObject({ kind: 'error', staleConnection: false });
    expect(receiver.connections()).toBe(0);
  });
});
