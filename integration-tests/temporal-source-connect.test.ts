import { randomBytes } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createAddressPolicy } from '../src/domain/address-ranges.ts';
import { createSealer } from '../src/store/seal.ts';
import { sourcePlace } from '../src/store/sealed-place.ts';
import { type ConnectDeps, connectToSource, type Reached } from '../src/temporal-sources/connect.ts';
import { SourceError, type SourceFault } from '../src/temporal-sources/fault.ts';
import cases from './data/address-guard-cases.json' with { type: 'json' };
import { testServers } from './harness/servers.ts';
import { putBehindTls, type TemporalBehindTls } from './harness/temporal-behind-tls.ts';
import { temporalCertificates } from './harness/temporal-certificates.ts';

/* Whom a source's connection reaches, and what is said where it must not or cannot: on real sockets, TLS and Temporal. */

const { temporalAddress } = testServers();
const temporalPort = Number(temporalAddress.split(':').at(-1));
const sealer = createSealer(`k1:${randomBytes(32).toString('base64')}`);
const loopback = createAddressPolicy({ allowedSubnets: ['127.0.0.0/8', '::1/128'] });
const strict = createAddressPolicy({ allowedSubnets: [] });
const ID = 'src_00000000000000000000000001';
const { authority: ca, clientCert: client_cert, clientKey } = temporalCertificates;
const server_name = 'temporal.test';

/** What the resolver answers: one list after the other, the last for ever; and what it was asked. */
function resolver(...lists: string[][]) {
  const asked: string[] = [];
  const lookup = (name: string, _: object, callback: (error: null, found: LookupAddress[]) => void) => {
    asked.push(name);
    const list = (lists.length > 1 ? lists.shift() : lists[0]) ?? [];
    setImmediate(() =>
      callback(
        null,
        list.map((address) => ({ address, family: net.isIP(address) })),
      ),
    );
  };
  return { asked, lookup };
}

interface Given {
  address: string;
  tls?: Reached['tls'];
  api_key?: string;
  client_key?: string;
}

const source = ({ address, tls = null, api_key, client_key }: Given): Reached => ({
  id: ID,
  address,
  tls,
  sealed_api_key: api_key === undefined ? null : sealer.seal(api_key, sourcePlace.apiKey(ID)),
  sealed_client_key: client_key === undefined ? null : sealer.seal(client_key, sourcePlace.clientKey(ID)),
});

const deps = (more: Partial<ConnectDeps> = {}): ConnectDeps => ({
  ...{ addressPolicy: loopback, sealer, allowHttp: true, withinMs: 30_000 },
  ...more,
});

/** Connects and asks something, as whoever uses it does. */
async function reached(given: Given, more: Partial<ConnectDeps> = {}): Promise<boolean> {
  const connection = await connectToSource(source(given), deps(more));
  try {
    await connection.workflowService.getClusterInfo({});
    return true;
  } finally {
    await connection.close();
  }
}

async function faultOf(given: Given, more: Partial<ConnectDeps> = {}): Promise<SourceFault> {
  try {
    await (await connectToSource(source(given), deps(more))).close();
  } catch (error) {
    if (error instanceof SourceError) return error.fault;
    throw error;
  }
  throw new Error('It was reached.');
}

let mutual: TemporalBehindTls;
let byKey: TemporalBehindTls;
beforeAll(async () => {
  mutual = await putBehindTls(temporalAddress, { mutual: true });
  byKey = await putBehindTls(temporalAddress, { mutual: false });
});
afterAll(async () => {
  await Promise.all([mutual?.close(), byKey?.close()]);
});

