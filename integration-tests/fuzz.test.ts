import http from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Api, createApi } from './harness/api.ts';
import type { TestDatabase } from './harness/database.ts';
import { parkOne } from './harness/dead-letters.ts';
import { conditions } from './harness/fuzz/conditions.ts';
import { goodValues } from './harness/fuzz/good-values.ts';
import { faultOf } from './harness/fuzz/judge.ts';
import { mutated } from './harness/fuzz/nasty.ts';
import { type Operation, operations } from './harness/fuzz/operations.ts';
import { type RawAnswer, rawRequest } from './harness/fuzz/raw-http.ts';
import { EXISTING, type FuzzRequest, requestsTo, spoilt } from './harness/fuzz/requests.ts';
import { fuzzSettings } from './harness/fuzz/settings.ts';
import { type WriteWatch, watchWrites } from './harness/fuzz/write-watch.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { freePorts, killAllStarted, npmStart, type Started } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, recordedEvent, unique } from './harness/scenario.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';
import { externalSettings } from './harness/service-process.ts';

/*
 * Every operation of the API's description, with good and bad values of every field, against a process of its own. Who
 * adds a route has it fuzzed without a line here.
 *
 *   FUZZ_RUNS=2000 npm test -- --testPathPatterns fuzz        FUZZ_SEED=… repeats a run
 */
const settings = fuzzSettings(process.env);
const perRoute = { numRuns: settings.runs, seed: settings.seed, endOnFailure: settings.runs < 100 };
const TIMEOUT_MS = 120_000 + settings.runs * 1_000;
/** The API's connections alone are watched: the worker writes when it likes. */
const API_APPLICATION = 'exosphere-fuzzed-api';

let database: TestDatabase;
let writes: WriteWatch;
let worker: TestService;
let started: Started;
let url: string;
let api: Api;
let receiver: Receiver;
/** Switched off, so that nothing is sent by what is recorded. */
let quietEndpoint: string;
let parked: string[];
const agent = new http.Agent({ keepAlive: true });

beforeAll(async () => {
  database = await migratedDatabase();
  writes = await watchWrites(database.url, API_APPLICATION);
  receiver = await startReceiver();
  worker = await startTestService({ databaseUrl: database.url, role: 'worker' });
  const { PORT } = await freePorts();
  started = npmStart({
    env: { PORT, EXOSPHERE_ROLE: 'api', PGAPPNAME: API_APPLICATION, ...externalSettings(database.url) },
  });
  await started.prints(/"msg":"running"/);
  url = `http://127.0.0.1:${PORT}`;
  api = createApi(url, API_KEY);
  quietEndpoint = (await createEndpoint(api, receiver.url, { is_active: false })).id;
  receiver.answer(500);
  const made = await Promise.all(Array.from({ length: 5 }, () => parkOne(api, receiver)));
  parked = made.map(({ delivery }) => delivery.id);
}, 180_000);
afterAll(async () => {
  agent.destroy();
  await killAllStarted();
  await worker?.close();
  await writes?.close();
  await receiver?.close();
  await database?.drop();
});

const hints = () => goodValues({ target: receiver.url, endpointId: quietEndpoint, deliveryId: parked[0] as string });

test.each(operations)(
  '$method $path',
  async (operation) => {
    const property = fc.asyncProperty(requestsTo(operation, hints()), (request) => isAnsweredWell(operation, request));
    await fc.assert(property, perRoute);
    expect((await api.get('/healthz')).status).toBe(200);
  },
  TIMEOUT_MS,
);

/** Makes the request and judges the answer. What was written must read back. @throws Error that says what is wrong */
async function isAnsweredWell(operation: Operation, request: FuzzRequest): Promise<void> {
  const { method } = operation;
  const path = await pathOf(operation, request);
  const { bytes, headers } = spoilt(request, operation.body?.types ?? []);
  const before = await writes.count();
  const all = { 'x-api-key': API_KEY, ...headers, ...request.headers };
  const send = () => rawRequest(url, { method, path, headers: all, bytes }, agent);
  let answer = await send();
  // What it depends on is there, but a busy machine may keep it waiting: then it may say so, and must do at last.
  for (let again = 0; answer.status === 503 && again < 3; again += 1) answer = await send();
  const written = (await writes.count()) - before;
  const fault = faultOf(operation, request, answer, written) ?? (await readBackFault(operation, path, answer));
  if (fault !== undefined) throw new Error(`${method} ${path.slice(0, 300)} ${fault}: ${answer.text.slice(0, 1_000)}`);
}

