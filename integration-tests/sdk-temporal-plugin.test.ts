import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExosphereAlerts } from '@exosphere/alerts';
import { createTemporalEmitter, type Emitter, exosphereAlerts } from '@exosphere/alerts/temporal';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { recordedEvent } from './harness/scenario.ts';
import { activities } from './harness/sdk-temporal/activities.ts';
import { bundleCallers, type Caller, startCaller } from './harness/sdk-temporal/caller.ts';
import { forkWorker } from './harness/sdk-temporal/fork-worker.ts';
import { testServers } from './harness/servers.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* The worker plugin of the SDK: how every workflow of a worker begins and ends, once each. */

const LONG = 240_000;
const { temporalAddress, temporalNamespace } = testServers();
const SOURCE = `temporal/${temporalAddress}/${temporalNamespace}`;

let service: TestService;
let emitter: Emitter;
let bundle: WorkflowBundle;
let caller: Caller;
const folder = mkdtempSync(join(tmpdir(), 'exosphere-sdk-'));
const bundleFile = join(folder, 'bundle.js');
beforeAll(async () => {
  service = await startTestService();
  emitter = createTemporalEmitter({ client: service.temporal, namespace: 'default' });
  const plugin = { emitter, address: temporalAddress, uiUrl: 'https://temporal.example' };
  bundle = await bundleCallers(plugin);
  writeFileSync(bundleFile, bundle.code);
  const { connection } = service.temporal;
  caller = await startCaller({ temporalAddress, temporalNamespace, connection, plugin, workflowBundle: bundle });
}, LONG);
afterAll(async () => {
  await caller.stop();
  await emitter.close();
  await service.close();
  rmSync(folder, { recursive: true });
});

interface Told {
  id: string;
  type: string;
  subject: string;
}

/** All events of workflows whose id begins like this, oldest first, once there are so many. */
async function told(prefix: string, count: number): Promise<Told[]> {
  return await until(
    async () => {
      const found: Told[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = `source=${encodeURIComponent(SOURCE)}&limit=200${cursor && `&cursor=${cursor}`}`;
        const { body } = await service.api.get(`/v1/events?${query}`);
        found.unshift(...body.items.filter(({ id }: Told) => id.startsWith(prefix)).reverse());
        cursor = body.next_cursor;
      }
      return found.length >= count && found;
    },
    `${count} events of ${prefix}`,
    90_000,
  );
}

const ended = (handle: WorkflowHandle) => handle.result().catch(() => undefined);

/** What is told of one run of each workflow: its events' types, with what else is to be seen in them. */
const KINDS: { type: string; retry?: object; args?: unknown[]; told: string[] }[] = [
  { type: 'succeeds', told: ['workflow.started', 'workflow.succeeded'] },
  { type: 'fails', told: ['workflow.started', 'state.errored', 'workflow.failed'] },
  { type: 'recovers', told: ['workflow.started', 'state.errored', 'workflow.succeeded'] },
  { type: 'recoversLocally', told: ['workflow.started', 'state.errored', 'workflow.succeeded'] },
  { type: 'waits', told: ['workflow.started', 'workflow.cancelled'] },
  { type: 'throws', told: ['workflow.started', 'workflow.failed'] },
  {
    type: 'throws',
    retry: { maximumAttempts: 2, initialInterval: '10ms' },
    told: ['workflow.started', 'state.retry_scheduled', 'workflow.started', 'workflow.failed'],
  },
  {
    type: 'goesOn',
    args: [1],
    told: ['workflow.started', 'custom.temporal.continued_as_new', 'workflow.started', 'workflow.succeeded'],
  },
];

test(
  '56 workflows of all outcomes are told of once each, activities after their retries',
  async () => {
    const runs = KINDS.flatMap((kind) => Array.from({ length: 7 }, (_, n) => ({ ...kind, n })));
    await Promise.all(
      runs.map(async ({ type, retry, args, n }, index) => {
        const workflowId = `all-${type}-${index}-${n}`;
        const handle = await caller.start(type, { workflowId, ...(retry && { retry }), ...(args && { args }) });
        if (type === 'waits') await handle.cancel();
        await ended(handle);
      }),
    );
    const expected = runs.reduce((sum, run) => sum + run.told.length, 0);
    const events = await told('all-', expected);
    expect(events).toHaveLength(expected);
    for (const [index, { type, n, told: types }] of runs.entries()) {
      const own = events.filter(({ subject }) => subject.startsWith(`workflows/all-${type}-${index}-${n}/`));
      expect(own.map((event) => event.type).sort()).toEqual([...types].sort());
    }
  },
  LONG,
);

