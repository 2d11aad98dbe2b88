import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Received, type Receiver, startReceiver } from '../../integration-tests/harness/receiver.ts';
import { until } from '../../integration-tests/harness/until.ts';
import { ExosphereAlerts } from './client.ts';
import type { ExosphereAlertsError } from './error.ts';
import type { NewEvent } from './events.ts';
import type { ErrorContext, ExosphereAlertsOptions } from './options.ts';

/* Against a server on a real socket that answers as the service does, or as no service should. */

let server: Receiver;
let alerts: ExosphereAlerts;
let errors: [code: string, context: ErrorContext][];
let drops: [NewEvent, ExosphereAlertsError][];
const open: ExosphereAlerts[] = [];

beforeEach(async () => {
  server = await startReceiver();
  server.answer(accept);
  errors = [];
  drops = [];
  alerts = client();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close({ timeout: 1 })));
  await server.close();
});

function client(options: Partial<ExosphereAlertsOptions> = {}): ExosphereAlerts {
  const made = new ExosphereAlerts({
    url: new URL(server.url).origin,
    apiKey: 'key',
    onError: (error, context) => errors.push([error.code, context]),
    onDrop: (event, error) => drops.push([event, error]),
    ...options,
  });
  open.push(made);
  return made;
}

const event = (id: string, data: Record<string, unknown> = {}): NewEvent => ({ type: 'custom.test', id, data });
const eventsOf = ({ text }: Received): NewEvent[] => {
  const body = JSON.parse(text);
  return body.events ?? [body];
};
const sentIds = () => server.received.map((request) => eventsOf(request).map(({ id }) => id));
const answer = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
/** Takes all, but for those whose id says otherwise. */
function accept(response: ServerResponse, request: Received) {
  const items = eventsOf(request).map(({ id }) => ({ id, status: 'accepted' }));
  answer(response, 202, request.path.endsWith('/batch') ? { items } : items[0]);
}
const problem =
  (status: number, code: string, headers = {}) =>
  (response: ServerResponse) =>
    void answer(response, status, { status, code, detail: `It is ${code}.`, errors: [] }, headers);

test('what is emitted in one task goes together, in order, each with an id and a time made once', async () => {
  const ids = [alerts.emit({ type: 'custom.a', data: {} }), alerts.emit({ type: 'custom.b', data: { n: 1 } })];
  expect(alerts.pending).toBe(2);
  expect(await alerts.flush()).toBe(true);
  const [request] = server.received;
  expect(request).toMatchObject({ path: '/v1/events/batch' });
  expect(request!.headers).toMatchObject({ authorization: 'Bearer key', 'content-type': 'application/json' });
  expect(eventsOf(request!)).toEqual([
    { type: 'custom.a', data: {}, id: ids[0], occurred_at: expect.stringMatching(/^20.*Z$/) },
    { type: 'custom.b', data: { n: 1 }, id: ids[1], occurred_at: expect.any(String) },
  ]);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect({ pending: alerts.pending, errors, drops }).toEqual({ pending: 0, errors: [], drops: [] });
});

test('a lone one goes by /v1/events; `send` says what became of it', async () => {
  server.answer(accept, (response) => void answer(response, 202, { id: 'e', status: 'duplicate' }));
  expect(await alerts.send(event('e'))).toEqual({ id: 'e', status: 'accepted' });
  expect(await alerts.send(event('e'))).toEqual({ id: 'e', status: 'duplicate' });
  expect(server.received.map(({ path }) => path)).toEqual(['/v1/events', '/v1/events']);
});

test('what is changed after emitting is sent as it was', async () => {
  const data = { rows: [1] };
  alerts.emit(event('e', data));
  data.rows.push(2);
  await alerts.flush();
  expect(eventsOf(server.received[0]!)[0]).toMatchObject({ data: { rows: [1] } });
});

