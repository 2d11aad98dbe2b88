import { expect, test } from '@jest/globals';
import { createAddressPolicy } from '../../src/domain/address-ranges.ts';
import type { Lookup } from './guarded-agent.ts';
import { createSender } from './send.ts';
import { shareLookups } from './shared-lookup.ts';
import { startHttp } from './test-receiver.ts';

/** A resolver that answers when it is told to. */
function slowResolver() {
  const asked: { name: string; answer: (error: Error | null, ...addresses: string[]) => void }[] = [];
  const lookup: Lookup = (name, _options, callback) => {
    const answer = (error: Error | null, ...addresses: string[]) =>
      callback(
        error,
        addresses.map((address) => ({ address, family: 4 })),
      );
    asked.push({ name, answer });
  };
  return { asked, lookup };
}

test('those who ask for a name while it is looked up share the answer; afterwards it is asked anew', () => {
  const { asked, lookup } = slowResolver();
  const shared = shareLookups(lookup);
  const got: unknown[] = [];
  const ask = (name: string, family = 0) =>
    shared(name, { all: true, family }, (error, addresses) => void got.push(error ?? addresses[0]?.address));
  ask('a.example');
  ask('a.example');
  ask('b.example');
  ask('a.example', 6);
  expect(asked.map(({ name }) => name)).toEqual(['a.example', 'b.example', 'a.example']);
  asked[0]?.answer(null, '93.184.215.14');
  expect(got).toEqual(['93.184.215.14', '93.184.215.14']);
  const failure = new Error('no such host');
  ask('a.example');
  ask('a.example');
  asked[3]?.answer(failure);
  expect(got.slice(2)).toEqual([failure, failure]);
  expect(asked).toHaveLength(4);
});

test('a lookup that throws leaves nobody waiting', () => {
  const shared = shareLookups(() => {
    throw new TypeError('not a name');
  });
  for (let time = 0; time < 2; time += 1) expect(() => shared('x', { all: true }, () => {})).toThrow('not a name');
});

test('a name that is not resolved in time holds up one lookup, however many attempts ask for it', async () => {
  const receiver = await startHttp((_, response) => response.writeHead(200).end());
  const { asked, lookup } = slowResolver();
  const sender = createSender({
    addressPolicy: createAddressPolicy({ allowedSubnets: ['127.0.0.1/32'] }),
    allowHttp: true,
    lookup,
  });
  const send = (host: string, connectTimeoutMs: number) =>
    sender.send({
      url: `http://${host}:${receiver.port}/`,
      body: Buffer.from('{}'),
      headers: {},
      connectTimeoutMs,
      requestTimeoutMs: 30_000,
    });
  const stuck = await Promise.all(Array.from({ length: 20 }, () => send('stuck.example', 50)));
  for (const result of stuck) expect(result).toMatchObject({ kind: 'failed', reason: 'timeout' });
  const good = send('good.example', 30_000);
  expect(asked.map(({ name }) => name)).toEqual(['stuck.example', 'good.example']);
  asked[1]?.answer(null, '127.0.0.1');
  expect(await good).toMatchObject({ statusCode: 200 });
  // An answer that comes when all have gone harms nobody.
  asked[0]?.answer(null, '127.0.0.1');
  expect(await send('127.0.0.1', 30_000)).toMatchObject({ statusCode: 200 });
  sender.close();
  await receiver.close();
});
