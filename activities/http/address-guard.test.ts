import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createAddressPolicy } from '../../src/domain/address-ranges.ts';
import { createGuardedAgents, type Lookup } from './guarded-agent.ts';
import { createSender, type Sender } from './send.ts';
import { redirectDials } from './test-dials.ts';
import { type Receiver, startHttp } from './test-receiver.ts';

interface Case {
  url: string;
  resolves_to?: string[] | string[][];
  why: string;
  expect: 'allowed' | 'blocked';
  class: string;
}
const cases = JSON.parse(
  readFileSync(new URL('../../integration-tests/data/address-guard-cases.json', import.meta.url), 'utf8'),
) as Case[];

const addressPolicy = createAddressPolicy({ allowedSubnets: [] });
let receiver: Receiver;
let dialled: string[];
let sender: Sender | undefined;

beforeEach(async () => {
  // Every dial lands here. It tries to lead the sender astray, as the `redirect` rows want it.
  receiver = await startHttp((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:6379/' }).end());
  dialled = redirectDials(receiver.port);
});
afterEach(async () => {
  sender?.close();
  jest.restoreAllMocks();
  await receiver.close();
});

function sendTo(url: string, lookup: Lookup) {
  sender = createSender({ addressPolicy, allowHttp: true, lookup });
  return sender.send({ url, body: Buffer.from('{}'), headers: {}, connectTimeoutMs: 5_000, requestTimeoutMs: 15_000 });
}

/** Answers with each list in turn, then with the last one for ever. */
function answering(...answers: string[][]): Lookup {
  let asked = 0;
  return (_name, _options, callback) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    setImmediate(() =>
      callback(
        null,
        answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );
  };
}

function answersOf({ resolves_to = [] }: Case): string[][] {
  return Array.isArray(resolves_to[0]) ? (resolves_to as string[][]) : [resolves_to as string[]];
}

const LITERALS: Record<string, string> = {
  'http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/': '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
};

describe('the table of cases', () => {
  const rows = (wanted: (row: Case) => boolean) => cases.filter(wanted);
  const isFollowUp = (row: Case) => row.class === 'rebinding' || row.class === 'redirect';

  test('has every row in one of the groups below', () => {
    expect(cases.length).toBeGreaterThanOrEqual(99);
    expect(new Set(cases.map((row) => row.expect))).toEqual(new Set(['allowed', 'blocked']));
  });

  test.each(rows((row) => row.expect === 'allowed'))('dials $url: $why', async (row) => {
    const result = await sendTo(row.url, answering(...answersOf(row)));
    expect(dialled).toEqual([answersOf(row)[0]?.[0] ?? LITERALS[row.url] ?? new URL(row.url).hostname]);
    expect(result).not.toMatchObject({ reason: 'blocked' });
  });

  test.each(rows((row) => row.expect === 'blocked' && !isFollowUp(row)))('never dials $url: $why', async (row) => {
    const result = await sendTo(row.url, answering(...answersOf(row)));
    expect(dialled).toEqual([]);
    expect(result).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/^(blocked|invalid_url)$/) });
  });

  test.each(rows((row) => row.class === 'rebinding'))('dials the checked address only, $url: $why', async (row) => {
    const lookup = answering(...answersOf(row));
    expect(await sendTo(row.url, lookup)).toMatchObject({ kind: 'response' });
    expect(dialled).toEqual(answersOf(row)[0]);
    sender?.close();
    expect(await sendTo(row.url, lookup)).toMatchObject({ kind: 'failed', reason: 'blocked' });
    expect(dialled).toEqual(answersOf(row)[0]);
  });

  test.each(rows((row) => row.class === 'redirect'))('does not follow $url: $why', async (row) => {
    const result = await sendTo(row.url, answering(...answersOf(row)));
    expect(result).toMatchObject({ kind: 'response', statusCode: 302 });
    expect(dialled).toEqual(answersOf(row)[0]);
  });
});

