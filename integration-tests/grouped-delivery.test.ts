import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMatcher } from '../activities/match.ts';
import { createRecordEvents } from '../activities/record-events.ts';
import { outageOf } from '../src/api/outage.ts';
import type { AcceptedEvent } from '../src/domain/event.ts';
import { createIdFactory, createUlidFactory } from '../src/domain/ids.ts';
import { QueueFullError } from '../src/intake/coalescer.ts';
import { createIntake, INTAKE_LIMITS } from '../src/intake/intake.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { createEventLog } from '../src/store/event-log.ts';
import type { Sql } from '../src/store/sql.ts';
import { connectTemporal, type Temporal } from '../src/temporal.ts';
import { searchAttributes } from '../workflows/contract.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import {
  createEndpoint,
  createRule,
  deliveryOf,
  deliveryWith,
  recordedEvent,
  sendBatch,
  sendEvent,
  unique,
  watchedType,
} from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* Events that come together share a workflow, and so do their first attempts; what fails goes on by itself. */

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  [service, receiver] = await Promise.all([startTestService(), startReceiver()]);
});
afterAll(async () => {
  await service?.close();
  await receiver?.close();
});

/** The deliveries of these events, once there are so many. */
function deliveriesOf(endpointId: string, count: number) {
  return until(async () => {
    const { items } = (await service.api.get(`/v1/deliveries?endpoint_id=${endpointId}&limit=200`)).body;
    return items.length === count && items;
  }, `${count} deliveries`);
}

