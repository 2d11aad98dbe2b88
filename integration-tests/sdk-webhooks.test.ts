import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verify, type WebhookEvent } from '@exosphere/alerts';
import { verifyWebhook as expressWebhook } from '@exosphere/alerts/express';
import { exosphereWebhook } from '@exosphere/alerts/fastify';
import { webhookHandler } from '@exosphere/alerts/fetch';
import { verifyWebhook as honoWebhook } from '@exosphere/alerts/hono';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { startFetchServer } from './harness/fetch-server.ts';
import { type Received, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, sendEvent } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* What the service sends is let through by each middleware, and nothing else is. */

let service: TestService;
/** The same secret everywhere, so that one receiver's delivery is good for all. */
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const options = { secret: SECRET };
const closing: (() => unknown)[] = [];
/** Where each listens, and the events it has let through. */
const urls: Record<string, string> = {};
const events: Record<string, WebhookEvent[]> = {};
const noted = (name: string) => {
  events[name] = [];
  return (event: WebhookEvent | undefined) => void events[name]!.push(event as WebhookEvent);
};
let delivery: Received;

beforeAll(async () => {
  service = await startTestService();
  for (const [name, start] of Object.entries({
    ...expressApps,
    fastify: startFastify,
    hono: startHono,
    fetch: startFetch,
  })) {
    urls[name] = await start(noted(name));
  }
  const plain = await startReceiver();
  closing.push(plain.close);
  const targets = [plain.url, ...Object.values(urls)];
  const endpoints = await Promise.all(targets.map((url) => createEndpoint(service.api, url, { secret: SECRET })));
  const rule = await createRule(
    service.api,
    endpoints.map(({ id }) => id),
  );
  await sendEvent(service.api, rule.event_types[0], { graph_name: 'etl', text: 'ü€\u2028' });
  [delivery] = (await plain.arrived(1)) as [Received];
}, 60_000);
afterAll(async () => {
  for (const close of closing) await close();
  await service.close();
});

async function listen(app: RequestListener): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

type Note = (event: WebhookEvent | undefined) => void;
const expressApp = (note: Note, ...before: express.RequestHandler[]) => {
  const app = express();
  for (const one of before) app.use(one);
  app.post('/hook', expressWebhook(options), (req, res) => {
    note(req.webhook);
    res.sendStatus(204);
  });
  const tell: express.ErrorRequestHandler = (error, _req, res, _next) => void res.status(500).send(error.message);
  return listen(app.use(tell));
};
const expressApps = {
  'express, nothing before': (note: Note) => expressApp(note),
  'express.raw before': (note: Note) => expressApp(note, express.raw({ type: 'application/json' })),
  'express.text before': (note: Note) => expressApp(note, express.text({ type: '*/*' })),
  'express.json of another type before': (note: Note) => expressApp(note, express.json({ type: 'text/json' })),
  'express.json that keeps the bytes': (note: Note) =>
    expressApp(note, express.json({ verify: (req, _res, bytes) => Object.assign(req, { rawBody: bytes }) })),
};

