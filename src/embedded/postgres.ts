import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import { type Child, startChild } from './child.ts';
import { commandLineOf, isAlive, type StopStep, stopProcess } from './leftover.ts';
import { claimPort, onFreePorts, type PortUse, portTaken } from './port.ts';
import {
  hasCluster,
  makeCluster,
  POSTGRES_DATABASE,
  POSTGRES_ENVIRONMENT,
  POSTGRES_ROLE,
  settingFlags,
} from './postgres-cluster.ts';
import { findPostgresPrograms } from './postgres-programs.ts';
import { chooseServerUser } from './server-user.ts';
import { waitUntil } from './wait-until.ts';

/** What to start. */
export type PostgresOptions = {
  /** Folder of its own; made if missing. Holds `cluster/`, `password` (0600) and `server.log`. */
  dataDir: string;
  /** TCP port on 127.0.0.1; 0 for any free one. */
  port: number;
  /** Takes progress lines for the person who starts it. */
  say: (line: string) => void;
  /** Random bytes, for the password of a new database. */
  random: (bytes: number) => Buffer;
  /** More settings of PostgreSQL: `{fsync: 'off'}`. */
  settings?: Record<string, string>;
};

/** A running PostgreSQL. */
export type EmbeddedPostgres = {
  /** Connection URL of the database `exosphere`, with the password of its superuser. */
  url: string;
  /** Its process. */
  pid: number;
  /** Resolves when the server has ended, with how (`signal SIGKILL`), be it by `stop` or by itself. */
  exited: Promise<string>;
  /** Ends every session and stops the server; resolves when it is gone. */
  stop: () => Promise<void>;
};

const USE: PortUse = { what: 'The embedded PostgreSQL', setting: 'EXOSPHERE_POSTGRES_PORT' };

/** Fast shutdown, then immediate shutdown (the next start recovers), then what cannot be refused: postgres(1), "Notes". */
const STOP: readonly StopStep[] = [
  { signal: 'SIGINT', graceMs: 30_000 },
  { signal: 'SIGQUIT', graceMs: 5_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
];

/** Recovery after a crash may take long on a slow disk; a server that gives up ends by itself and is noticed at once. */
const READY_WITHIN_MS = 300_000;

/**
 * Starts the PostgreSQL that comes with the npm packages, on 127.0.0.1 only, and waits until it takes connections.
 *
 * The first start makes the database; a server that a killed run left behind is stopped first. Root runs it as another
 * user (see server-user.ts).
 *
 * @throws StartError when the port is taken, the files are of another version, or the server ends while starting
 */
export function startEmbeddedPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  return onFreePorts(options.port === 0, () => startOnce(options));
}

async function startOnce(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, say, settings = {} } = options;
  const cluster = join(dataDir, 'cluster');
  mkdirSync(dataDir, { recursive: true });
  // As root, PostgreSQL's own user has to pass through to its files; each file in here is closed by itself.
  if (statSync(dataDir).uid === process.getuid?.()) chmodSync(dataDir, process.getuid() === 0 ? 0o711 : 0o700);
  const programs = findPostgresPrograms(process.platform, process.arch);
  const user = chooseServerUser(cluster, [programs.postgres, dataDir]);

  const known = hasCluster(dataDir);
  if (known) await stopLeftover(cluster, say);
  const password = keepPassword(dataDir, known, options.random);
  if (!known) {
    say('Making the PostgreSQL database (first start)…');
    makeCluster({ dataDir, programs, user, password, settings });
  }

  const port = await claimPort(options.port, USE);
  const flags = settingFlags({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...settings,
  });
  const [command, ...args] = [...user.prefix, programs.postgres, '-D', cluster, '-p', String(port), ...flags];
  const child = await startChild({
    command: command!,
    args,
    env: POSTGRES_ENVIRONMENT,
    logFile: join(dataDir, 'server.log'),
    runAs: user.runAs,
    lastSignal: 'SIGINT',
  });
  try {
    await untilReady(child, cluster, port);
  } catch (error) {
    await child.stop(STOP);
    throw error;
  }
  return {
    url: `postgres://${POSTGRES_ROLE}:${password}@127.0.0.1:${port}/${POSTGRES_DATABASE}`,
    pid: child.pid,
    exited: child.exited,
    stop: () => child.stop(STOP),
  };
}

/** The password of the superuser: made for a new database and kept beside it. */
function keepPassword(dataDir: string, known: boolean, random: (bytes: number) => Buffer): string {
  const path = join(dataDir, 'password');
  if (!known) writeFileSync(path, random(24).toString('base64url'), { mode: 0o600 });
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  throw new StartError(
    `The password of the embedded PostgreSQL is missing: ${path}.`,
    'Restore that file from a backup of the data folder, or move the data folder away to begin anew.',
  );
}

/** Waits as pg_ctl does: until the server writes "ready" into line 8 of its own postmaster.pid. */
async function untilReady(child: Child, cluster: string, port: number): Promise<void> {
  const ready = await waitUntil(
    () => {
      if (child.ended() !== undefined) return 'ended';
      const lines = readPidFile(cluster);
      return lines[0] === String(child.pid) && lines[7]?.trim() === 'ready' && 'ready';
    },
    { timeoutMs: READY_WITHIN_MS },
  );
  if (ready === 'ready') return;
  const output = child.output().trim();
  if (output.includes('Address already in use')) throw portTaken(port, USE);
  const last = output.split('\n').findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? output.split('\n').at(-1);
  throw new StartError(
    `The embedded PostgreSQL did not start: ${child.ended() ?? 'no answer'}: ${last}`,
    `Read ${join(cluster, '..', 'server.log')}, or set DATABASE_URL to a PostgreSQL of yours.`,
    { cause: output },
  );
}

/** Stops the server of an earlier run that was killed before it could stop it: two on one folder is not possible. */
async function stopLeftover(cluster: string, say: (line: string) => void): Promise<void> {
  const pid = Number(readPidFile(cluster)[0]);
  // The id may belong to something else by now; only a program that was given this very folder is ours.
  if (!(pid > 1) || !isAlive(pid) || !commandLineOf(pid).includes(cluster)) return;
  say(`Stopping the PostgreSQL that an earlier run left behind (process ${pid})…`);
  if (await stopProcess(pid, STOP)) return;
  throw new StartError(
    `A PostgreSQL of an earlier run (process ${pid}) still uses ${cluster} and could not be stopped.`,
    `Stop process ${pid} and start again.`,
  );
}

function readPidFile(cluster: string): string[] {
  try {
    return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}
