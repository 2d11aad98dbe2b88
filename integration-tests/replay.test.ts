import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { eventDigest } from '../src/domain/event-digest.ts';
import { dataConverter } from '../src/temporal.ts';
import { alertRule, firing, PATIENT } from './harness/alerts.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import {
  createEndpoint,
  createRule,
  deliverOne,
  deliveryOf,
  deliveryWith,
  sendBatch,
  sendEvent,
  unique,
} from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';
import { looked, watch } from './harness/watched/source.ts';

/*
 * Workflows that run when a new version is deployed go on with the new code: it must take the old ones' histories.
 * `RECORD_HISTORIES=1 npm test -- --testPathPatterns replay` records them anew, after a change that may break them
 * because nothing runs yet that would meet it.
 */

const FOLDER = join(ROOT, 'integration-tests', 'histories');
const execute = promisify(execFile);
const workflowBundle = { codePath: testServers().workflowBundlePath };

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

/** A history as the Temporal CLI and Web UI give it to a person. */
async function showHistory(workflowId: string, runId: string | undefined): Promise<string> {
  const { temporalCli, temporalAddress, temporalNamespace } = testServers();
  const where = ['--address', temporalAddress, '--namespace', temporalNamespace, '--workflow-id', workflowId];
  const run = runId === undefined ? [] : ['--run-id', runId];
  const args = ['workflow', 'show', ...where, ...run, '--output', 'json'];
  return (await execute(temporalCli, args, { maxBuffer: 64 * 1024 * 1024 })).stdout;
}

/** Replays every history of a folder with today's code. @throws Error when one does not fit */
async function replay(folder: string): Promise<void> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const history = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    await Worker.runReplayHistory({ workflowBundle, dataConverter }, history, file);
  }
}

/** One of each way that a delivery can go; the names are those of the recorded files. */
async function allWays(): Promise<Map<string, string>> {
  const once = { retry_policy: { maximum_attempts: 1 } };
  const twice = { retry_policy: { schedule: ['1s'], jitter: 0 } };
  const workflows = new Map<string, string>();

  receiver.answer(200);
  const { delivery: quick } = await deliverOne(service.api, receiver.url);
  await deliveryWith(service.api, quick.id, 'succeeded');
  workflows.set('delivery-succeeded', `delivery/${quick.id}`);
  const { body: event } = await service.api.get(`/v1/deliveries/${quick.id}`);
  workflows.set('event', `event/default/${eventDigest(event.event_source, event.event_id)}`);

  receiver.answer(500, 200);
  const { delivery: retried } = await deliverOne(service.api, receiver.url, { endpoint: twice });
  await deliveryWith(service.api, retried.id, 'succeeded');
  workflows.set('delivery-retried', `delivery/${retried.id}`);

  receiver.answer(500);
  const { delivery: resumed } = await deliverOne(service.api, receiver.url, { endpoint: once });
  await deliveryWith(service.api, resumed.id, 'dead_lettered');
  workflows.set('delivery-exhausted', `delivery/${resumed.id}`);
  const exhausted = await service.temporal.workflow.getHandle(`delivery/${resumed.id}`).describe();
  await service.api.post(`/v1/dead-letters/${resumed.id}/retry`);
  await receiver.arrived(receiver.received.length + 1);
  await deliveryWith(service.api, resumed.id, 'dead_lettered');
  receiver.answer(200);
  await service.api.post(`/v1/dead-letters/${resumed.id}/retry`);
  await deliveryWith(service.api, resumed.id, 'succeeded');
  workflows.set('dead-letter-resumed', `dead-letter/${resumed.id}`);
  workflows.set('delivery-exhausted', `delivery/${resumed.id} ${exhausted.runId}`);

  receiver.answer(500);
  const { delivery: discarded } = await deliverOne(service.api, receiver.url, { endpoint: once });
  await deliveryWith(service.api, discarded.id, 'dead_lettered');
  await service.api.post(`/v1/dead-letters/${discarded.id}/discard`);
  await deliveryWith(service.api, discarded.id, 'discarded');
  workflows.set('dead-letter-discarded', `dead-letter/${discarded.id}`);

  receiver.answer(500);
  const hourly = { retry_policy: { schedule: ['1h'], jitter: 0 } };
  const { delivery: waiting, endpoint: off } = await deliverOne(service.api, receiver.url, { endpoint: hourly });
  await deliveryWith(service.api, waiting.id, 'retrying');
  await until(async () => {
    const { raw } = await service.temporal.workflow.getHandle(`delivery/${waiting.id}`).describe();
    return raw.pendingActivities?.some(({ attempt }) => Number(attempt) > 1);
  }, 'a delivery to sleep until its next attempt');
  await service.api.patch(`/v1/webhooks/${off.id}`, { is_active: false });
  await deliveryWith(service.api, waiting.id, 'skipped');
  workflows.set('delivery-looked-again', `delivery/${waiting.id}`);
  workflows.set('recheck', `recheck/${off.id}`);
  receiver.answer(200);
  const { delivery: again } = await deliverOne(service.api, receiver.url);
  await deliveryWith(service.api, again.id, 'succeeded');
  await service.api.post(`/v1/deliveries/${again.id}/redeliver`);
  await until(
    async () => (await service.api.get(`/v1/deliveries/${again.id}`)).body.attempts[1]?.outcome,
    'the redelivery',
  );
  workflows.set('delivery-redelivered', `delivery/${again.id}`);
  receiver.answer(500);
  const { delivery: one, endpoint: parking } = await deliverOne(service.api, receiver.url, { endpoint: once });
  await deliveryWith(service.api, one.id, 'dead_lettered');
  receiver.answer(200);
  const bulk = await service.api.post('/v1/dead-letters/retry', { endpoint_id: parking.id });
  workflows.set('dead-letter-bulk', bulk.body.workflow.id);

  await service.temporal.workflow.execute('retentionWorkflow', {
    taskQueue: 'exosphere-alerts',
    workflowId: 'retention-recorded',
    args: [{}],
  });
  workflows.set('retention', 'retention-recorded');

  for (const [name, workflow] of await alertWays()) workflows.set(name, workflow);
  workflows.set('temporal-source', await watchedAndGone());

  receiver.answer(500, 200);
  const endpoint = await createEndpoint(service.api, receiver.url, twice);
  const { event_types: types } = await createRule(service.api, [endpoint.id]);
  for (const id of await sendBatch(service.api, types[0], 4)) {
    const { attempts, workflow } = await deliveryWith(service.api, (await deliveryOf(service.api, id)).id, 'succeeded');
    if (attempts.length === 1) workflows.set('events', workflow.id);
    else {
      const { raw } = await service.temporal.workflow.getHandle(workflow.id).describe();
      workflows.set('delivery-group', raw.workflowExecutionInfo?.parentExecution?.workflowId as string);
    }
  }
  return workflows;
}