async function startFastify(note: Note): Promise<string> {
  const app = fastify();
  await app.register(exosphereWebhook, { url: '/hook', ...options, handler: note });
  app.post('/other', async (request) => request.body);
  closing.push(() => app.close());
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/hook`;
}

async function startHono(note: Note): Promise<string> {
  const app = new Hono();
  app.post('/hook', honoWebhook(options), async (c) => {
    // The body can still be read.
    expect(await c.req.json()).toEqual(c.get('webhook'));
    note(c.get('webhook'));
    return c.body(null, 204);
  });
  return startFetchApp((request) => app.fetch(request));
}

const startFetch = (note: Note) => startFetchApp(webhookHandler(options, note));

async function startFetchApp(handle: (request: Request) => Response | Promise<Response>): Promise<string> {
  const server = await startFetchServer(handle);
  closing.push(server.close);
  return `${server.url}/hook`;
}

const headersOf = ({ headers }: Received) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^webhook-|^x-exosphere|^content-type/.test(name)),
  ) as Record<string, string>;
const post = (url: string, body: string, headers: Record<string, string>) =>
  fetch(url, { method: 'POST', body, headers });

test('real deliveries get through, with the event, by all of them', async () => {
  await until(() => Object.values(events).every(({ length }) => length >= 1), 'each to have let one through');
  const sent = await verify(delivery.text, delivery.headers, SECRET);
  expect(sent.data.event.data.text).toBe('ü€\u2028');
  for (const [name, [event]] of Object.entries(events)) {
    // The same but for the delivery's own id and links.
    expect([name, event!.data.event]).toEqual([name, sent.data.event]);
  }
  await until(async () => {
    const { body } = await service.api.get(`/v1/deliveries?event_id=${sent.data.event.id}`);
    return body.items.every(({ status }: { status: string }) => status === 'succeeded');
  }, 'all deliveries to have succeeded');
});

test('nothing else does: changed, unsigned, stale, too large', async () => {
  const before = Object.values(events).map(({ length }) => length);
  for (const [name, url] of Object.entries(urls)) {
    const answers = [
      await post(url, delivery.text.replace('etl', 'elt'), headersOf(delivery)),
      await post(url, delivery.text, { 'content-type': 'application/json' }),
      await post(url, '', {}),
    ];
    const said = await Promise.all(
      answers.map(async (answer) => [answer.status, ((await answer.json()) as { code: string }).code]),
    );
    expect([name, said]).toEqual([
      name,
      [
        [401, 'no_matching_signature'],
        [401, 'missing_header'],
        [401, 'missing_header'],
      ],
    ]);
    // Parsers of Express have a limit of their own, and an error of their own for it.
    const large = await post(url, JSON.stringify('x'.repeat(1024 * 1024)), headersOf(delivery)).catch(() => undefined);
    if (large !== undefined && !/raw|text|keeps/.test(name)) expect([name, large.status]).toEqual([name, 413]);
  }
  expect(Object.values(events).map(({ length }) => length)).toEqual(before);
});

test('a body that was parsed before is an error that says what to do', async () => {
  const url = await expressApp(noted('parsed'), express.json());
  const answer = await post(url, delivery.text, headersOf(delivery));
  expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('in front of express.json()')]);
  expect(events.parsed).toEqual([]);
});

test('other routes of Fastify parse their bodies as before; a test-send is verified too', async () => {
  const other = await post(urls.fastify!.replace('/hook', '/other'), '{"a":1}', { 'content-type': 'application/json' });
  expect(await other.json()).toEqual({ a: 1 });
  const { id } = await createEndpoint(service.api, urls.fetch!, { secret: SECRET });
  const { body } = await service.api.post(`/v1/webhooks/${id}/test`);
  expect(body).toMatchObject({ outcome: 'success', status_code: 204 });
  expect(events.fetch!.at(-1)!.data.event.type).toBe('webhook.ping');
});

test('while a secret is replaced, a receiver may know the old one, the new one or both', async () => {
  const receiver = await startReceiver();
  closing.push(receiver.close);
  const { id, secret } = await createEndpoint(service.api, receiver.url);
  const { secret: newer } = (await service.api.post(`/v1/webhooks/${id}/rotate-secret`, {})).body;
  await service.api.post(`/v1/webhooks/${id}/test`);
  const [{ text, headers }] = (await receiver.arrived(1)) as [Received];
  for (const known of [secret, newer, [newer, secret]]) {
    expect((await verify(text, headers, known)).data.event.type).toBe('webhook.ping');
    const { 'webhook-signature': _, ...exosphereOnly } = headers;
    expect((await verify(text, exosphereOnly, known)).data.event.type).toBe('webhook.ping');
  }
  await expect(verify(text, headers, SECRET)).rejects.toMatchObject({ code: 'no_matching_signature' });
  const late = { now: Date.now() + 301_000 };
  await expect(verify(text, headers, secret, late)).rejects.toMatchObject({ code: 'timestamp_too_old' });
});
