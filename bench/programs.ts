import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitUntil } from '../src/embedded/wait-until.ts';

const API_KEY = 'bench-key-of-at-least-thirty-two-characters';
const ENCRYPTION_KEYS = `bench:${Buffer.alloc(32, 1).toString('base64')}`;
const EVENT_TYPE = 'bench.event';

/** A program under test: how to hand it an event, and whose CPU it uses. */
export interface Program {
  name: 'service' | 'floor';
  pid: number;
  /** Sends one event; resolves when it is accepted. */
  send(id: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** What both programs run against. */
export interface Surroundings {
  databaseUrl: string;
  temporalAddress: string;
  receiverUrl: string;
}

/** Starts the receiver. @returns its process and URL */
export async function startReceiver(): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(join(import.meta.dirname, 'receiver.ts'));
  return { child, url: `http://127.0.0.1:${await portOf(child)}/` };
}

/** Starts the floor, see `floor/server.ts`. */
export async function startFloor({ temporalAddress, receiverUrl }: Surroundings): Promise<Program> {
  const child = fork(join(import.meta.dirname, 'floor', 'server.ts'), [temporalAddress, receiverUrl]);
  const url = `http://127.0.0.1:${await portOf(child)}/`;
  const send = (id: string) => post(url, { id, type: EVENT_TYPE, data: dataOf() });
  return { name: 'floor', pid: child.pid as number, send, stop: () => end(child) };
}

/** Starts the service as `npm start` does, with one endpoint at the receiver and one rule with a typical condition. */
export async function startServiceProgram(around: Surroundings, port: number): Promise<Program> {
  const child = fork(join(import.meta.dirname, '..', 'src', 'main.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
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
  const url = `http://127.0.0.1:${port}`;
  const ready = () =>
    fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  if (!(await waitUntil(ready, { timeoutMs: 60_000 }))) throw new Error('The service did not become ready.');
  const webhook = await post(`${url}/v1/webhooks`, { name: 'bench', target_url: around.receiverUrl });
  await post(`${url}/v1/alert-rules`, {
    name: 'bench',
    event_type: EVENT_TYPE,
    condition: 'event.data.graph_name == "etl" && event.data.duration_ms > 1000',
    webhook_endpoint_id: webhook.id,
  });
  const send = (id: string) => post(`${url}/v1/events`, { id, type: EVENT_TYPE, data: dataOf() });
  return { name: 'service', pid: child.pid as number, send, stop: () => end(child) };
}

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
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