/** A source that is watched, and then is no more: its workflow finds that out by itself. */
async function watchedAndGone(): Promise<string> {
  const { temporalAddress: address, temporalNamespace: namespace } = testServers();
  const { id } = await watch(service.api, { address, namespace });
  await looked(service.api, id);
  await query(service.databaseUrl, 'delete from temporal_sources where id = $1', [id]);
  return `temporal-source/${id}`;
}

/** A run that takes too long, and ends: the watch of its namespace's runs, and its alert. */
async function alertWays(): Promise<[name: string, workflow: string][]> {
  const trigger = { kind: 'duration', longer_than: '2s', started: unique('custom.start'), ended: unique('custom.end') };
  const rule = await alertRule(service.api, receiver, { trigger });
  await sendEvent(service.api, trigger.started, { run_id: 'slow' });
  const [alert] = await firing(service.api, rule.id);
  await sendEvent(service.api, trigger.ended, { run_id: 'slow' });
  await firing(service.api, rule.id, 0);
  const digest = alert.dedup_key.slice(rule.id.length + 1);
  return [
    ['alert', `alert/${rule.id}/${digest}`],
    ['run-watch', `run-watch/default/${Number.parseInt(digest.slice(0, 4), 16) % 16}`],
  ];
}

/** Those that are still open when there is nothing to do: their histories are taken as they are. */
const STAY_OPEN = ['run-watch'];

test("today's code takes the histories that it writes", async () => {
  const recording = process.env.RECORD_HISTORIES === '1';
  const folder = recording ? FOLDER : mkdtempSync(join(tmpdir(), 'exosphere-histories-'));
  if (recording) {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER);
  }
  for (const [name, workflow] of await allWays()) {
    const [workflowId = '', runId] = workflow.split(' ');
    const handle = service.temporal.workflow.getHandle(workflowId, runId);
    if (!STAY_OPEN.includes(name)) {
      const described = () => handle.describe().catch(() => undefined);
      await until(async () => (await described())?.status.name === 'COMPLETED', `${name} to complete`, PATIENT);
    }
    const json = await showHistory(workflowId, runId);
    // The checkout's own place is nobody's business.
    writeFileSync(join(folder, `${name}.json`), json.replaceAll(ROOT, '.'));
  }
  await replay(folder);
  if (!recording) rmSync(folder, { recursive: true });
}, 180_000);

test('and those that earlier versions wrote', async () => {
  await replay(FOLDER);
});