/** Listens, tells how many have come, and does with each what it is told. */
async function listener(host: string, onConnection: (socket: net.Socket) => void = () => {}) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('where a name leads to what is forbidden, nobody is dialled', () => {
  // Ports, redirects and names that change have tests of their own, or no meaning here.
  const named = (cases as { url: string; resolves_to?: (string | string[])[]; expect: string; why: string }[]).filter(
    ({ url, resolves_to = [], expect: expected }) =>
      expected === 'blocked' &&
      resolves_to.length > 0 &&
      resolves_to.every((each) => typeof each === 'string') &&
      /^https?:\/\/[^/:]*\/$/.test(url),
  ) as { url: string; resolves_to: string[]; why: string }[];

  test('are several cases', () => {
    expect(named.length).toBeGreaterThanOrEqual(6);
  });

  test.each(named)('$url: $why', async ({ url, resolves_to }) => {
    const host = new URL(url).hostname;
    for (const tls of [null, {}]) {
      const fault = await faultOf(
        { address: `${host}:7233`, tls },
        { ...resolver(resolves_to), addressPolicy: strict },
      );
      expect(fault).toMatchObject({ path: 'address', isFinal: true });
      expect(fault.message).toMatch(/EXOSPHERE_ALLOWED_SUBNETS/);
      for (const address of resolves_to) expect(fault.message).not.toContain(address);
    }
  });

  test('a listener at a forbidden address hears nothing, by name or by literal', async () => {
    const inside = await listener('127.0.0.1');
    try {
      for (const host of ['127.0.0.1', 'inside.example', '[::ffff:127.0.0.1]', '2130706433']) {
        const lookup = resolver(['93.184.215.14', '127.0.0.1']).lookup;
        const fault = await faultOf({ address: `${host}:${inside.port}` }, { addressPolicy: strict, lookup });
        expect(fault.path).toBe('address');
      }
      expect(inside.connections()).toBe(0);
    } finally {
      await inside.close();
    }
  });
});

describe('what is dialled is what was checked', () => {
  test('a name that changes its address after the check is asked once', async () => {
    const inside = await listener('127.0.0.2');
    try {
      const only = createAddressPolicy({ allowedSubnets: ['127.0.0.1/32'] });
      const { asked, lookup } = resolver(['127.0.0.1'], ['127.0.0.2']);
      const connection = await connectToSource(
        source({ address: `rebind.example:${temporalPort}` }),
        deps({ addressPolicy: only, lookup }),
      );
      for (let call = 0; call < 3; call += 1) await connection.workflowService.getClusterInfo({});
      await connection.close();
      expect(asked).toEqual(['rebind.example']);
      expect(inside.connections()).toBe(0);
    } finally {
      await inside.close();
    }
  });

  test('of several addresses one that answers', async () => {
    expect(await reached({ address: `both.example:${temporalPort}` }, resolver(['127.0.0.9', '127.0.0.1']))).toBe(true);
    expect(await reached({ address: `both.example:${temporalPort}` }, resolver(['::1', '127.0.0.1']))).toBe(true);
  });

  test('an IPv6 literal is dialled as it is', async () => {
    const v6 = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.pipe(net.connect(temporalPort, '127.0.0.1').on('error', () => {})).pipe(socket);
    });
    v6.listen(0, '::1');
    await once(v6, 'listening');
    expect(await reached({ address: `[::1]:${(v6.address() as AddressInfo).port}` })).toBe(true);
    v6.close();
  });
});

describe('no proxy of the environment is used', () => {
  const names = ['http_proxy', 'https_proxy', 'grpc_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  test('neither in plain text nor by TLS', async () => {
    const proxy = await listener('127.0.0.1');
    try {
      for (const name of names) process.env[name] = `http://127.0.0.1:${proxy.port}`;
      expect(await reached({ address: temporalAddress })).toBe(true);
      expect(await reached({ address: byKey.address, tls: { ca, server_name } })).toBe(true);
      expect(proxy.connections()).toBe(0);
    } finally {
      await proxy.close();
    }
  });
});