/** The request's path; what is to exist there is made first, or taken from what `beforeAll` has made. */
async function pathOf(operation: Operation, { params, query }: FuzzRequest): Promise<string> {
  let path = operation.path;
  for (const [name, value] of Object.entries(params)) {
    path = path.replace(`{${name}}`, value === EXISTING ? await existing(operation.path) : value);
  }
  return query.length === 0 ? path : `${path}?${query.map((pair) => pair.join('=')).join('&')}`;
}

async function existing(path: string): Promise<string> {
  const collection = path.slice(0, path.indexOf('/{'));
  if (collection === '/v1/webhooks') return (await createEndpoint(api, receiver.url)).id;
  if (collection === '/v1/alert-rules') return (await createRule(api, [quietEndpoint])).id;
  if (collection === '/v1/sources/temporal') {
    const away = { name: unique('source'), address: '127.0.0.1:1025', namespace: 'default' };
    return (await api.post(collection, away)).body.id;
  }
  const { body } = await api.get(`${collection}?limit=1`);
  const [first] = body?.items ?? [];
  return first?.id ?? first?.type ?? parked[0];
}

/** Whatever was created or changed is there as the answer said, and can be deleted where there is a way to. */
async function readBackFault({ method, path: template }: Operation, path: string, { status, body }: RawAnswer) {
  const isThere = (verb: string, at: string) => operations.some((each) => each.method === verb && each.path === at);
  const [place = ''] = path.split('?');
  if (method === 'PATCH' && status === 200) return differs(body, place);
  if (template.startsWith('/v1/api-keys') && status < 300) return await keyFault(method, place, body);
  // Of a cookie that the caller did not send.
  if (template === '/v1/session') return undefined;
  if (method === 'DELETE' && status === 204)
    return (await api.get(place)).status === 404 ? undefined : 'is still there';
  if (method !== 'POST' || status !== 201 || !isThere('GET', `${template}/{id}`)) return undefined;
  const fault = await differs(body, `${template}/${body.id}`);
  // A long run would leave thousands of rules, each to be asked about each event.
  if (isThere('DELETE', `${template}/{id}`)) await api.delete(`${template}/${body.id}`);
  return fault;
}

/** A revoked key stays, and one for another namespace is not seen from here. */
async function keyFault(method: string, place: string, body: RawAnswer['body']): Promise<string | undefined> {
  if (method === 'DELETE') return (await api.get(place)).body.revoked_at ? undefined : 'is not revoked';
  if (method !== 'POST' || body.namespace !== 'default') return undefined;
  const { key: _, ...told } = body;
  return differs(told, `${place}/${body.id}`);
}

async function differs(told: Record<string, unknown>, place: string): Promise<string | undefined> {
  const { status, body } = await api.get(place);
  if (status !== 200) return `reads back as ${status}`;
  const wrong = Object.keys(body).filter((field) => !isDeepStrictEqual(body[field], told[field]));
  return wrong.length === 0 ? undefined : `reads back with another ${wrong.join(', ')}`;
}

describe('what was accepted', () => {
  test(
    'events of any content are recorded and read back as they were sent',
    async () => {
      const data = mutated(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 })).map((value) =>
        JSON.stringify(value),
      );
      const property = fc.asyncProperty(data, async (text) => {
        const id = unique('fuzzed-event');
        const answer = await api.post('/v1/events', `{"id":"${id}","type":"custom.fuzz","data":${text}}`);
        if (answer.status !== 202) return expect([answer.status, text]).toEqual([expect.any(Number), text]);
        const { data: read } = await recordedEvent(api, id);
        expect(read).toEqual(JSON.parse(text));
      });
      await fc.assert(property, perRoute);
    },
    TIMEOUT_MS,
  );

  test(
    'a condition that was saved decides about every event, and holds nobody up',
    async () => {
      const type = unique('custom.decided');
      const rules: string[] = [];
      const property = fc.asyncProperty(conditions, async (condition) => {
        const rule = { name: unique('rule'), event_type: type, webhook_endpoint_id: quietEndpoint, condition };
        const answer = await api.post('/v1/alert-rules', rule);
        expect([201, 422]).toContain(answer.status);
        if (answer.status === 201) rules.push(answer.body.id);
        if (answer.status === 422) expect(answer.body.errors[0].path).toBe('condition');
      });
      await fc.assert(property, perRoute);
      for (const data of [{}, { n: 2, a: 'b', list: Array(1_000).fill('a'), graph_name: '(a+)+$'.repeat(9) }]) {
        const id = unique('decided');
        await api.post('/v1/events', { id, type, data });
        const { decisions } = await recordedEvent(api, id);
        expect(decisions.map(({ rule_id }: { rule_id: string }) => rule_id)).toEqual(expect.arrayContaining(rules));
        for (const { outcome, reason } of decisions) expect([outcome, reason]).toEqual([outcome, expect.any(String)]);
      }
    },
    TIMEOUT_MS,
  );
});
