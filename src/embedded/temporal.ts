import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Connection } from '@temporalio/client';
import { StartError } from '../start-error.ts';
import { ensureSearchAttributes, type SearchAttributeTypes } from '../temporal-search-attributes.ts';
import { type Child, startChild } from './child.ts';
import { connectWhenReady } from './connect-when-ready.ts';
import { commandLineOf, isAlive, type StopStep, stopProcess } from './leftover.ts';
import { claimPort, onFreePorts, type PortUse, portTaken } from './port.ts';

/** What to start. */
export type TemporalOptions = {
  /** Path of the Temporal CLI (temporal-cli.ts finds it). */
  cli: string;
  /** SQLite file of the server, in a folder of its own; made if missing. `.pid` and `.log` go beside it. */
  dbFile: string;
  /** True: keep nothing, `dbFile` only says where the log goes. */
  inMemory?: boolean;
  /** gRPC port on 127.0.0.1; 0 for any free one. */
  port: number;
  /** Web UI port on 127.0.0.1; 0 for any free one. */
  uiPort: number;
  /** The namespace; made if missing. */
  namespace: string;
  /** More namespaces to make, with the same search attributes. */
  extraNamespaces?: readonly string[];
  searchAttributes: SearchAttributeTypes;
  /** Takes progress lines for the person who starts it. */
  say: (line: string) => void;
  /** No Web UI. */
  headless?: boolean;
  /** Dynamic configuration of the server, besides what all of ours have: `{'frontend.namespaceRPS': 50}`. */
  dynamicConfig?: Record<string, unknown>;
};

/** A running Temporal. */
export type EmbeddedTemporal = {
  /** `127.0.0.1:7233` */
  address: string;
  /** `http://127.0.0.1:8233`; `undefined` without Web UI. */
  uiUrl: string | undefined;
  /** Its process. */
  pid: number;
  /** Resolves when the server has ended, with how (`signal SIGKILL`), be it by `stop` or by itself. */
  exited: Promise<string>;
  /** Stops the server; resolves when it is gone. */
  stop: () => Promise<void>;
};

/** As in `temporal-config/dynamic-config.yaml`: task queues are shared fairly between namespaces. */
const DYNAMIC_CONFIG = { 'matching.enableFairness': true };

const USE: PortUse = { what: 'The local Temporal server', setting: 'EXOSPHERE_TEMPORAL_PORT' };
const UI_USE: PortUse = { what: 'The Temporal Web UI', setting: 'EXOSPHERE_TEMPORAL_UI_PORT' };

/** It ends by itself within about a second; its state is in SQLite transactions, so a kill loses nothing written. */
const STOP: readonly StopStep[] = [
  { signal: 'SIGINT', graceMs: 15_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
];

const READY_WITHIN_MS = 120_000;

/**
 * Starts Temporal's development server with its Web UI, on 127.0.0.1 only, and waits until it is healthy and the search
 * attributes can be used. A server that a killed run left behind is stopped first.
 *
 * @throws StartError when a port is taken or the server ends while starting
 */
export function startTemporalDevServer(options: TemporalOptions): Promise<EmbeddedTemporal> {
  return onFreePorts(options.port === 0 || options.uiPort === 0, () => startOnce(options));
}

async function startOnce(options: TemporalOptions): Promise<EmbeddedTemporal> {
  const { cli, dbFile, say, headless = false, inMemory = false } = options;
  mkdirSync(dirname(dbFile), { recursive: true, mode: 0o700 });
  const pidFile = `${dbFile}.pid`;
  await stopLeftover(pidFile, dbFile, say);
  const port = await claimPort(options.port, USE);
  const uiPort = headless ? undefined : await claimPort(options.uiPort, UI_USE);

  const namespaces = [...new Set([options.namespace, ...(options.extraNamespaces ?? [])])];
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    ...(inMemory ? [] : ['--db-filename', dbFile]),
    ...namespaces.flatMap((name) => ['--namespace', name]),
    ...Object.entries(options.searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...Object.entries({ ...DYNAMIC_CONFIG, ...options.dynamicConfig }).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
  ];
  const child = await startChild({
    command: cli,
    args,
    // TEMPORAL_* variables of the shell are for clients of other servers; the CLI would read them.
    env: { PATH: '/usr/bin:/bin', HOME: dirname(dbFile) },
    logFile: `${dbFile}.log`,
    lastSignal: 'SIGINT',
  });
  writePidFile(pidFile, child.pid);
  const stop = async () => {
    await child.stop(STOP);
    rmSync(pidFile, { force: true });
  };

  const address = `127.0.0.1:${port}`;
  try {
    const connection = await connectOrExplain(child, address, { port, uiPort, logFile: `${dbFile}.log` });
    try {
      for (const namespace of namespaces) {
        await ensureSearchAttributes(connection, namespace, options.searchAttributes);
      }
    } finally {
      await connection.close();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address,
    uiUrl: uiPort === undefined ? undefined : `http://127.0.0.1:${uiPort}`,
    pid: child.pid,
    exited: child.exited,
    stop,
  };
}

/** @throws StartError that says why no connection was made */
async function connectOrExplain(
  child: Child,
  address: string,
  { port, uiPort, logFile }: { port: number; uiPort: number | undefined; logFile: string },
): Promise<Connection> {
  const connection = await connectWhenReady(child, address, READY_WITHIN_MS);
  if (connection) return connection;
  const output = child.output().trim();
  if (/address already in use/i.test(output)) {
    throw uiPort !== undefined && output.includes(`:${uiPort}`) ? portTaken(uiPort, UI_USE) : portTaken(port, USE);
  }
  throw new StartError(
    `The local Temporal server did not start: ${child.ended() ?? 'no answer'}: ${output.split('\n').at(-1)}`,
    `Read ${logFile}, or set TEMPORAL_ADDRESS to a Temporal of yours.`,
    { cause: output },
  );
}

function writePidFile(path: string, pid: number): void {
  writeFileSync(`${path}.new`, String(pid));
  renameSync(`${path}.new`, path);
}

/** Stops the server of an earlier run that was killed before it could stop it: it holds the ports and the database. */
async function stopLeftover(pidFile: string, dbFile: string, say: (line: string) => void): Promise<void> {
  let pid: number;
  try {
    pid = Number(readFileSync(pidFile, 'utf8'));
  } catch {
    return;
  }
  // The id may belong to something else by now; only a server with this very database is ours.
  if (!(pid > 1) || !isAlive(pid) || !commandLineOf(pid).includes(`--db-filename ${dbFile}`)) return;
  say(`Stopping the Temporal server that an earlier run left behind (process ${pid})…`);
  if (await stopProcess(pid, STOP)) return;
  throw new StartError(
    `A Temporal server of an earlier run (process ${pid}) still uses ${dbFile} and could not be stopped.`,
    `Stop process ${pid} and start again.`,
  );
}