test.each<[string, (response: ServerResponse) => void, string]>([
  ['503', problem(503, 'unavailable'), 'unavailable'],
  ['429', problem(429, 'rate_limited', { 'retry-after': '0' }), 'rate_limited'],
  ['502 of a proxy', (response) => void response.writeHead(502).end('<html>'), 'http_502'],
  ['a reset', (response) => void response.socket?.destroy(), 'unreachable'],
  ['a page of somebody else', (response) => void response.writeHead(200).end('<html>Hello'), 'unexpected_answer'],
  ['a batch for one', (response) => void answer(response, 202, { items: [] }), 'unexpected_answer'],
])('%s: sent again with the same id and content', async (_, failing, code) => {
  server.answer(failing, accept);
  alerts.emit(event('e', { n: 1 }));
  expect(await alerts.flush()).toBe(true);
  expect(server.received.map(({ text }) => text)).toEqual([server.received[0]!.text, server.received[0]!.text]);
  expect(errors).toEqual([[code, { retryIn: expect.any(Number) }]]);
  expect(drops).toEqual([]);
});

test('Retry-After is honoured', async () => {
  server.answer(problem(503, 'unavailable', { 'retry-after': '2' }), accept);
  alerts.emit(event('e'));
  await alerts.flush();
  // Both are of one clock, which timers may be a little early by.
  expect(server.received[1]!.at - server.received[0]!.at).toBeGreaterThan(1_950);
});

test('a request that is not answered is given up in time', async () => {
  alerts = client({ requestTimeout: 300 });
  server.answer(() => {}, accept);
  alerts.emit(event('e'));
  expect(await alerts.flush()).toBe(true);
  expect(errors[0]![0]).toBe('timeout');
});

test('entries of a batch stand alone: rejected is lost and told, unavailable is sent again', async () => {
  const fault = { code: 'invalid', detail: 'The event is invalid.', errors: [{ path: 'type', message: 'is no type' }] };
  server.answer((response, request) => {
    const status = { good: 'accepted', known: 'duplicate', bad: 'rejected', later: 'unavailable' };
    const items = eventsOf(request).map(({ id }) => ({
      id,
      status: status[id as 'good'],
      ...(id === 'bad' || id === 'later' ? { error: fault } : {}),
    }));
    answer(response, 202, { items });
  }, accept);
  for (const id of ['good', 'bad', 'known', 'later']) alerts.emit(event(id));
  expect(await alerts.flush()).toBe(true);
  expect(sentIds()).toEqual([['good', 'bad', 'known', 'later'], ['later']]);
  expect(drops).toEqual([[expect.objectContaining(event('bad')), expect.objectContaining({ code: 'invalid' })]]);
  expect(drops[0]![1].message).toBe('The event is invalid. type: is no type.');
  expect(errors.map(([code]) => code)).toEqual(['invalid', 'unavailable']);
});

test('a body that will not do is taken apart until the one at fault is alone', async () => {
  server.answer((response, request) =>
    eventsOf(request).some(({ id }) => id === 'e3') ? problem(413, 'too_large')(response) : accept(response, request),
  );
  for (let n = 0; n < 8; n++) alerts.emit(event(`e${n}`));
  expect(await alerts.flush()).toBe(true);
  expect(drops.map(([{ id }]) => id)).toEqual(['e3']);
  const taken = server.received.map(eventsOf).filter((events) => events.every(({ id }) => id !== 'e3'));
  expect(taken.flat().map(({ id }) => id)).toEqual(['e0', 'e1', 'e2', 'e4', 'e5', 'e6', 'e7']);
});

