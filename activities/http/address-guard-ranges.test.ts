import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { createAddressPolicy } from '../../src/domain/address-ranges.ts';
import type { Lookup } from './guarded-agent.ts';
import { createSender, type Sender } from './send.ts';
import { formatAddress, parseAddress } from './test-addresses.ts';
import { redirectDials } from './test-dials.ts';
import { type Receiver, startHttp } from './test-receiver.ts';

/*
 * From the ranges and the rules, not from rows: every edge of every range and what lies beside it, in every notation,
 * as a literal and as a resolver's answer. What is forbidden is worked out here by arithmetic, without the guard's tables.
 */

interface Range {
  cidr: string;
  family: 4 | 6;
}
const { ranges } = JSON.parse(
  readFileSync(new URL('../../integration-tests/data/address-guard-ranges.json', import.meta.url), 'utf8'),
) as { ranges: Range[] };

const spans = ranges.map(({ cidr, family }) => {
  const [base = '', prefix] = cidr.split('/');
  const first = parseAddress(base);
  return { family, first, last: first + (1n << (sizeOf(family) - BigInt(prefix as string))) - 1n };
});

function sizeOf(family: 4 | 6): bigint {
  return family === 4 ? 32n : 128n;
}

function isForbidden({ family, value }: Address): boolean {
  const isListed = spans.some((span) => span.family === family && value >= span.first && value <= span.last);
  return isListed || (family === 6 && value >> 125n !== 1n);
}

interface Address {
  family: 4 | 6;
  value: bigint;
}

const edges: Address[] = spans.flatMap(({ family, first, last }) =>
  [first - 1n, first, first + 1n, last - 1n, last, last + 1n]
    .filter((value) => value >= 0n && value < 1n << sizeOf(family))
    .map((value) => ({ family, value })),
);
const within = fc
  .constantFrom(...spans)
  .chain(({ family, first, last }) =>
    fc.bigInt({ min: first, max: last }).map((value): Address => ({ family, value })),
  );
const anywhere = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }).map((value): Address => ({ family: 4, value })),
  fc.bigInt({ min: 1n << 125n, max: (1n << 126n) - 1n }).map((value): Address => ({ family: 6, value })),
);
/** An IPv4 address inside IPv6: all of these prefixes lie outside 2000::/3, or are forbidden in it. */
const embedded = fc
  .tuple(fc.constantFrom('::', '::ffff:0:0', '::ffff:0:0:0', '64:ff9b::', '64:ff9b:1::'), fc.constantFrom(...edges))
  .filter(([, { family }]) => family === 4)
  .map(([prefix, { value }]): Address => ({ family: 6, value: parseAddress(prefix) + value }));
const addresses = fc.oneof(fc.constantFrom(...edges), within, anywhere, embedded);

const addressPolicy = createAddressPolicy({ allowedSubnets: [] });
let receiver: Receiver;
let dialled: string[];
let sender: Sender | undefined;
beforeEach(async () => {
  receiver = await startHttp((_, response) => response.writeHead(200).end());
  dialled = redirectDials(receiver.port);
});
afterEach(async () => {
  sender?.close();
  jest.restoreAllMocks();
  await receiver.close();
});

/** Sends once, from a sender of its own. @returns what was dialled for it, and what came of it */
async function sendOnce(url: string, answer: string[]) {
  const lookup: Lookup = (_name, _options, callback) =>
    setImmediate(() =>
      callback(
        null,
        answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );
  sender = createSender({ addressPolicy, allowHttp: true, lookup });
  const before = dialled.length;
  const times = { connectTimeoutMs: 10_000, requestTimeoutMs: 30_000 };
  const result = await sender.send({ url, body: Buffer.from('{}'), headers: {}, ...times });
  sender.close();
  return { dialled: dialled.slice(before), result };
}

const REFUSED = { kind: 'failed', reason: 'blocked' };
const notations = fc.nat(5);

test.each(edges.map((address) => [formatAddress(address, 0), address] as const))('the edge %s', async (_, address) => {
  const text = formatAddress(address, 0);
  const url = `http://${address.family === 6 ? `[${text}]` : text}/`;
  for (const { dialled: reached, result } of [
    await sendOnce(url, []),
    await sendOnce('http://hooks.example/', [text]),
  ]) {
    expect(reached).toHaveLength(isForbidden(address) ? 0 : 1);
    if (isForbidden(address)) expect(result).toMatchObject(REFUSED);
  }
});

test('a literal is dialled if and only if it is allowed, however it is written', async () => {
  const property = fc.asyncProperty(addresses, notations, async (address, notation) => {
    const text = formatAddress(address, notation);
    const { dialled: reached, result } = await sendOnce(`http://${address.family === 6 ? `[${text}]` : text}/`, []);
    expect(reached).toHaveLength(isForbidden(address) ? 0 : 1);
    if (isForbidden(address)) expect(result).toMatchObject(REFUSED);
  });
  await fc.assert(property, { numRuns: 300 });
});

test('a name is dialled if and only if every one of its addresses is allowed', async () => {
  const answers = fc.array(addresses, { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(answers, async (answer) => {
    const texts = answer.map((address) => formatAddress(address, 0));
    const { dialled: reached, result } = await sendOnce('http://hooks.example/', texts);
    expect(reached.length > 0).toBe(!answer.some(isForbidden));
    if (answer.some(isForbidden)) expect(result).toMatchObject(REFUSED);
    for (const text of texts) expect(JSON.stringify(result)).not.toContain(text);
  });
  await fc.assert(property, { numRuns: 300 });
});

test('a name that is rebound is not followed, on a reused connection or on a fresh one', async () => {
  const bad = fc.oneof(fc.constantFrom(...edges), within).filter(isForbidden);
  const property = fc.asyncProperty(bad, async (address) => {
    let answer = '93.184.215.14';
    const lookup: Lookup = (_name, _options, callback) =>
      setImmediate(() => callback(null, [{ address: answer, family: answer.includes(':') ? 6 : 4 }]));
    sender = createSender({ addressPolicy, allowHttp: true, lookup });
    const send = () =>
      (sender as Sender).send({
        url: 'http://hooks.example/',
        body: Buffer.from('{}'),
        headers: {},
        connectTimeoutMs: 10_000,
        requestTimeoutMs: 30_000,
      });
    dialled.length = 0;
    expect(await send()).toMatchObject({ statusCode: 200 });
    answer = formatAddress(address, 0);
    // The idle connection goes where it was checked to go.
    expect(await send()).toMatchObject({ statusCode: 200 });
    receiver.endConnections();
    // Its end is noticed before or after the request is written; a new connection is checked in any case.
    expect(await send()).toMatchObject({ kind: 'failed' });
    expect(await send()).toMatchObject(REFUSED);
    expect(dialled).toEqual(['93.184.215.14']);
    sender.close();
  });
  await fc.assert(property, { numRuns: 40 });
});
