import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { eventDigest } from '../src/domain/event-digest.ts';
import { taskQueue } from '../workflows/contract.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliveryWith, unique } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

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
const recorded = (id: string, query = '') =>
  until(async () => {
    const answer = await service.api.get(`/v1/events/${encodeURIComponent(id)}${query}`);
    return answer.status === 200 && answer.body;
  }, `event ${id} to be recorded`);

/** A rule on a type of its own, towards the receiver. */
async function watchedType(): Promise<string> {
  const endpoint = await createEndpoint(service.api, receiver.url);
  const rule = await createRule(service.api, [endpoint.id]);
  return rule.event_types[0];
}

describe('an event is accepted once, ever', () => {
  test('a repeat is a duplicate once the first is recorded, and leads to nothing', async () => {
    const type = await watchedType();
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
    const type = await watchedType();
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
    const type = await watchedType();
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
    const answer = await fetch(`${service.url}/v1/events/${id}`, {
      headers: { 'x-api-key': API_KEY },
    });
    expect(await answer.text()).toContain('"data":{"n":12345678901234567890,"z":1.0,"é":"é","e":1E400}');
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

test("a reset of an event's workflow starts the deliveries that had not begun, and no other", async () => {
  const type = await watchedType();
  const [begun, lost] = [unique('evt'), unique('evt')];
  const before = receiver.received.length;
  for (const id of [begun, lost]) await send({ id, type, data: {} });
  await receiver.arrived(before + 2);
  const { deliveries } = await recorded(lost);
  await deliveryWith(service.api, deliveries[0].id, 'succeeded');
  await deliveryWith(service.api, (await recorded(begun)).deliveries[0].id, 'succeeded');
  // As if the workflow had been terminated between the record and the start of its child.
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query("update deliveries set status = 'pending', attempts = 0 where id = $1", [deliveries[0].id]);
  await client.query('delete from delivery_attempts where delivery_id = $1', [deliveries[0].id]);
  await client.end();
  for (const id of [begun, lost]) {
    const workflowId = `event/default/${eventDigest(SOURCE, id)}`;
    const { runId } = await service.temporal.workflow.getHandle(workflowId).describe();
    await service.temporal.workflowService.resetWorkflowExecution({
      namespace: servers.temporalNamespace,
      workflowExecution: { workflowId, runId },
      // The end of the first workflow task: all of it is done again.
      // A Long, as protobuf has it, without its package.
      workflowTaskFinishEventId: { low: 4, high: 0, unsigned: false } as never,
      requestId: unique('reset'),
    });
    await service.temporal.workflow.getHandle(workflowId).result();
  }
  await receiver.arrived(before + 3);
  expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(deliveries[0].id);
  await deliveryWith(service.api, deliveries[0].id, 'succeeded');
  expect(receiver.received).toHaveLength(before + 3);
});

describe('by Temporal alone', () => {
  test('a valid event is delivered, an invalid one becomes a rejected record', async () => {
    const type = await watchedType();
    const id = unique('evt');
    const result = await service.temporal.workflow.execute('eventWorkflow', {
      taskQueue,
      workflowId: unique('by-temporal'),
      args: [
        {
          namespace: 'default',
          events: [
            { specversion: '1.0', id, source: 'sdk', type, data: {} },
            { type: 'nonsense' },
            'text',
            { a: '\0' },
          ],
        },
      ],
    });
    expect(result).toEqual({ recorded: 1, duplicates: 0, rejected: 3, deliveries: 1 });
    const event = await recorded(id, '?source=sdk');
    expect(event.accepted_by).toBe('temporal');
    await deliveryWith(service.api, event.deliveries[0].id, 'succeeded');
    const { body } = await service.api.get('/v1/events?limit=200');
    const rejected = body.items.filter(({ status }: { status: string }) => status === 'rejected');
    expect(rejected).toHaveLength(3);
    for (const { reason } of rejected) expect(reason).toBeTruthy();
  });

  test('what PostgreSQL refuses is set aside with its reason and takes no companion with it', async () => {
    const type = await watchedType();
    const ids = Array.from({ length: 5 }, () => unique('evt'));
    // A constraint of the test's own stands for whatever the next surprise is.
    const client = new pg.Client({ connectionString: service.databaseUrl });
    await client.connect();
    const refused = `status = 'rejected' or event_id <> '${ids[3]}'`;
    await client.query(`alter table events add constraint surprise check (${refused})`);
    try {
      const events = ids.map((id) => ({ specversion: '1.0', id, source: 'sdk', type, data: {} }));
      const result = await service.temporal.workflow.execute('eventWorkflow', {
        taskQueue,
        workflowId: unique('by-temporal'),
        args: [{ namespace: 'default', events }],
      });
      expect(result).toEqual({ recorded: 4, duplicates: 0, rejected: 1, deliveries: 4 });
      const poison = await recorded(ids[3] as string, '?source=sdk');
      expect(poison).toMatchObject({ status: 'rejected', reason: expect.stringContaining('surprise'), deliveries: [] });
    } finally {
      await client.query('alter table events drop constraint surprise');
      await client.end();
    }
  });

  test('an id cut in the middle of a character, and twins in one list, hold up nobody', async () => {
    const type = await watchedType();
    const id = unique('evt');
    const good = { specversion: '1.0', id, source: 'sdk', type, data: {} };
    const result = await service.temporal.workflow.execute('eventWorkflow', {
      taskQueue,
      workflowId: unique('by-temporal'),
      args: [{ namespace: 'default', events: [{ id: `${'a'.repeat(199)}😀` }, good, good] }],
    });
    expect(result).toEqual({ recorded: 1, duplicates: 1, rejected: 1, deliveries: 1 });
  });

  test('many long types are cut to what a search attribute holds', async () => {
    const events = Array.from({ length: 30 }, (_, index) => ({
      specversion: '1.0',
      id: unique('evt'),
      source: 'sdk',
      type: `custom.${'x'.repeat(185)}${index}`,
      data: {},
    }));
    const result = await service.temporal.workflow.execute('eventWorkflow', {
      taskQueue,
      workflowId: unique('by-temporal'),
      args: [{ namespace: 'default', events }],
    });
    expect(result).toMatchObject({ recorded: 30 });
  });

  test.each([
    ['no events', [{ namespace: 'default' }]],
    ['no namespace', [{ events: [] }]],
    ['null', [null]],
    ['nothing', []],
  ])('an input with %s fails the workflow, not its tasks', async (_, args) => {
    const start = service.temporal.workflow.execute('eventWorkflow', {
      taskQueue,
      workflowId: unique('by-temporal'),
      args: args as unknown[],
    });
    await expect(start).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
  });

  test('a namespace that cannot be fails the workflow with what is expected', async () => {
    const start = service.temporal.workflow.execute('eventWorkflow', {
      taskQueue,
      workflowId: unique('by-temporal'),
      args: [{ namespace: 'NOT VALID', events: [] }],
    });
    await expect(start).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
  });
});
