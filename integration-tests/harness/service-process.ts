import { Client, Connection } from '@temporalio/client';
import { type Api, createApi } from './api.ts';
import { freePorts, npmStart, type Started } from './npm-start.ts';
import { testServers } from './servers.ts';
import { API_KEY, ENCRYPTION_KEYS } from './service.ts';
import { until } from './until.ts';

/** The service as a process of its own, on the servers of this test run: it can be killed or frozen as it is. */
export interface ServiceProcess {
  api: Api;
  url: string;
  pid: number;
  /** Ends it by SIGKILL: nothing of its own is finished. Resolves once it has gone. */
  kill(): Promise<void>;
  /** Sends the signal and does not wait: `SIGSTOP` freezes it with its connections open, `SIGCONT` lets it go on. */
  signal: Started['signal'];
  /** Resolves with the exit code (null: killed) once it has ended. */
  exited: Started['exited'];
  /** What it has said that somebody should look at: log lines from `warn` up, and its error output. */
  complaints(): string[];
}

/** Settings of a service process on the servers of this test run. */
export function externalSettings(databaseUrl: string): Record<string, string> {
  const { temporalAddress, temporalNamespace } = testServers();
  return {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: temporalNamespace,
    EXOSPHERE_API_KEY: API_KEY,
    EXOSPHERE_ENCRYPTION_KEYS: ENCRYPTION_KEYS,
    EXOSPHERE_ALLOW_HTTP: 'true',
    EXOSPHERE_ALLOWED_SUBNETS: '127.0.0.0/8',
  };
}

/**
 * Starts `node src/main.ts`, API and worker if `settings` do not say otherwise, in the test file's own Temporal namespace. A test file's processes must
 * share one database, for they share a task queue.
 *
 * @param databaseUrl a migrated database
 * @param settings on top of `externalSettings`, such as `EXOSPHERE_ROLE`
 * @returns the process, once it is running; `killAllStarted` of npm-start.ts ends what a test leaves
 */
export async function startServiceProcess(
  databaseUrl: string,
  settings: Record<string, string> = {},
): Promise<ServiceProcess> {
  const { started, PORT } = await onFreePort((port) => ({ PORT: port, ...externalSettings(databaseUrl), ...settings }));
  const url = `http://127.0.0.1:${settings.PORT ?? PORT}`;
  return {
    api: createApi(url, API_KEY),
    url,
    pid: started.pid,
    async kill() {
      started.signal('SIGKILL');
      await started.exited;
    },
    signal: started.signal,
    exited: started.exited,
    complaints: () => [...started.out().split('\n').filter(isComplaint), ...started.err().split('\n').filter(Boolean)],
  };
}

/** Between finding a free port and listening on it another program may take it: then once more, on another. */
async function onFreePort(settingsOn: (port: string) => Record<string, string>) {
  for (let tries = 1; ; tries += 1) {
    const { PORT } = await freePorts();
    const started = npmStart({ env: settingsOn(PORT) });
    try {
      await started.prints(/"msg":"running"/);
      return { started, PORT };
    } catch (error) {
      if (tries === 3 || !started.err().includes(`Port ${PORT} is in use`)) throw error;
    }
  }
}

/** pino's levels: 40 is `warn`. */
const isComplaint = (line: string) => Number(/^\{"level":(\d+)/.exec(line)?.[1]) >= 40;

/** The workflows of the test file's own Temporal namespace, seen from outside: no process that is killed takes it along. */
export interface Workflows {
  client: Client;
  /** Resolves once none is open: what they were to do is done, and nothing will be sent any more. */
  ended(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to Temporal as the service does not need to: processes come and go, this stays.
 *
 * @param namespace by default the test file's own
 */
export async function watchWorkflows(namespace?: string): Promise<Workflows> {
  const { temporalAddress, temporalNamespace } = testServers();
  const connection = await Connection.connect({ address: temporalAddress });
  const client = new Client({ connection, namespace: namespace ?? temporalNamespace });
  const areOpen = async () => (await client.workflow.count("ExecutionStatus = 'Running'")).count > 0;
  return {
    client,
    async ended(timeoutMs) {
      await until(async () => !(await areOpen()), 'every workflow to end', timeoutMs);
    },
    close: () => connection.close(),
  };
}
