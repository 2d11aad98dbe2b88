import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { run } from '../src/embedded/run.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { searchAttributes } from './harness/repository.ts';
import { createEndpoint, createRule, deliveryOf, deliveryWith, sendEvent, unique } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { API_KEY, ENCRYPTION_KEYS, startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* Dead letters worked with nothing but the Temporal CLI, and what a person reads of workflows there. */

const HEADER_VALUE = 'Bearer of-the-receiver-5d1c';

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

/** Runs the Temporal CLI on this file's namespace. @returns what it printed */
async function temporal(...args: string[]): Promise<string> {
  const { temporalCli, temporalAddress, temporalNamespace } = testServers();
  const where = ['--address', temporalAddress, '--namespace', temporalNamespace];
  const { ok, output } = await run(temporalCli, [...args, ...where], { timeoutMs: 30_000 });
  if (!ok) throw new Error(`temporal ${args.join(' ')}: ${output}`);
  return output;
}

const parse = async (...args: string[]) => JSON.parse(await temporal(...args, '--output', 'json'));

/** The list index is a moment behind: waits until so many open workflows match. */
async function untilListed(query: string, expected: number): Promise<void> {
  // The CLI leaves a count of 0 out.
  const count = async () => Number((await parse('workflow', 'count', '--query', query)).count ?? 0);
  await until(async () => (await count()) === expected, `${expected} × ${query}`);
}

/** An endpoint that gives up at once, and so many dead letters of it. */
async function deadLetters(count: number) {
  receiver.answer(500);
  const endpoint = await createEndpoint(service.api, receiver.url, {
    name: unique('on-call pager'),
    headers: { authorization: HEADER_VALUE },
    retry_policy: { maximum_attempts: 1 },
  });
  const rule = await createRule(service.api, [endpoint.id]);
  const deliveries = [];
  for (let sent = 0; sent < count; sent += 1) {
    const eventId = await sendEvent(service.api, rule.event_types[0]);
    deliveries.push({ eventId, id: (await deliveryOf(service.api, eventId)).id as string });
  }
  for (const { id } of deliveries) await deliveryWith(service.api, id, 'dead_lettered');
  return { endpoint, rule, deliveries };
}

test('many dead letters are retried at once by a query', async () => {
  const { endpoint, deliveries } = await deadLetters(3);
  const query = `WorkflowType='deadLetterWorkflow' AND ExosphereEndpointId='${endpoint.id}' AND ExecutionStatus='Running'`;
  await untilListed(query, 3);
  receiver.answer(200);
  await temporal('workflow', 'signal', '--query', query, '--name', 'retry', '--yes');
  for (const { id } of deliveries) {
    expect(await deliveryWith(service.api, id, 'succeeded')).toMatchObject({
      attempts: [{ outcome: 'http_error' }, { number: 2, outcome: 'success' }],
    });
  }
  await untilListed(query, 0);
});

test('one is asked for its status, retried with a reason, and given up', async () => {
  const { deliveries } = await deadLetters(1);
  const id = deliveries[0]?.id as string;
  const workflowId = `dead-letter/${id}`;
  const status = async () => {
    const { queryResult } = await parse('workflow', 'query', '--workflow-id', workflowId, '--type', 'status');
    return queryResult[0];
  };
  expect(await status()).toEqual({ phase: 'waiting', reason: 'maximum_attempts', rounds: 1, last_decision: null });

  // It fails again and waits again.
  const signal = (name: string, reason: string) =>
    temporal('workflow', 'signal', '--workflow-id', workflowId, '--name', name, '--input', JSON.stringify({ reason }));
  await signal('retry', 'the receiver was mended');
  await until(async () => {
    const { phase, rounds } = await status();
    return phase === 'waiting' && rounds === 2;
  }, 'the end of the second round');
  expect((await deliveryWith(service.api, id, 'dead_lettered')).attempts).toHaveLength(2);

  await signal('discard', 'nobody needs it');
  expect((await deliveryWith(service.api, id, 'discarded')).reason).toBe('nobody needs it');
  expect((await parse('workflow', 'describe', '--workflow-id', workflowId)).workflowExecutionInfo.status).toBe(
    'WORKFLOW_EXECUTION_STATUS_COMPLETED',
  );
});

test('a workflow is found by every search attribute', async () => {
  const { endpoint, rule, deliveries } = await deadLetters(1);
  const [delivery] = deliveries;
  const values: Record<string, string> = {
    ExosphereNamespace: 'default',
    ExosphereRuleId: rule.id,
    ExosphereEndpointId: endpoint.id,
    ExosphereDeliveryStatus: 'dead_lettered',
    ExosphereEventType: rule.event_types[0],
    ExosphereEventId: delivery?.eventId as string,
  };
  expect(Object.keys(values).sort()).toEqual(Object.keys(searchAttributes()).sort());
  const workflowId = `dead-letter/${delivery?.id}`;
  for (const [name, value] of Object.entries(values)) {
    await untilListed(`${name}='${value}' AND WorkflowId='${workflowId}'`, 1);
  }
  const listed = await parse('workflow', 'list', '--query', `ExosphereEventId='${delivery?.eventId}'`);
  expect(listed.map(({ type }: { type: { name: string } }) => type.name).sort()).toEqual([
    'deadLetterWorkflow',
    'deliveryWorkflow',
    'eventWorkflow',
  ]);
});

test('summary and current details say what a workflow is about and what to do', async () => {
  const { endpoint, rule, deliveries } = await deadLetters(1);
  const [delivery] = deliveries;
  const summary = async (workflowId: string): Promise<string> =>
    (await parse('workflow', 'describe', '--workflow-id', workflowId)).executionConfig.userMetadata.summary;
  const metadata = async (workflowId: string) =>
    (await parse('workflow', 'metadata', '--workflow-id', workflowId)).queryResult[0];

  const parked = `dead-letter/${delivery?.id}`;
  expect(await summary(parked)).toBe(`${rule.event_types[0]} → ${endpoint.name}: HTTP 500 after 1 attempt`);
  const { currentDetails, definition } = await metadata(parked);
  expect(currentDetails).toContain(`${endpoint.name} did not take ${rule.event_types[0]}`);
  expect(currentDetails).toContain('Last: HTTP 500. Attempts so far: 1, rounds: 1.');
  expect(currentDetails).toContain('Send a Signal* → `retry` (no input). `discard` gives it up for good.');
  expect(definition.signalDefinitions.map(({ name }: { name: string }) => name)).toEqual(['retry', 'discard']);

  const sent = `delivery/${delivery?.id}`;
  expect(await summary(sent)).toBe(`${rule.event_types[0]} → ${endpoint.name}, rule ${rule.name}`);
  expect((await metadata(sent)).currentDetails).toMatch(/^Given up after 1 attempt, .*HTTP 500$/);

  const [event] = await parse(
    'workflow',
    'list',
    '--query',
    `ExosphereEventId='${delivery?.eventId}' AND WorkflowType='eventWorkflow'`,
  );
  const told = (await metadata(event.execution.workflowId)).currentDetails;
  expect(told).toContain('1 recorded, 0 duplicate, 0 rejected. Deliveries: 1.');
  expect(told).toContain(`rule ${rule.name} matched`);
});

test('no secret and no header value is in any history', async () => {
  const { endpoint, deliveries } = await deadLetters(1);
  const id = deliveries[0]?.id as string;
  receiver.answer(200);
  await service.api.post(`/v1/dead-letters/${id}/retry`, {});
  await deliveryWith(service.api, id, 'succeeded');
  const key = Buffer.from(endpoint.secret.slice('whsec_'.length), 'base64').toString('latin1');
  const secrets = [
    endpoint.secret,
    endpoint.secret.slice('whsec_'.length),
    key,
    HEADER_VALUE,
    API_KEY,
    ENCRYPTION_KEYS,
  ];

  let histories = 0;
  let all = '';
  for await (const execution of service.temporal.workflow.list()) {
    const handle = service.temporal.workflow.getHandle(execution.workflowId, execution.runId);
    all += textsOf(await handle.fetchHistory());
    histories += 1;
  }
  // All of them, and read in a way that finds what is there.
  expect(histories).toBeGreaterThan(20);
  expect(all).toContain(id);
  expect(all).toContain(endpoint.name);
  for (const secret of secrets) expect(all).not.toContain(secret);
});

/** Every text of a history, payloads included, whose bytes are read as Latin-1. */
function textsOf(value: unknown): string {
  if (typeof value === 'string') return `${value}\n`;
  if (value instanceof Uint8Array) return `${Buffer.from(value).toString('latin1')}\n`;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, each]) => `${name}\n${textsOf(each)}`)
    .join('');
}
