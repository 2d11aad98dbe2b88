import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { deadLetterWorkflowId, deliveryWorkflowId, taskQueue } from '../workflows/contract.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliveryWith, recordedEvent, unique } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

const servers = testServers();

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  // So slow that what is owed is not paid off while a test looks.
  service = await startTestService({ eventsPerSecond: 1 });
  receiver = await startReceiver();
});
afterAll(async () => {
  await service?.close();
  await receiver?.close();
});

describe('the limit of a namespace', () => {
  const event = (type = 'custom.nobody') => ({ id: unique('event'), type, data: {} });
  const countedAsRefused = async () =>
    Number(
      /^exosphere_events_total\{result="refused"\} (\d+)$/m.exec((await service.api.raw('/metrics', {})).text)?.[1],
    );
  const sendBatch = (count: number) =>
    service.api.post('/v1/events/batch', { events: Array.from({ length: count }, () => event()) });

  test('a request over it is a 429 that says when to come again, and nothing of it is accepted', async () => {
    const { status, body } = await sendBatch(500);
    expect(status).toBe(202);
    expect(body.items.every((item: { status: string }) => item.status === 'accepted')).toBe(true);

    const before = await countedAsRefused();
    const refused = [await service.api.post('/v1/events', event()), await sendBatch(20)];
    // Nobody has read how many the batch has.
    expect((await countedAsRefused()) - before).toBe(2);
    for (const answer of refused) {
      expect(answer.status).toBe(429);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ status: 429, code: 'rate_limited' });
      const seconds = Number(answer.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(491);
    }
    await recordedEvent(service.api, body.items[0].id);
    const after = (await service.api.get('/v1/events?limit=200')).body.items;
    const sent = new Set(body.items.map(({ id }: { id: string }) => id));
    expect(after.every(({ id }: { id: string }) => sent.has(id))).toBe(true);
  });

  test('it is asked before the body is read, and by nothing but what hands events in', async () => {
    await sendBatch(500);
    const unreadable = { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'not JSON' };
    expect((await service.api.raw('/v1/events', unreadable)).status).toBe(401);
    expect((await service.api.post('/v1/events', 'not JSON')).status).toBe(429);
    expect((await service.api.get('/v1/events')).status).toBe(200);
    await createEndpoint(service.api, receiver.url);
  });
});

describe('on the way through Temporal', () => {
  const priorityOf = async (handle: Pick<WorkflowHandle, 'fetchHistory'>) => {
    const { events } = await handle.fetchHistory();
    return events?.[0]?.workflowExecutionStartedEventAttributes?.priority?.fairnessKey;
  };

  test('every workflow of a delivery carries its namespace, also if it entered by Temporal alone', async () => {
    receiver.answer(500);
    const endpoint = await createEndpoint(service.api, receiver.url, { retry_policy: { maximum_attempts: 1 } });
    const rule = await createRule(service.api, [endpoint.id]);
    const id = unique('event');
    const entered = await service.temporal.workflow.start('eventWorkflow', {
      taskQueue,
      workflowId: unique('by-temporal'),
      args: [{ namespace: 'default', events: [{ specversion: '1.0', id, source: 'sdk', type: rule.event_types[0] }] }],
    });
    await entered.result();
    expect(await priorityOf(entered)).toBeFalsy();
    const recorded = await recordedEvent(service.api, id, '?source=sdk');
    const delivery = await deliveryWith(service.api, recorded.deliveries[0].id, 'dead_lettered');
    const { workflow } = service.temporal;
    expect(await priorityOf(workflow.getHandle(deliveryWorkflowId(delivery.id)))).toBe('default');
    expect(await priorityOf(workflow.getHandle(deadLetterWorkflowId(delivery.id)))).toBe('default');
    // And so does the run that a retry starts, where somebody had terminated it.
    await workflow.getHandle(deadLetterWorkflowId(delivery.id)).terminate();
    receiver.answer(200);
    expect((await service.api.post(`/v1/dead-letters/${delivery.id}/retry`)).status).toBe(202);
    await deliveryWith(service.api, delivery.id, 'succeeded');
    expect(await priorityOf(workflow.getHandle(deadLetterWorkflowId(delivery.id)))).toBe('default');
    expect((await service.api.post(`/v1/deliveries/${delivery.id}/redeliver`)).status).toBe(202);
    const redelivered = async () => {
      const { status } = await workflow.getHandle(deliveryWorkflowId(delivery.id)).describe();
      const { body } = await service.api.get(`/v1/deliveries/${delivery.id}`);
      return status.name === 'COMPLETED' && body.attempts.length === 3;
    };
    await until(redelivered, 'the redelivery');
    expect(await priorityOf(workflow.getHandle(deliveryWorkflowId(delivery.id)))).toBe('default');
  });

  test("a backlog of one namespace does not stand before another's few events", async () => {
    const queue = unique(`fairness-${Date.now()}`);
    const started: string[] = [];
    const connection = await NativeConnection.connect({ address: servers.temporalAddress });
    const start = (namespace: string) =>
      service.temporal.workflow.start('eventWorkflow', {
        taskQueue: queue,
        workflowId: unique(queue),
        args: [{ namespace, events: [] }],
        priority: { fairnessKey: namespace },
      });
    const handles = [];
    for (let index = 0; index < 60; index += 1) handles.push(await start('noisy'));
    for (let index = 0; index < 8; index += 1) handles.push(await start('quiet'));
    const worker = await Worker.create({
      connection,
      namespace: servers.temporalNamespace,
      taskQueue: queue,
      workflowBundle: { codePath: servers.workflowBundlePath },
      maxConcurrentWorkflowTaskExecutions: 2,
      maxConcurrentWorkflowTaskPolls: 2,
      maxCachedWorkflows: 2,
      activities: {
        async recordEvents({ namespace }: { namespace: string }) {
          started.push(namespace);
          const result = { recorded: 0, duplicates: 0, rejected: 0, deliveries: 0 };
          const page = { deliveries: [], next: null, together: false };
          return { page, event_refs: [], result, notes: [], event_types: [], event_ids: [], first: null };
        },
      },
    });
    await worker.runUntil(Promise.all(handles.map((handle) => handle.result())));
    await connection.close();
    expect(started).toHaveLength(68);
    // A queue has four partitions, each fair for itself and worked off in any order: where they were not, the few that
    // came last would be the last in each.
    expect(started.at(-1)).toBe('noisy');
  });
});