describe('credentials', () => {
  test('an API key is sent with each call, by TLS', async () => {
    byKey.authorizations.clear();
    expect(await reached({ address: byKey.address, tls: { ca, server_name }, api_key: 'a-key-of-theirs' })).toBe(true);
    expect([...byKey.authorizations]).toEqual(['Bearer a-key-of-theirs']);
  });

  test('an API key without TLS is not sent at all', async () => {
    const open = await listener('127.0.0.1');
    const fault = await faultOf({ address: `127.0.0.1:${open.port}`, api_key: 'a-key-of-theirs' });
    expect(fault).toMatchObject({ path: 'tls', isFinal: true, message: expect.stringMatching(/must be on.*api_key/) });
    expect(open.connections()).toBe(0);
    await open.close();
  });

  test('plain text only where the operator allows it', async () => {
    const fault = await faultOf({ address: temporalAddress }, { allowHttp: false });
    expect(fault).toMatchObject({ path: 'tls', message: expect.stringMatching(/EXOSPHERE_ALLOW_HTTP=true/) });
  });

  test('a client certificate; the name of the address is the name of the server where none is given', async () => {
    const tls = { ca, client_cert };
    expect(await reached({ address: mutual.address, tls: { ...tls, server_name }, client_key: clientKey })).toBe(true);
    const byName = `temporal.test:${mutual.address.split(':')[1]}`;
    expect(await reached({ address: byName, tls, client_key: clientKey }, resolver(['127.0.0.1']))).toBe(true);
  });
});

describe('what is wrong is said, with the field and the remedy', () => {
  const other = temporalCertificates.otherAuthority;
  test.each<[string, () => Given, string, RegExp, boolean | undefined]>([
    [
      "another authority than the server's",
      () => ({ address: byKey.address, tls: { ca: other, server_name } }),
      'tls.ca',
      /not signed by an authority/,
      true,
    ],
    [
      'no authority',
      () => ({ address: byKey.address, tls: { server_name } }),
      'tls.ca',
      /not signed by an authority/,
      true,
    ],
    [
      'another name',
      () => ({ address: byKey.address, tls: { ca, server_name: 'x.test' } }),
      'tls.server_name',
      /must be a name in/,
      true,
    ],
    [
      'no client certificate',
      () => ({ address: mutual.address, tls: { ca, server_name } }),
      'tls.client_cert',
      /asks for one/,
      // A server that ends the connection at once may be heard to do that before it is heard to say why.
      undefined,
    ],
    ['no TLS where there is some', () => ({ address: byKey.address }), 'tls', /is off.*set it to true/, true],
    ['TLS where there is none', () => ({ address: temporalAddress, tls: {} }), 'tls', /is on.*set it to false/, true],
    [
      'nobody at the address',
      () => ({ address: '127.0.0.1:1025' }),
      'address',
      /cannot be reached \(ECONNREFUSED\)/,
      false,
    ],
    ['a name that is nobody’s', () => ({ address: 'nobody.invalid' }), 'address', /cannot be resolved \(/, false],
  ])('%s', async (_, given, path, message, isFinal) => {
    expect(await faultOf(given())).toEqual({
      path,
      message: expect.stringMatching(message),
      isFinal: isFinal ?? expect.anything(),
    });
  });

  test('a server that accepts and is silent, one that talks nonsense, and a resolver that never answers are not waited for', async () => {
    const silent = await listener('127.0.0.1');
    const babbling = await listener('127.0.0.1', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    try {
      const found = await Promise.all([
        ...[silent, babbling].map(({ port }) => faultOf({ address: `127.0.0.1:${port}` }, { withinMs: 3_000 })),
        faultOf({ address: `127.0.0.1:${silent.port}`, tls: {} }, { withinMs: 3_000 }),
        faultOf({ address: 'slow.example' }, { withinMs: 3_000, lookup: () => {} }),
        faultOf({ address: `127.0.0.1:${babbling.port}`, tls: {} }),
      ]);
      expect(found.map(({ path }) => path)).toEqual(['address', 'address', 'address', 'address', 'tls']);
      expect(found[0]?.message).toMatch(/has not answered as a Temporal server within 3 s/);
    } finally {
      await Promise.all([silent.close(), babbling.close()]);
    }
  });

  test('credentials that no key opens any more', async () => {
    const lost = createSealer(`k2:${randomBytes(32).toString('base64')}`);
    const fault = await faultOf({ address: byKey.address, tls: {}, api_key: 'x' }, { sealer: lost });
    expect(fault).toMatchObject({ path: 'api_key', message: expect.stringMatching(/EXOSPHERE_ENCRYPTION_KEYS/) });
  });
});