test.each([
  ['a wrong key', problem(401, 'unauthorized'), 'unauthorized'],
  ['no scope', problem(403, 'missing_scope'), 'missing_scope'],
  ['a wrong path', problem(404, 'not_found'), 'not_found'],
  ['another server', (response: ServerResponse) => void response.writeHead(400).end('<html>'), 'http_400'],
  ['a redirect', (r: ServerResponse) => void r.writeHead(308, { location: server.url }).end(), 'redirected'],
])('%s: told once, kept, not asked again and again; flush does not wait', async (_, refusing, code) => {
  server.answer(refusing);
  alerts.emit(event('e'));
  expect(await alerts.flush()).toBe(false);
  alerts.emit(event('f'));
  expect(await alerts.flush()).toBe(false);
  await expect(alerts.send(event('g'))).rejects.toMatchObject({ code });
  expect({ pending: alerts.pending, requests: server.received.length }).toEqual({ pending: 3, requests: 1 });
  expect(errors).toEqual([[code, { retryIn: 60_000 }]]);
  expect(await alerts.close()).toBe(false);
  expect(drops.map(([{ id }, error]) => [id, error.code])).toEqual(['e', 'f', 'g'].map((id) => [id, 'closed']));
});

test.each([
  ['oldest', ['c', 'd']],
  ['newest', ['a', 'b']],
] as const)('a full buffer: the %s gives way and is told', async (drop, kept) => {
  alerts = client({ buffer: { maxEvents: 2, drop } });
  for (const id of ['a', 'b', 'c', 'd']) alerts.emit(event(id));
  await alerts.flush();
  expect(sentIds()).toEqual([kept]);
  expect(drops.map(([{ id }]) => id)).toEqual(
    ['a', 'b', 'c', 'd'].filter((id) => !(kept as readonly string[]).includes(id)),
  );
  // Not one line for each.
  expect(errors.map(([code]) => code)).toEqual(['buffer_full']);
});

test('bounded in bytes too, while the server is away; what is under way is not given up for the new', async () => {
  let release = () => {};
  server.answer((response, request) => {
    release = () => accept(response, request);
  }, accept);
  alerts = client({ buffer: { maxBytes: 1_000 } });
  alerts.emit(event('first', { text: 'x'.repeat(400) }));
  await server.arrived(1);
  for (let n = 0; n < 50; n++) alerts.emit(event(`e${n}`, { text: 'x'.repeat(100) }));
  alerts.emit(event('huge', { text: 'x'.repeat(2_000) }));
  expect(alerts.pending).toBeLessThan(5);
  release();
  expect(await alerts.flush()).toBe(true);
  expect(sentIds()[0]).toEqual(['first']);
  expect(sentIds().flat().at(-1)).toBe('e49');
  expect(drops.at(-1)).toEqual([
    expect.objectContaining({ id: 'huge' }),
    expect.objectContaining({ code: 'buffer_full' }),
  ]);
});

test('what cannot be sent is refused at once, and breaks nothing', async () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const thrower = {
    type: 'custom.x',
    data: {},
    get id(): string {
      throw new Error('no id');
    },
  };
  const bad: [NewEvent, string][] = [
    [event('circular', circular), 'invalid_event'],
    [event('big', { n: 1n }), 'invalid_event'],
    [event('huge', { text: 'ü'.repeat(140_000) }), 'too_large'],
    [null as never, 'invalid_event'],
    [thrower, 'invalid_event'],
  ];
  for (const [one] of bad) expect(alerts.emit(one)).toEqual(expect.any(String));
  expect(drops.map(([, { code }]) => code)).toEqual(bad.map(([, code]) => code));
  expect(errors.map(([code]) => code)).toEqual(bad.map(([, code]) => code));
  for (const [one, code] of bad) await expect(alerts.send(one)).rejects.toMatchObject({ code });
  const strict = client({ throwOnError: true });
  for (const [one, code] of bad) expect(() => strict.emit(one)).toThrow(expect.objectContaining({ code }));
  expect(await alerts.flush()).toBe(true);
  expect(server.received).toEqual([]);
});

test('hooks that throw or reject, or emit themselves, break nothing', async () => {
  server.answer(problem(503, 'unavailable'), problem(422, 'invalid'), accept);
  alerts = client({
    onError: async () => {
      throw new Error('hook');
    },
    onDrop: ({ id }) => {
      if (id === 'e') alerts.emit(event('about-e'));
      throw new Error('hook');
    },
  });
  alerts.emit(event('e'));
  expect(await alerts.flush()).toBe(true);
  expect(await alerts.flush()).toBe(true);
  expect(sentIds()).toEqual([['e'], ['e'], ['about-e']]);
});

