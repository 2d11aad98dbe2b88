import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventDigest } from '../src/domain/event-digest.ts';
import { taskQueue } from '../workflows/contract.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { deliveryWith, recordedEvent, unique, watchedType } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';

const SOURCE = '/namespaces/default';

const servers = testServers();

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
});
afterAll(async () => {
  await service.close();
  await receiver.close();
});

const send = (body: unknown, headers?: Record<string, string>) => service.api.post('/v1/events', body, headers);
const recorded = (id: string, query?: string) => recordedEvent(service.api, id, query);
describe('an event is accepted once, ever', () => {
  test('a repeat is a duplicate once the first is recorded, and leads to nothing', async () => {
    const type = await watchedType(service.api, receiver.url);
    const id = unique('evt');
    const event = { id, type, data: { b: 1, a: [1, 2] } };
    expect(await send(event)).toMatchObject({ status: 202, body: { id, status: 'accepted' } });
    const { deliveries } = await recorded(id);
    await deliveryWith(service.api, deliveries[0].id, 'succeeded');
    const reordered = { type, data: { a: [1, 2], b: 1 }, id };
    expect(await send(reordered)).toMatchObject({ status: 202, body: { id, status: 'duplicate' } });
    expect((await recorded(id)).deliveries).toHaveLength(1);
  });

  test('many at the same moment lead to one delivery', async () => {
    const type = await watchedType(service.api, receiver.url);
    const id = unique('evt');
    const answers = await Promise.all(Array.from({ length: 20 }, () => send({ id, type, data: {} })));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    const { deliveries } = await recorded(id);
    expect(deliveries).toHaveLength(1);
    const { body } = await service.api.get(`/v1/deliveries?event_id=${id}`);
    expect(body.items).toHaveLength(1);
  });

  test('after Temporal has forgotten the workflow, the key in PostgreSQL remembers', async () => {
    const id = unique('evt');
    const type = await watchedType(service.api, receiver.url);
    await send({ id, type, data: {} });
    const { deliveries } = await recorded(id);
    await deliveryWith(service.api, deliveries[0].id, 'succeeded');
    // Another Temporal namespace knows nothing of the workflow, as this one will not after its retention.
    const temporal = { connection: { address: servers.temporalAddress }, namespace: 'default', uiUrl: undefined };
    const forgetful = await startTestService({ databaseUrl: service.databaseUrl, temporal });
    try {
      const answer = await forgetful.api.post('/v1/events', { id, type, data: {} });
      expect(answer.body).toEqual({ id, status: 'duplicate' });
      // And past the door that looks the key up.
      const result = await forgetful.temporal.workflow.execute('eventWorkflow', {
        taskQueue,
        workflowId: `event/default/${eventDigest(SOURCE, id)}`,
        args: [{ namespace: 'default', events: [{ specversion: '1.0', id, source: SOURCE, type, data: {} }] }],
      });
      expect(result).toMatchObject({ recorded: 0, duplicates: 1, deliveries: 0 });
    } finally {
      await forgetful.stop();
    }
    expect((await service.api.get(`/v1/deliveries?event_id=${id}`)).body.items).toHaveLength(1);
  });

  test('a recorded id with another type or data is a conflict', async () => {
    const id = unique('evt');
    await send({ id, type: 'custom.a', data: { n: 1 } });
    await recorded(id);
    for (const other of [
      { type: 'custom.b', data: { n: 1 } },
      { type: 'custom.a', data: { n: 2 } },
    ]) {
      expect(await send({ id, ...other })).toMatchObject({ status: 409, body: { code: 'event_id_conflict' } });
    }
  });

  test('the same id from two sources is two events, told apart by ?source=', async () => {
    const id = unique('evt');
    await send({ id, type: 'custom.a', data: { from: 'x' }, source: 'x' });
    await send({ id, type: 'custom.a', data: { from: 'y' }, source: 'y' });
    await recorded(id, '?source=x');
    await recorded(id, '?source=y');
    expect(await service.api.get(`/v1/events/${id}`)).toMatchObject({ status: 409, body: { code: 'ambiguous_id' } });
    expect((await recorded(id, '?source=y')).data).toEqual({ from: 'y' });
  });
});