describe('a list that all goes well', () => {
  test('is one workflow, found by its types, that made every first attempt itself', async () => {
    receiver.answer(200);
    const before = receiver.received.length;
    const endpoint = await createEndpoint(service.api, receiver.url);
    const rule = await createRule(service.api, [endpoint.id]);
    const ids = await sendBatch(service.api, rule.event_types[0], 30);
    const requests = (await receiver.arrived(before + 30)).slice(before);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(30);
    expect(new Set(requests.map(({ text }) => JSON.parse(text).data.event.id))).toEqual(new Set(ids));

    const deliveries = await deliveriesOf(endpoint.id, 30);
    const details = await Promise.all(
      deliveries.map(({ id }: { id: string }) => deliveryWith(service.api, id, 'succeeded')),
    );
    const workflows = new Set(details.map(({ workflow }) => workflow.id));
    expect(workflows.size).toBe(1);
    const [workflowId] = [...workflows];
    expect(workflowId).toMatch(/^events\/[0-9a-hjkmnp-tv-z]{26}$/);

    const handle = service.temporal.workflow.getHandle(workflowId as string);
    expect(await handle.result()).toEqual({ recorded: 30, duplicates: 0, rejected: 0, deliveries: 30 });
    const { typedSearchAttributes, type } = await handle.describe();
    expect(type).toBe('eventWorkflow');
    expect(typedSearchAttributes.get(searchAttributes.namespace)).toBe('default');
    expect(typedSearchAttributes.get(searchAttributes.eventType)).toEqual([rule.event_types[0]]);
    expect(typedSearchAttributes.get(searchAttributes.eventId)).toBeUndefined();
    const { events = [] } = await handle.fetchHistory();
    expect(events?.filter((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)).toEqual([]);
  });

  test('repeats in and across lists have no effect', async () => {
    receiver.answer(200);
    const before = receiver.received.length;
    const type = await watchedType(service.api, receiver.url);
    const [one, two] = [unique('event'), unique('event')];
    const event = (id: string, data = {}) => ({ id, type, data });
    const events = [event(one), event(two), event(one), event(two, { other: true })];
    const { items } = (await service.api.post('/v1/events/batch', { events })).body;
    expect(items.map(({ status }: { status: string }) => status)).toEqual([
      ...['accepted', 'accepted', 'accepted', 'rejected'],
    ]);
    expect(items[3].error.code).toBe('event_id_conflict');
    await receiver.arrived(before + 2);
    await recordedEvent(service.api, two);
    const again = (await service.api.post('/v1/events/batch', { events: [event(one), event(unique('event'))] })).body;
    expect(again.items.map(({ status }: { status: string }) => status)).toEqual(['duplicate', 'accepted']);
    await receiver.arrived(before + 3);
    const arrived = receiver.received.slice(before).map(({ text }) => JSON.parse(text).data.event.id);
    expect(arrived.filter((id) => id === one)).toHaveLength(1);
  });
});

describe('what does not succeed at once', () => {
  test('goes on in a workflow of its own from attempt 2, and the others are not held up', async () => {
    const broken = await startReceiver();
    broken.answer(503);
    receiver.answer(200);
    const before = receiver.received.length;
    const retry_policy = { schedule: ['1s', '1s', '1s', '1s'], jitter: 0 };
    const failing = await createEndpoint(service.api, broken.url, { retry_policy });
    const healthy = await createEndpoint(service.api, receiver.url);
    const rule = await createRule(service.api, [failing.id, healthy.id]);
    await sendBatch(service.api, rule.event_types[0], 6);
    await Promise.all([receiver.arrived(before + 6), broken.arrived(6)]);
    broken.answer(200);
    const deliveries = await deliveriesOf(failing.id, 6);
    for (const { id } of deliveries) {
      const { attempts, workflow } = await deliveryWith(service.api, id, 'succeeded');
      expect(workflow.id).toBe(`delivery/${id}`);
      expect(attempts.map(({ number }: { number: number }) => number)).toEqual([1, 2]);
      const { raw } = await service.temporal.workflow.getHandle(`delivery/${id}`).describe();
      expect(raw.workflowExecutionInfo?.parentExecution?.workflowId).toMatch(/^deliveries\/[0-9a-hjkmnp-tv-z]{26}$/);
    }
    expect(broken.received).toHaveLength(12);
    await broken.close();
  });

  test('is a dead letter where nothing may follow, and can be sent again', async () => {
    const gone = await startReceiver();
    gone.answer(400);
    const endpoint = await createEndpoint(service.api, gone.url, { retry_policy: { maximum_attempts: 1 } });
    const rule = await createRule(service.api, [endpoint.id]);
    await sendBatch(service.api, rule.event_types[0], 3);
    const deliveries = await deliveriesOf(endpoint.id, 3);
    for (const { id } of deliveries) await deliveryWith(service.api, id, 'dead_lettered');
    gone.answer(200);
    for (const { id } of deliveries) {
      expect((await service.api.post(`/v1/dead-letters/${id}/retry`)).status).toBe(202);
      const { attempts } = await deliveryWith(service.api, id, 'succeeded');
      expect(attempts).toHaveLength(2);
    }
    await gone.close();
  });

  test('a delivery that no attempt was made of leads to the workflow that holds it', async () => {
    const off = await createEndpoint(service.api, receiver.url, { is_active: false });
    const rule = await createRule(service.api, [off.id]);
    const { id } = await deliveryOf(service.api, await sendEvent(service.api, rule.event_types[0]));
    const { status, workflow } = (await service.api.get(`/v1/deliveries/${id}`)).body;
    expect(status).toBe('skipped');
    expect(workflow.id).toMatch(/^event\/default\//);
    expect((await service.temporal.workflow.getHandle(workflow.id, workflow.run_id).describe()).type).toBe(
      'eventWorkflow',
    );
  });

  test('one event for very many endpoints is made together too', async () => {
    receiver.answer(200);
    const before = receiver.received.length;
    const endpoints = await Promise.all(Array.from({ length: 12 }, () => createEndpoint(service.api, receiver.url)));
    const rule = await createRule(
      service.api,
      endpoints.map(({ id }) => id),
    );
    const id = unique('event');
    await service.api.post('/v1/events', { id, type: rule.event_types[0], data: {} });
    await receiver.arrived(before + 12);
    const { deliveries } = await recordedEvent(service.api, id);
    const { workflow } = await deliveryWith(service.api, deliveries[0].id, 'succeeded');
    expect(workflow.id).toMatch(/^event\/default\//);
  });
});

describe('the way in', () => {
  let database: Database;
  let temporal: Temporal;
  const newUlid = createUlidFactory({ now: Date.now, randomBytes });
  beforeAll(async () => {
    database = await openDatabase({ url: service.databaseUrl });
    const { temporalAddress, temporalNamespace } = testServers();
    temporal = await connectTemporal({ address: temporalAddress }, temporalNamespace);
  });
  afterAll(async () => {
    await database?.close();
    await temporal?.connection.close();
  });

  const eventOf = (source: string): AcceptedEvent => ({
    ...{ id: unique('event'), source, type: 'custom.nobody', subject: null },
    ...{ time: new Date().toISOString(), data: {}, extensions: {} },
  });
  const intakeWith = (limits = INTAKE_LIMITS) =>
    createIntake({
      client: temporal.client,
      eventLog: createEventLog(database.sql, Date.now),
      newUlid,
      now: Date.now,
      worker: undefined,
      limits,
    });

  test('two namespaces at once never share a list', async () => {
    const intake = intakeWith();
    const namespaces = [unique('tenant'), unique('tenant')];
    const sent = Array.from({ length: 40 }, (_, index) => namespaces[index % 2] as string);
    await Promise.all(
      sent.map((namespace) => intake(eventOf(`/of/${namespace}`), { namespace, keyId: `key_${namespace}` })),
    );
    for (const namespace of namespaces) {
      const query = `ExosphereNamespace = '${namespace}'`;
      const found = await until(async () => {
        const workflows = [];
        for await (const { workflowId } of temporal.client.workflow.list({ query })) workflows.push(workflowId);
        return workflows.length > 0 && workflows;
      }, `workflows of ${namespace}`);
      const inputs = [];
      for (const workflowId of found) {
        const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
        const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
        inputs.push(JSON.parse(Buffer.from(payload?.data ?? []).toString('utf8')));
      }
      expect(inputs.flatMap(({ events }) => events)).toHaveLength(20);
      for (const input of inputs) {
        expect(input).toMatchObject({ namespace, accepted_by: `key_${namespace}` });
        for (const { source } of input.events) expect(source).toBe(`/of/${namespace}`);
      }
    }
  });

  test('a list takes as many statements to record as one event does', async () => {
    const endpoint = await createEndpoint(service.api, receiver.url);
    const broken = { condition: 'event.data.items[0] > 5' };
    const rule = await createRule(service.api, [endpoint.id]);
    await createRule(service.api, [endpoint.id], { event_type: rule.event_types[0], ...broken });
    const statementsFor = async (count: number) => {
      const names: string[] = [];
      const query: Sql['query'] = (statement) => {
        names.push(statement.name);
        return database.sql.query(statement);
      };
      const { recordEvents } = createRecordEvents({
        readOwn: async () => new Map(),
        onEntries: () => {},
        eventLog: createEventLog({ ...database.sql, query }, Date.now),
        match: createMatcher(),
        newId: createIdFactory({ now: Date.now, randomBytes }),
        now: Date.now,
        publicUrl: undefined,
      });
      const events = Array.from({ length: count }, () => ({
        ...{
          specversion: '1.0',
          id: unique('event'),
          source: '/list',
          type: rule.event_types[0],
          data: { items: ['text'] },
        },
      }));
      const workflow = { workflow_id: unique('events/'), workflow_run_id: unique('run') };
      const accepted_at = new Date().toISOString();
      const { result } = await recordEvents({ namespace: 'default', events, accepted_at, ...workflow });
      expect(result.recorded).toBe(count);
      return names;
    };
    const one = await statementsFor(1);
    expect(one).toEqual(['candidate-rules', 'record-events', 'degrade-rules']);
    expect(await statementsFor(200)).toEqual(one);
  });

  test('refuses at once what it cannot hold, and accepts what it can', async () => {
    const intake = intakeWith({ ...INTAKE_LIMITS, maxHeldItems: 20 });
    const by = { namespace: unique('tenant'), keyId: 'key_test' };
    const settled = await Promise.allSettled(Array.from({ length: 30 }, () => intake(eventOf('/flood'), by)));
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toHaveLength(20);
    for (const error of refused) {
      expect(error).toBeInstanceOf(QueueFullError);
      // As the API tells it.
      expect(outageOf(error)).toMatchObject({ status: 503, code: 'overloaded', headers: { 'retry-after': '1' } });
    }
    // There is room again.
    await expect(intake(eventOf('/flood'), by)).resolves.toBe('accepted');
  });
});
