import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { type ExportedSpan, type OtlpReceiver, startOtlpReceiver } from './harness/otlp-receiver.ts';
import { type Received, type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, sendEvent, unique } from './harness/scenario.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';
import { type ServiceProcess, startServiceProcess } from './harness/service-process.ts';
import { until } from './harness/until.ts';

const SERVER = 2;
const CLIENT = 3;
const CONSUMER = 5;

let service: ServiceProcess;
let collector: OtlpReceiver;
let receiver: Receiver;
let database: TestDatabase;

beforeAll(async () => {
  [database, collector, receiver] = await Promise.all([migratedDatabase(), startOtlpReceiver(), startReceiver()]);
  service = await startServiceProcess(database.url, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_SERVICE_NAME: 'alerts-of-this-test',
  });
}, 120_000);

afterAll(async () => {
  await killAllStarted();
  await Promise.all([collector?.close(), receiver?.close()]);
  await database?.drop();
});

test('one trace from the request through the record to each attempt, which the receiver goes on with', async () => {
  const { traceId, spanId, traceparent } = newTrace();
  const type = await watched({ retry_policy: { schedule: ['1s'] } });
  receiver.answer(500, 200);
  const seen = receiver.received.length;
  const id = unique('event');
  await service.api.post('/v1/events', { id, type, data: {} }, { traceparent });
  const posts = (await receiver.arrived(seen + 2)).slice(seen);

  const spans = await spansOf(traceId, 4);
  const [server, record, failed, succeeded] = spans as [ExportedSpan, ExportedSpan, ExportedSpan, ExportedSpan];
  expect(server).toMatchObject({ name: 'POST /v1/events', kind: SERVER, parentSpanId: spanId, isError: false });
  expect(server.attributes).toMatchObject({ 'http.response.status_code': 202, 'exosphere.namespace': 'default' });
  expect(record).toMatchObject({ name: 'record event', kind: CONSUMER, parentSpanId: server.spanId });
  expect(record.attributes).toMatchObject({
    'exosphere.event_id': id,
    temporalWorkflowId: expect.stringMatching(/^event\/default\//),
  });
  expect(failed).toMatchObject({ name: 'POST', kind: CLIENT, parentSpanId: server.spanId, isError: true });
  expect(failed.attributes).toMatchObject({
    'exosphere.attempt': 1,
    'error.type': '500',
    'server.address': '127.0.0.1',
  });
  expect(succeeded).toMatchObject({ kind: CLIENT, parentSpanId: server.spanId, isError: false });
  expect(succeeded.attributes).toMatchObject({ 'exosphere.attempt': 2, 'http.response.status_code': 200 });
  expect(posts.map(traceparentOf)).toEqual([failed, succeeded].map(({ spanId: own }) => `00-${traceId}-${own}-01`));
  expect(spans.map((span) => span.service)).toEqual(Array(4).fill('alerts-of-this-test'));
});

test('a list leads to one trace for each event, joined by links', async () => {
  const type = await watched();
  receiver.answer(200);
  const seen = receiver.received.length;
  // CloudEvents' own extension says to which trace an event belongs, whatever brought it here.
  const traces = [newTrace(), newTrace(), newTrace()];
  const events = traces.map(({ traceparent }) => cloudEvent(type, { traceparent }));
  await service.api.post('/v1/events/batch', { events });
  const posts = (await receiver.arrived(seen + 3)).slice(seen);
  expect(posts.map((post) => traceparentOf(post)?.slice(3, 35)).sort()).toEqual(
    traces.map(({ traceId }) => traceId).sort(),
  );
  const records = await Promise.all(traces.map(async ({ traceId }) => (await spansOf(traceId, 2))[0] as ExportedSpan));
  const lists = records.map(({ links }) => links[0]);
  expect(lists).toEqual([lists[0], lists[0], lists[0]]);
  const list = await until(() => collector.spans.find(({ spanId }) => spanId === lists[0]?.spanId), "the list's span");
  expect(list).toMatchObject({ name: 'record list', kind: CONSUMER });
  expect(list.links.map(({ spanId }) => spanId).sort()).toEqual(records.map(({ spanId }) => spanId).sort());
});

test('an event that comes in no trace begins one, a test-send goes on with its request, and probes have none', async () => {
  const type = await watched();
  receiver.answer(200);
  let seen = receiver.received.length;
  await sendEvent(service.api, type);
  const [post] = (await receiver.arrived(seen + 1)).slice(seen);
  const spans = await spansOf(String(traceparentOf(post as Received)).slice(3, 35), 3);
  expect(spans.map(({ name }) => name)).toEqual(['POST /v1/events', 'record event', 'POST']);
  expect(spans[0]?.parentSpanId ?? '').toBe('');

  const endpoint = await createEndpoint(service.api, receiver.url);
  const { traceId, traceparent } = newTrace();
  seen = receiver.received.length;
  await service.api.post(`/v1/webhooks/${endpoint.id}/test`, {}, { traceparent });
  const [ping] = (await receiver.arrived(seen + 1)).slice(seen);
  expect((await spansOf(traceId, 2)).map(({ name }) => name)).toEqual(['POST /v1/webhooks/{id}/test', 'POST']);
  expect(traceparentOf(ping as Received)).toMatch(new RegExp(`^00-${traceId}-`));

  // Spans are exported in the order in which they ended: once the later one is here, one of the probes would be.
  const probed = newTrace();
  for (const path of ['/readyz', '/healthz', '/metrics']) {
    expect((await fetch(service.url + path, { headers: { traceparent: probed.traceparent } })).status).toBe(200);
  }
  const later = newTrace();
  await service.api.raw('/v1/webhooks', {
    headers: { 'x-api-key': API_KEY, traceparent: later.traceparent },
  });
  await spansOf(later.traceId, 1);
  expect(collector.spans.filter(({ traceId }) => traceId === probed.traceId)).toEqual([]);
  expect(collector.spans.filter(({ name }) => /readyz|healthz|metrics/.test(name))).toEqual([]);
});

test('no secret and no part of a URL but its host is in any span', async () => {
  const { traceId, traceparent } = newTrace();
  const [header, path, query] = ['value-of-a-header', 'path-of-the-target', 'query-of-the-target'];
  const target = `${receiver.url}/${path}?token=${query}`;
  const endpoint = await createEndpoint(service.api, target, {
    headers: { 'x-team': header },
    retry_policy: { schedule: ['1s'] },
  });
  const [type] = (await createRule(service.api, [endpoint.id])).event_types;
  // The receiver echoes what it was sent, and a request breaks off: errors have texts too.
  receiver.answer(
    (response, { headers }) => void response.writeHead(500).end(JSON.stringify(headers)),
    (response) => void response.destroy(),
  );
  await service.api.post('/v1/events', { type, data: { note: 'data-of-the-event' } }, { traceparent });
  const spans = await spansOf(traceId, 4);
  receiver.answer(200);
  expect(spans.filter(({ kind }) => kind === CLIENT).map(({ attributes }) => attributes['server.address'])).toEqual([
    '127.0.0.1',
    '127.0.0.1',
  ]);
  const told = JSON.stringify(collector.spans);
  for (const secret of [API_KEY, endpoint.secret, 'whsec_', header, path, query, '/hook', 'data-of-the-event']) {
    expect([secret, told.includes(secret)]).toEqual([secret, false]);
  }
});

test('without a collector a trace is passed on as it came, and the log lines have its id', async () => {
  const plain: TestService = await startTestService({ databaseUrl: database.url, role: 'all' });
  try {
    // The process of the other tests must not take the event.
    await killAllStarted();
    const endpoint = await createEndpoint(plain.api, receiver.url);
    const rule = await createRule(plain.api, [endpoint.id]);
    receiver.answer(200);
    const seen = receiver.received.length;
    const { traceId, traceparent } = newTrace();
    const [type] = rule.event_types;
    await plain.api.post('/v1/events', { type, data: {} }, { traceparent });
    await plain.api.post('/v1/events', { type, data: {} }, { traceparent: 'nonsense' });
    const posts = (await receiver.arrived(seen + 2)).slice(seen);
    expect(posts.map(traceparentOf).sort()).toEqual([traceparent, undefined]);
    const line = (msg: string, more: object) =>
      until(
        () => plain.log.find((each) => Object.entries({ msg, ...more }).every(([key, value]) => each[key] === value)),
        `the line ${msg}`,
      );
    const known = { trace_id: traceId, namespace: 'default' };
    expect(await line('request', { ...known, route: '/v1/events' })).toMatchObject({ status: 202, code: null });
    expect(await line('attempt', { ...known, event_type: type })).toMatchObject({
      delivery_id: expect.stringMatching(/^dlv_/),
      endpoint_id: endpoint.id,
      kind: 'http',
      rule_id: rule.id,
      attempt: 1,
      outcome: 'success',
      duration_ms: expect.any(Number),
      latency_ms: expect.any(Number),
    });
  } finally {
    await plain.close();
  }
});

let serial = 0;
/** A trace that somebody else has begun. */
function newTrace() {
  serial += 1;
  const traceId = `4bf92f3577b34da6a3ce929d0e0e${serial.toString(16).padStart(4, '0')}`;
  const spanId = '00f067aa0ba902b7';
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}

const traceparentOf = ({ headers }: Received) => headers.traceparent as string | undefined;

const cloudEvent = (type: string, more: object) => ({
  specversion: '1.0',
  id: unique('event'),
  source: '/tests',
  type,
  data: {},
  ...more,
});

/** An event type that one endpoint of the receiver hears of. */
async function watched(endpoint: object = {}): Promise<string> {
  const { id } = await createEndpoint(service.api, receiver.url, endpoint);
  return (await createRule(service.api, [id])).event_types[0];
}

/** The spans of a trace once there are so many, in the order in which they began. */
async function spansOf(traceId: string, count: number): Promise<ExportedSpan[]> {
  const found = () => collector.spans.filter((span) => span.traceId === traceId);
  await until(() => found().length >= count, `${count} spans of ${traceId}`);
  return found().toSorted((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1));
}
