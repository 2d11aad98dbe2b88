import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express from 'express';
import pino from 'pino';
import { z } from 'zod';
import { createBadKeyLimit } from './api/bad-key-limit.ts';
import { ApiError } from './api/problem.ts';
import { route } from './api/route.ts';
import { createApp } from './app.ts';
import type { SpanAttributes, Tracing } from './domain/trace.ts';

/** Once a request is at the handler that gives no answer. */
const arrived = Promise.withResolvers<void>();
const SECRET = 'postgres://user:hunter2@db/x';
const log: string[] = [];
/** What spans have ended with. */
const spans: { attributes: SpanAttributes | undefined; error: string | undefined }[] = [];
const tracing: Tracing = {
  isOn: true,
  begin: () => ({
    traceparent: undefined,
    traceId: undefined,
    link() {},
    end: (attributes, error) => void spans.push({ attributes, error }),
  }),
};
let server: Server;
let url: string;

/** Routes that fail as no route should. */
beforeAll(async () => {
  const failing = (path: string, fail: () => unknown) =>
    route({
      method: 'get',
      path,
      operationId: path,
      summary: '',
      tag: '',
      authenticated: false,
      replies: {},
      handle: async () => {
        throw fail();
      },
    });
  const page = express.Router();
  page.get('/', () => {
    throw new Error(SECRET);
  });
  const known = route({
    method: 'post',
    path: '/known/{id}',
    operationId: 'known',
    audit: { none: 'a test' },
    scope: 'any',
    summary: '',
    tag: '',
    params: z.object({ id: z.string() }),
    body: { schema: z.object({}) },
    replies: {},
    handle: async ({ caller }) => ({ status: 200, body: caller }),
  });
  const waiting = route({
    method: 'get',
    path: '/waiting',
    operationId: 'waiting',
    scope: 'any',
    summary: '',
    tag: '',
    replies: {},
    handle: () => {
      arrived.resolve();
      return new Promise<never>(() => {});
    },
  });
  const app = createApp({
    routes: [
      failing('/error', () => new Error(SECRET)),
      failing('/nested', () => new TypeError('outer', { cause: new Error(SECRET) })),
      failing('/text', () => SECRET),
      failing('/nothing', () => undefined),
      known,
      waiting,
    ],
    authenticate: async ({ headers: { 'x-api-key': key } }) => {
      if (key === 'good') return { keyId: 'key_good', namespace: 'default', scopes: ['admin'] };
      throw new ApiError(401, key === undefined ? 'missing_api_key' : 'invalid_api_key', 'No.');
    },
    badKeys: createBadKeyLimit({ now: () => 0, burst: 3, perMinute: 1 }),
    trustedProxies: ['127.0.0.0/8'],
    isHttps: true,
    log: pino({ level: 'error' }, { write: (line: string) => void log.push(line) }),
    newRequestId: () => 'req_1',
    now: () => 0,
    tracing,
    extra: [{ path: '/page', router: page }],
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test.each(['/error', '/nested', '/text', '/page'])(
  'GET %s fails with a bare 500; the log has the whole',
  async (path) => {
    const answer = await fetch(url + path);
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong here. Tell the operator the request id.',
      code: 'internal',
      errors: [],
    });
    expect(log.at(-1)).toContain('hunter2');
  },
);

test('a broken path or body tells no more than what is wrong with it', async () => {
  const post = { method: 'POST', headers: { 'x-api-key': 'good', 'content-type': 'application/json' }, body: '{' };
  const answers = await Promise.all([fetch(`${url}/known/%zz`, post), fetch(`${url}/known/1`, post)]);
  for (const answer of answers) {
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toMatch(/\n|node_modules|\.ts| at \//);
  }
});

test('who goes away before the answer ends the span, once, and as such', async () => {
  const before = spans.length;
  const caller = new AbortController();
  const answer = fetch(`${url}/waiting`, { headers: { 'x-api-key': 'good' }, signal: caller.signal });
  await arrived.promise;
  caller.abort();
  await expect(answer).rejects.toThrow();
  // The server hears of it a moment later.
  while (spans.length === before) await new Promise((resolve) => setImmediate(resolve));
  await fetch(`${url}/known/1`, { method: 'POST', headers: { 'x-api-key': 'good' } });
  while (spans.length < before + 2) await new Promise((resolve) => setImmediate(resolve));
  const [aborted, answered] = spans.slice(before);
  expect(aborted).toMatchObject({ error: 'aborted', attributes: { 'exosphere.namespace': 'default' } });
  expect(aborted?.attributes?.['http.response.status_code']).toBeUndefined();
  expect(answered).toMatchObject({ error: undefined, attributes: { 'http.response.status_code': 415 } });
});

test('bad keys are counted by the address that a trusted proxy gives; a good key passes', async () => {
  const send = (key: string, address: string) =>
    fetch(`${url}/known/1`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'x-forwarded-for': address, 'content-type': 'application/json' },
      body: '{}',
    });
  const statuses = async (address: string) => {
    const answers = [
      await send('a', address),
      await send('b', address),
      await send('c', address),
      await send('d', address),
    ];
    return answers.map(({ status }) => status);
  };
  expect(await statuses('192.0.2.1')).toEqual([401, 401, 401, 429]);
  // What a caller says of itself stands before what the proxy adds, and does not count.
  const forged = await send('e', '203.0.113.9, 192.0.2.1');
  expect([forged.status, forged.headers.get('retry-after')]).toEqual([429, '60']);
  expect(await forged.json()).toMatchObject({ code: 'too_many_bad_keys' });
  expect(await (await send('good', '192.0.2.1')).json()).toMatchObject({ keyId: 'key_good' });
  expect(await statuses('192.0.2.2')).toEqual([401, 401, 401, 429]);
});
