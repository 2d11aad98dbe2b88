import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from '../../src/embedded/child.ts';
import { connectWhenReady } from '../../src/embedded/connect-when-ready.ts';
import type { StopStep } from '../../src/embedded/leftover.ts';
import { onFreePorts, portTaken } from '../../src/embedded/port.ts';
import { findBinaries } from './binaries.ts';
import { PORTS, serverConfig } from './config.ts';
import { createDatabases, type SqlPlugin } from './databases.ts';
import { prepareNamespace } from './namespace.ts';
import { freePorts, PORT_USE } from './ports.ts';

/** What to start. */
export interface TemporalServerOptions {
  /** PostgreSQL for its state, with a role that may make databases; two new ones are made there. */
  databaseUrl: string;
  /** Default `postgres12`. */
  plugin?: SqlPlugin;
  /** Folder of its own for `config.yaml` and `server.log`; made if missing. */
  dataDir: string;
  /** Takes progress lines. */
  say(line: string): void;
}

/** A running Temporal server. */
export interface TemporalServer {
  /** `127.0.0.1:20123`; its namespace is `default`. */
  address: string;
  pid: number;
  /** Resolves when it has ended, with how, be it by `stop` or by itself. */
  exited: Promise<string>;
  /** Stops it and drops its databases; resolves when both are gone. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/** At a signal it first lets its callers go elsewhere; its state is in transactions, so a kill loses nothing written. */
const STOP: readonly StopStep[] = [
  { signal: 'SIGTERM', graceMs: 30_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
];

/**
 * Starts the Temporal server of `build.sh` on PostgreSQL, on 127.0.0.1 and free ports, with the dynamic configuration
 * and the search attributes of `temporal-config/` in a new namespace `default`, and waits until that can be used.
 *
 * @throws StartError when the server was not built, or its ports were taken again and again
 * @throws Error with the end of its log when it does not start
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { databaseUrl, plugin = 'postgres12', dataDir, say } = options;
  const binaries = findBinaries(process.env);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  say('Making the databases of the Temporal server…');
  const databases = await createDatabases(databaseUrl, plugin, binaries.sqlTool);
  try {
    say('Starting the Temporal server…');
    const { child, address } = await onFreePorts(true, async () => {
      const ports = await freePorts(PORTS);
      // It holds the password of the database.
      const configFile = join(dataDir, 'config.yaml');
      writeFileSync(configFile, serverConfig(databases, ports), { mode: 0o600 });
      return await startOnce(binaries.server, configFile, join(dataDir, 'server.log'), ports);
    });
    const stop = async () => {
      await child.stop(STOP);
      await databases.drop();
    };
    return { address, pid: child.pid, exited: child.exited, stop };
  } catch (error) {
    await databases.drop();
    throw error;
  }
}

async function startOnce(
  server: string,
  configFile: string,
  logFile: string,
  ports: readonly number[],
): Promise<{ child: Child; address: string }> {
  const address = `127.0.0.1:${ports[0]}`;
  const child = await startChild({
    command: server,
    args: ['--config-file', configFile, '--allow-no-auth', 'start'],
    env: { PATH: '/usr/bin:/bin' },
    logFile,
    lastSignal: 'SIGTERM',
  });
  try {
    const connection = await connectWhenReady(child, address, READY_WITHIN_MS);
    if (connection === undefined)
      throw new Error(`The Temporal server did not start: ${child.ended() ?? 'no answer'}.`);
    await prepareNamespace(connection).finally(() => connection.close());
  } catch (cause) {
    await child.stop(STOP);
    const output = child.output();
    const port = ports.find((each) => new RegExp(`:${each}\\b.*address already in use`).test(output));
    if (port !== undefined) throw portTaken(port, PORT_USE);
    throw new Error(`${(cause as Error).message} The end of ${logFile}:\n${output.slice(-2_000)}`, { cause });
  }
  return { child, address };
}
