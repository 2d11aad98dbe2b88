import { createTemporalEmitter, type Emitter, type TemporalEmitterOptions } from '@exosphere/alerts/temporal';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { eventDigest } from '../src/domain/event-digest.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { SECOND_NAMESPACE } from './harness/repository.ts';
import { deliveryWith, recordedEvent, unique, watchedType } from './harness/scenario.ts';
import { bundleCallers, type Caller, startCaller } from './harness/sdk-temporal/caller.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { startTcpProxy } from './harness/tcp-proxy.ts';
import { until } from './harness/until.ts';

/* `createTemporalEmitter` of the SDK, and `emitFromWorkflow`: events that enter by Temporal alone. */

const SOURCE = '/namespaces/default';

const servers = testServers();
let service: TestService;
let receiver: Receiver;
let emitter: Emitter;
let bundle: WorkflowBundle;
let callers: { near: Caller; far: Caller };
beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
  emitter = emitterTo(service.temporal);
  const plugin = { emitter, started: false, activities: false };
  bundle = await bundleCallers(plugin);
  const { temporalAddress, temporalNamespace } = servers;
  const common = { temporalAddress, connection: service.temporal.connection, plugin, workflowBundle: bundle };
  callers = {
    near: await startCaller({ ...common, temporalNamespace }),
    // Another Temporal namespace: there is no worker of the service in it.
    far: await startCaller({ ...common, temporalNamespace: SECOND_NAMESPACE }),
  };
}, 120_000);
afterAll(async () => {
  await callers.near.stop();
  await callers.far.stop();
  await emitter.close();
  await service.close();
  await receiver.close();
});

const emitterTo = (client: Client, more: Partial<TemporalEmitterOptions> = {}) =>
  createTemporalEmitter({ client, namespace: 'default', ...more });

const arrivedIds = () => receiver.received.map(({ text }) => JSON.parse(text).data.event.id as string);

test('one event is its own workflow, is delivered, and counts once however often it is emitted', async () => {
  const type = await watchedType(service.api, receiver.url);
  const event = { type, id: unique('evt'), subject: 'graphs/etl', data: { graph_name: 'etl', n: 7 } };
  expect(emitter.emit(event)).toBe(event.id);
  expect(await emitter.flush()).toBe(true);
  const workflowId = `event/default/${eventDigest(SOURCE, event.id)}`;
  expect(await service.temporal.workflow.getHandle(workflowId).result()).toMatchObject({ recorded: 1, deliveries: 1 });
  expect(await emitter.send(event)).toEqual({ id: event.id, status: 'duplicate' });
  const recorded = await recordedEvent(service.api, event.id);
  expect(recorded).toMatchObject({ source: SOURCE, subject: 'graphs/etl', data: event.data, accepted_by: 'temporal' });
  await deliveryWith(service.api, recorded.deliveries[0].id, 'succeeded');
  expect(arrivedIds().filter((id) => id === event.id)).toHaveLength(1);
  const { raw } = await service.temporal.workflow.getHandle(workflowId).describe();
  expect(Object.keys(raw.workflowExecutionInfo?.searchAttributes?.indexedFields ?? {})).toContain('ExosphereEventId');
});

test('events that are emitted together are one workflow', async () => {
  const type = await watchedType(service.api, receiver.url);
  const emitter = emitterTo(service.temporal);
  const ids = Array.from({ length: 20 }, () => emitter.emit({ type, data: { text: 'ünï "quoted" 😀' } }));
  expect(emitter.pending).toBe(20);
  expect(await emitter.close()).toBe(true);
  expect(new Set(ids).size).toBe(20);
  await until(() => ids.every((id) => arrivedIds().includes(id)), 'all of the list to arrive');
  const query = `ExosphereEventType = '${type}'`;
  await until(async () => (await service.temporal.workflow.count(query)).count === 1, 'one workflow to be listed');
  for await (const { workflowId } of service.temporal.workflow.list({ query })) {
    expect(workflowId).toMatch(/^events\/[0-9a-hjkmnp-tv-z]{26}$/);
  }
});

test('an event that cannot be is refused by name, and takes none with it', async () => {
  const type = await watchedType(service.api, receiver.url);
  const lost: string[] = [];
  const emitter = emitterTo(service.temporal, { onError: () => {}, onDrop: (_, { message }) => lost.push(message) });
  emitter.emit({ type: 'not a type', data: {} });
  emitter.emit({ type: 'webhook.ping' as never, data: {} as never });
  const good = emitter.emit({ type, data: {} });
  expect(lost).toEqual([expect.stringContaining('type must'), expect.stringContaining('webhook.ping')]);
  expect(await emitter.close()).toBe(true);
  await recordedEvent(service.api, good);
  await expect(emitter.send({ type, data: {} })).rejects.toMatchObject({ code: 'closed' });
  expect(() => emitterTo(service.temporal, { namespace: 'NOT VALID' })).toThrow('namespace');
  const nowhere = emitterTo(service.temporal, { temporalNamespace: 'nowhere', onError: () => {} });
  await expect(nowhere.send({ type, data: {} })).rejects.toMatchObject({ code: 'not_found' });
  expect(nowhere.pending).toBe(1);
  expect(await nowhere.close()).toBe(false);
});