describe('forms', () => {
  test('a CloudEvent keeps its extensions; the short form gets id, source and time', async () => {
    const id = unique('evt');
    const headers = { 'content-type': 'application/cloudevents+json' };
    const cloudEvent = {
      specversion: '1.0',
      id,
      source: '/graphs/etl',
      type: 'custom.a',
      subject: 'runs/1',
      time: '2026-01-02T03:04:05+01:00',
      traceparent: '00-abc',
      data: { a: 1 },
    };
    expect((await send(cloudEvent, headers)).status).toBe(202);
    expect(await recorded(id)).toMatchObject({
      source: '/graphs/etl',
      subject: 'runs/1',
      time: '2026-01-02T02:04:05.000Z',
      extensions: { traceparent: '00-abc' },
      accepted_by: 'key_bootstrap',
    });
    const short = await send({ type: 'custom.a', data: {} });
    expect(short.body.id).toMatch(/^ev_/);
    expect(await recorded(short.body.id)).toMatchObject({ source: SOURCE, subject: null, extensions: {} });
  });

  test('Idempotency-Key is the id of an event that has none', async () => {
    const key = unique('key');
    const event = { type: 'custom.a', data: {} };
    expect((await send(event, { 'idempotency-key': key })).body.id).toBe(key);
    await recorded(key);
    expect((await send(event, { 'idempotency-key': key })).body).toEqual({ id: key, status: 'duplicate' });
    const own = unique('own');
    expect((await send({ ...event, id: own }, { 'idempotency-key': key })).body.id).toBe(own);
  });

  test('data is kept to the letter, large integers too', async () => {
    const id = unique('evt');
    await send(`{"id":"${id}","type":"custom.a","data":{"n":12345678901234567890,"z":1.0,"é":"\\u00e9","e":1E400}}`);
    await recorded(id);
    expect((await service.api.get(`/v1/events/${id}`)).text).toContain(
      '"data":{"n":12345678901234567890,"z":1.0,"é":"é","e":1E400}',
    );
  });

  test('a time a little ahead counts as received now', async () => {
    const id = unique('evt');
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    await send({ id, type: 'custom.a', data: {}, occurred_at: ahead });
    const event = await recorded(id);
    const late = Date.parse(event.received_at) - Date.parse(event.time);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(60_000);
  });

  test.each([
    ['no type', { data: {} }, ['type']],
    ['no data', { type: 'custom.a' }, ['data']],
    ['a type with spaces', { type: 'a b', data: {} }, ['type']],
    ['data that is no object', { type: 'a', data: [1] }, ['data']],
    ['unknown fields', { type: 'a', data: {}, x: 1, y: 2 }, ['x', 'y']],
    ['a time before 1970', { type: 'a', data: {}, occurred_at: '0000-01-01T00:00:00Z' }, ['occurred_at']],
    ['a time a day ahead', { type: 'a', data: {}, occurred_at: '2999-01-01T00:00:00Z' }, ['occurred_at']],
    ['an id of 201 bytes', { type: 'a', data: {}, id: 'x'.repeat(201) }, ['id']],
    ['an id of 201 bytes in 101 letters', { type: 'a', data: {}, id: 'é'.repeat(101) }, ['id']],
    ['control characters in id and source', { type: 'a', data: {}, id: 'a\nb', source: 'c\td' }, ['id', 'source']],
    ['a reserved type and bad data', { type: 'webhook.ping', data: 5 }, ['type', 'data']],
    ['binary data', { specversion: '1.0', id: 'x', source: 's', type: 'a', data_base64: 'aGk=' }, ['data_base64']],
    ['a CloudEvent without an id', { specversion: '1.0', source: 's', type: 'a', data: {} }, ['id']],
    ['another version', { specversion: '2.0', id: 'x', source: 's', type: 'a', data: {} }, ['specversion']],
    ['U+0000 in data', { type: 'a', data: { k: 'a\0b' } }, ['data.k']],
  ])('%s is a 422 with one entry for each bad field', async (_, event, paths) => {
    const answer = await send(event);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
  });

  test("the service's own types are reserved", async () => {
    const answer = await send({ type: 'webhook.ping', data: {} });
    expect(answer).toMatchObject({ status: 422, body: { code: 'reserved_type' } });
  });
});

describe('a batch', () => {
  test('takes each entry by itself', async () => {
    const [known, fresh] = [unique('evt'), unique('evt')];
    await send({ id: known, type: 'custom.a', data: {} });
    await recorded(known);
    const answer = await service.api.post('/v1/events/batch', {
      events: [
        { id: fresh, type: 'custom.a', data: {} },
        { id: known, type: 'custom.a', data: {} },
        { id: known, type: 'custom.a', data: { other: 1 } },
        { type: 'no spaces', data: {} },
        7,
        { id: 'big', type: 'custom.a', data: { text: 'x'.repeat(257 * 1024) } },
      ],
    });
    expect(answer.status).toBe(202);
    expect(answer.body.items).toMatchObject([
      { id: fresh, status: 'accepted' },
      { id: known, status: 'duplicate' },
      { id: known, status: 'rejected', error: { code: 'event_id_conflict' } },
      { id: null, status: 'rejected', error: { code: 'invalid', errors: [{ path: 'type' }] } },
      { id: null, status: 'rejected', error: { code: 'invalid' } },
      { id: 'big', status: 'rejected', error: { code: 'too_large' } },
    ]);
    await recorded(fresh);
  });

  test('of two entries under one id the first wins', async () => {
    for (let run = 0; run < 5; run += 1) {
      const id = unique('evt');
      const events = [0, 1, 2].map((n) => ({ id, type: 'custom.a', data: { n } }));
      await service.api.post('/v1/events/batch', { events });
      expect((await recorded(id)).data).toEqual({ n: 0 });
    }
  });

  test('of 500 goes in; of 501, none or over 8 MiB does not', async () => {
    const events = Array.from({ length: 500 }, (_, n) => ({ id: unique('batch'), type: 'custom.none', data: { n } }));
    const answer = await service.api.post('/v1/events/batch', { events });
    expect(answer.body.items.filter(({ status }: { status: string }) => status === 'accepted')).toHaveLength(500);
    for (const bad of [[...events, events[0]], []]) {
      expect((await service.api.post('/v1/events/batch', { events: bad })).status).toBe(422);
    }
    const large = { events: [{ type: 'custom.a', data: { text: 'x'.repeat(9 * 1024 * 1024) } }] };
    expect((await service.api.post('/v1/events/batch', large)).status).toBe(413);
  }, 120_000);
});
