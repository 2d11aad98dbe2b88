import { join } from 'node:path';
import { ROOT } from '../integration-tests/harness/repository.ts';
import { type Child, startChild } from '../src/embedded/child.ts';
import type { StopStep } from '../src/embedded/leftover.ts';
import { claimPort } from '../src/embedded/port.ts';
import { waitUntil } from '../src/embedded/wait-until.ts';
import { taskQueue } from '../workflows/contract.ts';
import { now } from './clock.ts';
import { profileArguments } from './profiles.ts';
import type { Program } from './program.ts';
import type { State } from './servers.ts';
import type { Stage } from './stage.ts';

const API_KEY = 'bench-key-of-at-least-thirty-two-characters';
const ENCRYPTION_KEYS = `bench:${Buffer.alloc(32, 1).toString('base64')}`;
const READY_WITHIN_MS = 60_000;
/** It lets what is under way end, and ends by itself before this time is up. */
const STOP: readonly StopStep[] = [
  { signal: 'SIGTERM', graceMs: 30_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
];

/** A process of the service, ready for use. */
export interface ServiceProcess {
  pid: number;
  url: string;
  /** When it was spawned, and when `/readyz` first answered 200, on the machine's monotonic clock. */
  spawnedAt: number;
  readyAt: number;
  stop(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** What of a process can be chosen; the defaults are those of `npm start` with both addresses set. */
export interface ServiceChoice {
  role?: 'all' | 'api' | 'worker';
  /** A port that it had before; absent: any free one. */
  port?: number;
  /** Folder of the checkout that is run; absent: this one. */
  checkout?: string;
}

/** Starts a process of the service as `npm start` does. @throws Error with its last words when it does not get ready */
export async function startServiceProcess(
  stage: Stage,
  state: State,
  { role = 'all', port: asked = 0, checkout = ROOT }: ServiceChoice = {},
): Promise<ServiceProcess> {
  const port = await claimPort(asked, { what: 'The service', setting: 'PORT' });
  const spawnedAt = now();
  const child = await startChild({
    command: process.execPath,
    args: [...profileArguments(stage.options, role === 'all' ? 'service' : role), join(checkout, 'src', 'main.ts')],
    env: {
      PATH: process.env.PATH ?? '',
      PORT: String(port),
      DATABASE_URL: state.databaseUrl,
      TEMPORAL_ADDRESS: stage.servers.temporalAddress,
      TEMPORAL_NAMESPACE: state.namespace,
      EXOSPHERE_ROLE: role,
      EXOSPHERE_API_KEY: API_KEY,
      EXOSPHERE_ENCRYPTION_KEYS: ENCRYPTION_KEYS,
      EXOSPHERE_ALLOW_HTTP: 'true',
      EXOSPHERE_ALLOWED_SUBNETS: '127.0.0.0/8',
    },
    logFile: join(stage.servers.folder, `${role}-${port}.log`),
    lastSignal: 'SIGKILL',
  });
  const stop = () => child.stop(STOP);
  stage.cleanUp.add(stop);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, url);
  const kill = async () => {
    process.kill(child.pid, 'SIGKILL');
    await child.exited;
  };
  return { pid: child.pid, url, spawnedAt, readyAt: now(), stop, kill };
}

/** The service as a program under test, its events going to the first of its processes. */
export function serviceProgram(state: State, processes: Record<string, ServiceProcess>): Program {
  const [api] = Object.values(processes) as [ServiceProcess];
  return {
    name: 'service',
    url: `${api.url}/v1/events`,
    headers: { 'x-api-key': API_KEY },
    pids: Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, pid])),
    taskQueue,
    workflowTypes: { event: 'eventWorkflow', delivery: 'deliveryWorkflow' },
    temporal: state.temporal,
  };
}

/** Creates something by the REST API. @param apiKey whose namespace it is in; absent: `default` @returns its id */
export async function create(
  service: ServiceProcess,
  what: 'webhooks' | 'alert-rules' | 'sources/temporal',
  body: object,
  apiKey = API_KEY,
): Promise<string> {
  return (await post<{ id: string }>(service, what, body, apiKey)).id;
}

/** Makes a namespace. @returns a key of it that may do everything there */
export async function apiKeyOf(service: ServiceProcess, namespace: string): Promise<string> {
  const body = { name: 'bench', scopes: ['admin'], namespace };
  return (await post<{ key: string }>(service, 'api-keys', body, API_KEY)).key;
}

async function post<Answer>(service: ServiceProcess, what: string, body: object, apiKey: string): Promise<Answer> {
  const url = `${service.url}/v1/${what}`;
  const headers = { 'content-type': 'application/json', 'x-api-key': apiKey };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

async function untilReady(child: Child, url: string): Promise<void> {
  const ready = () =>
    child.ended() === undefined
      ? fetch(`${url}/readyz`).then(
          (answer) => answer.ok && 'ready',
          () => false as const,
        )
      : 'ended';
  if ((await waitUntil(ready, { timeoutMs: READY_WITHIN_MS, everyMs: 20 })) === 'ready') return;
  throw new Error(`The service did not become ready: ${child.output().trim().split('\n').slice(-5).join('\n')}`);
}