describe('beyond the table', () => {
  test.each([
    [['127.0.0.1', '93.184.215.14']],
    [['93.184.215.14', '10.0.0.1']],
    [['93.184.215.14', '2606:4700::1', 'fd00::1']],
    [['::ffff:93.184.215.14']],
    [['fe80::1%lo']],
    [['168.63.129.16']],
    [['2002:7f00:1::']],
    [[]],
  ])('a name that resolves to %j is blocked', async (addresses) => {
    const result = await sendTo('https://hooks.example/', answering(addresses));
    expect(result).toMatchObject({ kind: 'failed', reason: 'blocked' });
    expect(dialled).toEqual([]);
  });

  test('a blocked attempt tells no address', async () => {
    const result = await sendTo('http://hooks.example/', answering(['10.20.30.40']));
    expect(JSON.stringify(result)).not.toContain('10.20.30.40');
  });

  test('a blocked attempt is not made again on another connection', async () => {
    let asked = 0;
    await sendTo('http://hooks.example/', (_name, _options, callback) => {
      asked += 1;
      callback(null, [{ address: '10.0.0.1', family: 4 }]);
    });
    expect(asked).toBe(1);
  });

  test('localhost dies at lookup as well, where the URL policy lets it pass', async () => {
    const onlyV6 = createAddressPolicy({ allowedSubnets: ['::1/128'] });
    sender = createSender({ addressPolicy: onlyV6, allowHttp: true, lookup: answering(['::1', '127.0.0.1']) });
    const result = await sender.send({
      url: 'http://localhost.:3000/',
      body: Buffer.from('{}'),
      headers: {},
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 15_000,
    });
    expect(result).toMatchObject({ kind: 'failed', reason: 'blocked' });
    expect(dialled).toEqual([]);
  });
});

describe('the agents by themselves, without the URL policy', () => {
  const literals = cases.filter(
    (row) => row.expect === 'blocked' && /^https?:$/.test(URL.parse(row.url)?.protocol ?? '') && !row.resolves_to,
  );
  const names = cases.filter((row) => row.expect === 'blocked' && row.class === 'dns' && row.resolves_to);

  test.each([...literals, ...names])('never dial $url: $why', async (row) => {
    const error = await requestError({ url: new URL(row.url), lookup: answering(...answersOf(row)) });
    expect(error).toMatchObject({ name: 'AddressNotAllowedError', message: 'Address not allowed' });
    expect(dialled).toEqual([]);
  });

  test.each([
    { socketPath: '/var/run/docker.sock' },
    { socketPath: '/var/run/docker.sock', host: 'example.com' },
    { host: '::1' },
    { host: '[::1]' },
    { host: '127.0.0.1' },
  ])('never dial %j', async (options) => {
    for (const protocol of ['http:', 'https:']) {
      const error = await requestError({ options: { protocol, ...options }, lookup: answering(['93.184.215.14']) });
      expect(error).toMatchObject({ name: 'AddressNotAllowedError' });
    }
    expect(dialled).toEqual([]);
  });

  test('cannot be given another lookup by a request', async () => {
    const lookup = answering(['10.0.0.1']);
    const options = { protocol: 'http:', host: 'hooks.example', lookup: answering(['93.184.215.14']) };
    expect(await requestError({ options: options as http.RequestOptions, lookup })).toMatchObject({
      name: 'AddressNotAllowedError',
    });
    expect(dialled).toEqual([]);
  });

  test('a lookup that fails fails the request', async () => {
    const lookup: Lookup = (_name, _options, callback) =>
      callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
    expect(await requestError({ url: new URL('http://hooks.example/'), lookup })).toMatchObject({ code: 'ENOTFOUND' });
  });

  async function requestError({
    url,
    options = {},
    lookup,
  }: {
    url?: URL;
    options?: http.RequestOptions;
    lookup: Lookup;
  }): Promise<unknown> {
    const agents = createGuardedAgents({ addressPolicy, lookup, keepAlive: true });
    const isTls = (url?.protocol ?? options.protocol) === 'https:';
    const agent = isTls ? agents.https : agents.http;
    try {
      return await new Promise((resolve, reject) => {
        const { request } = isTls ? https : http;
        const sent = url ? request(url, { ...options, agent }) : request({ ...options, agent });
        sent.on('error', resolve);
        sent.on('response', () => reject(new Error('it was answered')));
        sent.end();
      });
    } finally {
      agents.destroy();
    }
  }
});