test('an emitter by a client that encodes its payloads is understood all the same', async () => {
  const type = await watchedType(service.api, receiver.url);
  const codec = { encode: async () => [{}], decode: async () => [{}] };
  const { connection, options } = service.temporal;
  const secretive = new Client({ connection, namespace: 'elsewhere', dataConverter: { payloadCodecs: [codec] } });
  const emitter = emitterTo(secretive, { temporalNamespace: options.namespace });
  const { id } = await emitter.send({ type, data: {} });
  await deliveryWith(service.api, (await recordedEvent(service.api, id)).deliveries[0].id, 'succeeded');
});

test('nothing is lost while Temporal is away', async () => {
  const type = await watchedType(service.api, receiver.url);
  const proxy = await startTcpProxy(servers.temporalAddress);
  const connection = await Connection.connect({ address: proxy.address });
  const client = new Client({ connection, namespace: servers.temporalNamespace });
  const failures: string[] = [];
  const onError = ({ code }: { code: string }) => failures.push(code);
  const onDrop = () => failures.push('lost');
  const emitter = emitterTo(client, { onError, onDrop, requestTimeout: 1_000 });
  try {
    const ids = [emitter.emit({ type, data: { at: 'before' } })];
    expect(await emitter.flush()).toBe(true);
    await proxy.cut();
    for (let n = 0; n < 50; n++) ids.push(emitter.emit({ type, data: { n } }));
    await until(() => failures.length >= 4, 'four tries in vain');
    for (let n = 0; n < 50; n++) ids.push(emitter.emit({ type, data: { n } }));
    expect(emitter.pending).toBe(100);
    expect(await emitter.flush({ timeout: 1 })).toBe(false);
    await proxy.mend();
    expect(await emitter.close({ timeout: 60_000 })).toBe(true);
    expect(new Set(failures)).toEqual(new Set(['unreachable']));
    await until(() => ids.every((id) => arrivedIds().includes(id)), 'all to arrive');
    expect(arrivedIds().filter((id) => ids.includes(id))).toHaveLength(ids.length);
  } finally {
    await connection.close();
    await proxy.close();
  }
});

test.each([
  ['as a child, in the Temporal namespace of the service', 'near', { via: 'child', namespace: 'default' }],
  ['by activity, from the same', 'near', {}],
  ['by activity, from another Temporal namespace', 'far', {}],
] as const)('from a workflow %s: accepted, delivered, and once', async (_, where, options) => {
  const type = await watchedType(service.api, receiver.url);
  const handle = await callers[where].start('emits', { args: [{ type, options }] });
  const [first, again] = (await handle.result()) as { id: string }[];
  const id = first?.id as string;
  expect([first, again]).toEqual([
    { id, status: 'accepted' },
    { id, status: 'duplicate' },
  ]);
  const recorded = await recordedEvent(service.api, id);
  const subject = `workflows/${handle.workflowId}/runs/${handle.firstExecutionRunId}`;
  expect(recorded).toMatchObject({ type, source: SOURCE, subject, data: { graph_name: 'caller' } });
  await deliveryWith(service.api, recorded.deliveries[0].id, 'succeeded');
  await Worker.runReplayHistory({ workflowBundle: bundle }, await handle.fetchHistory(), handle.workflowId);
});

test.each([
  ['child', { via: 'child', namespace: 'default' }],
  ['activity', {}],
  ['child, without the namespace that it needs', { via: 'child' }],
] as const)('what is wrong with an event fails no workflow, unless asked: by %s', async (name, options) => {
  const type = unique('custom.type');
  const isInvalid = name in { child: 1, activity: 1 };
  const input = { type, options, isInvalid };
  const result = await (await callers.near.start('emits', { args: [input] })).result();
  const error = expect.stringMatching(isInvalid ? /^data must be/ : /^namespace must be/);
  expect(result).toEqual(Array(2).fill({ id: expect.any(String), status: 'failed', error }));
  const strict = await callers.near.start('emits', {
    args: [{ ...input, options: { ...options, throwOnError: true } }],
  });
  await expect(strict.result()).rejects.toMatchObject({ cause: { message: error } });
});

test('what a workflow emits while it is being cancelled is told', async () => {
  const type = await watchedType(service.api, receiver.url);
  const handle = await callers.near.start('emitsAtTheEnd', { args: [type, { via: 'child', namespace: 'default' }] });
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  await until(async () => (await service.api.get(`/v1/events?type=${type}`)).body.items[0], 'the event to be recorded');
});