test('an event of a run says what a watched source would say', async () => {
  const handle = await caller.start('fails', { workflowId: 'words' });
  await ended(handle);
  const runId = handle.firstExecutionRunId;
  const events = await told('words/', 3);
  expect(events.map(({ id }) => id).sort()).toEqual(
    ['activities/1', 'failed', 'running'].map((what) => `words/${runId}/${what}`),
  );
  const whole = async (what: string) => recordedEvent(service.api, `words/${runId}/${what}`);
  const failed = await whole('failed');
  const run = {
    namespace: temporalNamespace,
    graph_name: 'fails',
    run_id: runId,
    workflow_id: 'words',
    workflow_type: 'fails',
    task_queue: caller.taskQueue,
  };
  const error = { type: 'BreakDown', message: 'attempt 3 of 3 broke down', node_name: 'breakDown' };
  expect(failed).toMatchObject({
    type: 'workflow.failed',
    subject: `workflows/words/runs/${runId}`,
    data: { ...run, status: 'failed', error },
  });
  expect(failed.data.duration_ms).toEqual(expect.any(Number));
  expect(failed.data.links).toEqual({
    temporal: `https://temporal.example/namespaces/${temporalNamespace}/workflows/words/${runId}/history`,
  });
  const errored = await whole('activities/1');
  expect(errored.data).toMatchObject({ ...run, status: 'errored', error: { ...error, state_id: '1' } });
});

test('it leaves histories as they are, and tells nothing in a replay', async () => {
  const handle = await caller.start('recovers', { workflowId: 'replayed' });
  await handle.result();
  const before = await told('replayed/', 3);
  const history = await handle.fetchHistory();
  const without = await bundleCallers();
  await Worker.runReplayHistory({ workflowBundle: without }, history, 'replayed');
  const plugins = [exosphereAlerts({ emitter, address: temporalAddress })];
  await Worker.runReplayHistory({ workflowBundle: bundle, plugins }, history, 'replayed');
  expect(emitter.pending).toBe(0);
  expect(await told('replayed/', 3)).toEqual(before);
});

test('a bundle without it is refused with the remedy; a worker of activities alone has nothing to bundle', async () => {
  const connection = await NativeConnection.connect({ address: temporalAddress });
  const common = {
    connection,
    namespace: temporalNamespace,
    taskQueue: 'other',
    plugins: [exosphereAlerts({ emitter })],
  };
  try {
    const without = await bundleCallers();
    await expect(Worker.create({ ...common, workflowBundle: without })).rejects.toThrow('bundleWorkflowCode');
    const worker = await Worker.create({ ...common, activities });
    await worker.runUntil(Promise.resolve());
  } finally {
    await connection.close();
  }
});

test('by REST, and while the service is away, workflows go on', async () => {
  const rest = new ExosphereAlerts({ url: 'http://127.0.0.1:1', apiKey: API_KEY, onError: () => {} });
  const plugin = { emitter: rest, holdMs: 200 };
  const { connection } = service.temporal;
  const away = await startCaller({ temporalAddress, temporalNamespace, connection, plugin, workflowBundle: bundle });
  try {
    const handles = await Promise.all(Array.from({ length: 5 }, () => away.start('succeeds')));
    for (const handle of handles) expect(await handle.result()).toBe('done');
    expect(rest.pending).toBe(10);
  } finally {
    await rest.close({ timeout: 1 });
    await away.stop();
  }
});

test(
  'a worker that is killed in the middle: what it did not tell, the next one does',
  async () => {
    const taskQueue = 'killed';
    const workflows = Array.from({ length: 30 }, (_, n) => ({
      workflowType: n % 2 === 0 ? 'recovers' : 'fails',
      workflowId: `killed-${n}`,
    }));
    const handles = await Promise.all(
      workflows.map(({ workflowType, workflowId }) =>
        service.temporal.workflow.start(workflowType, {
          taskQueue,
          workflowId,
          args: [],
          // What a killed worker had taken is given to another after this.
          workflowTaskTimeout: '2s',
        }),
      ),
    );
    const first = await forkWorker(taskQueue, bundleFile);
    await told('killed-', 40);
    first.kill('SIGKILL');
    const second = await forkWorker(taskQueue, bundleFile);
    try {
      await Promise.all(handles.map(ended));
      const events = await told('killed-', 90);
      const outcomes = events.filter(({ type }) => type !== 'workflow.started');
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      for (const { workflowType, workflowId } of workflows) {
        const own = outcomes
          .filter(({ subject }) => subject.startsWith(`workflows/${workflowId}/`))
          .map(({ type }) => type);
        expect(own.sort()).toEqual([
          'state.errored',
          workflowType === 'fails' ? 'workflow.failed' : 'workflow.succeeded',
        ]);
      }
    } finally {
      const exited = once(second, 'exit');
      second.kill('SIGTERM');
      await exited;
    }
  },
  LONG,
);
