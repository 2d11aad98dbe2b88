import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventDigest } from '../src/domain/event-digest.ts';
import { waitUntil } from '../src/embedded/wait-until.ts';
import { eventWorkflowId, taskQueue } from '../workflows/contract.ts';
import type { CleanUp } from './clean-up.ts';

const API_KEY = 'bench-key-of-at-least-thirty-two-characters';
const ENCRYPTION_KEYS = `bench:${Buffer.alloc(32, 1).toString('base64')}`;
const EVENT_TYPE = 'bench.event';
/** The service lets what is under way end; nothing here takes that long. */
const STOP_WITHIN_MS = 20_000;

export type ProgramName = 'floor' | 'service';

/** A program under test: how to hand it an event, where to look for that event's workflow, and whose CPU it uses. */
export interface Program {
  name: ProgramName;
  pid: number;
  taskQueue: string;
  /** Id of the workflow of an event. */
  workflowId(eventId: string): string;
  /** Sends one event; resolves when it is accepted. */
  send(eventId: string): Promise<unknown>;
}

/** What both programs run against. */
export interface Surroundings {
  databaseUrl: string;
  temporalAddress: string;
  receiverUrl: string;
  profileDir: string | undefined;
  cleanUp: CleanUp;
}

/** Starts the receiver. @returns its process and URL */
export async function startReceiver(cleanUp: CleanUp): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(join(import.meta.dirname, 'receiver.ts'));
  cleanUp.add(() => end(child));
  return { child, url: `http://127.0.0.1:${await portOf(child)}/` };
}

/** Starts the floor, see `floor/server.ts`. */
export async function startFloor(around: Surroundings): Promise<Program> {
  const { temporalAddress, receiverUrl, cleanUp } = around;
  const child = fork(join(import.meta.dirname, 'floor', 'server.ts'), [temporalAddress, receiverUrl], {
    execArgv: profiling(around, 'floor'),
  });
  cleanUp.add(() => end(child));
  const url = `http://127.0.0.1:${await portOf(child)}/`;
  return {
    name: 'floor',
    pid: child.pid as number,
    taskQueue: 'bench-floor',
    workflowId: (id) => `floor/${id}`,
    send: (id) => post(url, { id, type: EVENT_TYPE, data: dataOf() }),
  };
}

/** Starts the service as `npm start` does, with one endpoint at the receiver and one rule with a typical condition. */
export async function startServiceProgram(around: Surroundings, port: number): Promise<Program> {
  const child = fork(join(import.meta.dirname, '..', 'src', 'main.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: profiling(around, 'service'),
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATABASE_URL: around.databaseUrl,
      TEMPORAL_ADDRESS: around.temporalAddress,
      EXOSPHERE_API_KEY: API_KEY,
      EXOSPHERE_ENCRYPTION_KEYS: ENCRYPTION_KEYS,
      EXOSPHERE_ALLOW_HTTP: 'true',
      EXOSPHERE_ALLOWED_SUBNETS: '127.0.0.0/8',
    },
  });
  around.cleanUp.add(() => end(child));
  const url = `http://127.0.0.1:${port}`;
  const ready = () =>
    child.exitCode === null
      ? fetch(`${url}/readyz`).then(
          (answer) => answer.ok && 'ready',
          () => false as const,
        )
      : 'ended';
  if ((await waitUntil(ready, { timeoutMs: 60_000 })) !== 'ready')
    throw new Error('The service did not become ready; its own words are above.');
  const webhook = await post(`${url}/v1/webhooks`, { name: 'bench', target_url: around.receiverUrl });
  await post(`${url}/v1/alert-rules`, {
    name: 'bench',
    event_type: EVENT_TYPE,
    condition: 'event.data.graph_name == "etl" && event.data.duration_ms > 1000',
    webhook_endpoint_id: webhook.id,
  });
  return {
    name: 'service',
    pid: child.pid as number,
    taskQueue,
    workflowId: (id) => eventWorkflowId('default', eventDigest('/namespaces/default', id)),
    send: (id) => post(`${url}/v1/events`, { id, type: EVENT_TYPE, data: dataOf() }),
  };
}

/** Node writes the profile of every thread when the process ends; workflows run in threads of their own. */
const profiling = ({ profileDir }: Surroundings, name: ProgramName): string[] =>
  profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(profileDir, name)}`];

const dataOf = () => ({
  graph_name: 'etl',
  run_id: '5f0e8c1e-0000-4000-8000-000000000001',
  duration_ms: 61_000,
  error: { type: 'TimeoutError', message: 'the warehouse did not answer', node_name: 'load' },
});

async function post<T = { id: string }>(url: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-api-key': API_KEY };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url} answered ${response.status}: ${text}`);
  return (text ? JSON.parse(text) : {}) as T;
}

async function portOf(child: ChildProcess): Promise<number> {
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnargs.at(1)} ended while starting (exit code ${code}).`);
  });
  // After the start its end is no news to anybody.
  died.catch(() => {});
  const [message] = (await Promise.race([once(child, 'message'), died])) as [{ port: number }];
  return message.port;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  if (ended()) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited.finally(() => clearTimeout(timer));
}