test('without hooks, a line on the console', async () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  try {
    client({ onError: undefined, onDrop: undefined }).emit(event('e', { n: 1n }));
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(/^\[exosphere-alerts\] invalid_event: .*lost: custom.test e/),
    );
  } finally {
    warn.mockRestore();
  }
});

test('flush is about what was emitted before it; many at once, and emitting meanwhile', async () => {
  const held: (() => void)[] = [];
  server.answer((response, request) => void held.push(() => accept(response, request)));
  alerts.emit(event('a'));
  const first = Promise.all([alerts.flush(), alerts.flush({ timeout: 30_000 })]);
  await server.arrived(1);
  alerts.emit(event('b'));
  const second = alerts.flush();
  held[0]!();
  expect(await first).toEqual([true, true]);
  expect(alerts.pending).toBe(1);
  expect(await alerts.flush({ timeout: 1 })).toBe(false);
  await server.arrived(2);
  held[1]!();
  expect(await second).toBe(true);
});

test('close: flushes, takes nothing more, tells what it drops, and may be called again', async () => {
  alerts.emit(event('a'));
  const closing = alerts.close();
  alerts.emit(event('late'));
  expect(await Promise.all([closing, alerts.close()])).toEqual([true, true]);
  expect(drops.map(([{ id }, { code }]) => [id, code])).toEqual([['late', 'closed']]);
  await expect(alerts.send(event('later'))).rejects.toMatchObject({ code: 'closed' });
  expect(await alerts.flush()).toBe(true);

  const stuck = client();
  server.answer(() => {});
  stuck.emit(event('under-way'));
  const waiting = stuck.send(event('asked')).catch(({ code }) => code);
  await server.arrived(2);
  expect(await stuck.close({ timeout: 1 })).toBe(false);
  expect(await waiting).toBe('closed');
  expect(drops.slice(2).map(([{ id }]) => id)).toEqual(['under-way', 'asked']);
});

test('many over a server that fails now and then: each arrives, in order, none is lost', async () => {
  let turn = 0;
  const taken: string[] = [];
  server.answer((response, request) => {
    const failing = [
      problem(503, 'unavailable', { 'retry-after': '0' }),
      (r: ServerResponse) => void r.socket?.destroy(),
    ];
    const fails = turn++ % 3;
    if (fails < 2) return failing[fails]!(response);
    taken.push(...eventsOf(request).map(({ id }) => id!));
    accept(response, request);
  });
  const ids = Array.from({ length: 1_200 }, (_, n) => `e${n}`);
  for (const id of ids) alerts.emit(event(id));
  await until(() => alerts.pending === 0, 'all to be taken');
  expect(taken).toEqual(ids);
  expect(drops).toEqual([]);
});

test('options that are wrong are said at once, and no key is quoted', () => {
  const wrong: [Partial<ExosphereAlertsOptions>, RegExp][] = [
    [{ url: 'alerts.example.com' }, /^url must be/],
    [{ url: 'ftp://alerts.example.com' }, /^url must be/],
    [{ url: 'https://me:pw@alerts.example.com' }, /^url must have no user/],
    [{ apiKey: '' }, /^apiKey must be/],
    [{ apiKey: 'secret\n' }, /^apiKey must be/],
    [{ apiKey: undefined as never }, /^apiKey must be/],
    [{ buffer: { maxEvents: Number.NaN } }, /^buffer.maxEvents/],
    [{ buffer: { maxBytes: 0 } }, /^buffer.maxBytes/],
    [{ buffer: { drop: 'all' as never } }, /^buffer.drop/],
    [{ requestTimeout: -1 }, /^requestTimeout/],
  ];
  for (const [options, message] of wrong) {
    expect(() => client(options)).toThrow(message);
    expect(() => client(options)).not.toThrow(/secret/);
  }
  expect(() => client({ url: 'https://alerts.example.com/base/' })).not.toThrow();
});
