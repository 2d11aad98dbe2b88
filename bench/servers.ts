import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { createDatabase } from '../integration-tests/harness/database.ts';
import { CACHE_DIR, ROOT, searchAttributes } from '../integration-tests/harness/repository.ts';
import { startEmbeddedPostgres } from '../src/embedded/postgres.ts';
import { startTemporalDevServer } from '../src/embedded/temporal.ts';
import { findTemporalCli } from '../src/embedded/temporal-cli.ts';
import type { CleanUp } from './clean-up.ts';
import { listenerOf } from './listener.ts';
import type { Options } from './options.ts';

/** PostgreSQL and Temporal, running. */
export interface Servers {
  temporalAddress: string;
  /** undefined: a server that the options name and that is no process of this machine. */
  pids: { temporal: number | undefined; postgresql: number | undefined };
  /** For logs and whatever else does not outlive the servers. */
  folder: string;
  /** A database and a Temporal namespace of their own: what a service that never ran finds. */
  newState(): Promise<State>;
}

/** What a service keeps. */
export interface State {
  databaseUrl: string;
  namespace: string;
  /** A client of the bench's own, to read histories and to see when all is done. */
  temporal: Client;
}

/** What starting something takes besides its own options. */
export interface Starting {
  options: Options;
  cleanUp: CleanUp;
  signal: AbortSignal;
  say: (line: string) => void;
  /** What runs, in words; filled in as servers start. */
  versions: Record<string, string>;
}

/** The service and Temporal both keep connections open; what is not used costs nothing. */
const POSTGRES_SETTINGS = { max_connections: '300' };

/** What `--temporal` means, in words. */
const KINDS: Record<string, string> = {
  dev: 'the development server (SQLite)',
  postgresql: "a server on the service's PostgreSQL",
};

/**
 * Starts the servers that the options do not name, in a temporary folder and on free ports.
 *
 * @throws the signal's reason once it is aborted; `cleanUp` undoes what was started by then
 */
export async function startServers({ options, cleanUp, signal, say, versions }: Starting): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'exosphere-bench-'));
  cleanUp.add(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await postgresOf(options, folder, cleanUp, say);
  signal.throwIfAborted();
  const temporal = await temporalOf(options, { databaseUrl: postgres.url, folder, cleanUp, say });
  signal.throwIfAborted();
  const connection = await Connection.connect({ address: temporal.address });
  cleanUp.add(() => connection.close());
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  versions.Temporal = `${serverVersion}, ${KINDS[options.temporal] ?? `the server at ${options.temporal}`}`;
  versions.PostgreSQL = await postgresVersion(postgres.url);
  return {
    temporalAddress: temporal.address,
    pids: { temporal: temporal.pid, postgresql: postgres.pid },
    folder,
    async newState() {
      const database = await createDatabase(postgres.url);
      cleanUp.add(database.drop);
      const namespace = `bench-${randomBytes(4).toString('hex')}`;
      await createNamespace(temporal.address, namespace);
      signal.throwIfAborted();
      return { databaseUrl: database.url, namespace, temporal: new Client({ connection, namespace }) };
    },
  };
}

async function postgresOf(options: Options, folder: string, cleanUp: CleanUp, say: Starting['say']) {
  if (options.database !== undefined) {
    const { hostname, port } = new URL(options.database);
    return { url: options.database, pid: listenerOf(`${hostname}:${port || 5432}`) };
  }
  const dataDir = join(folder, 'postgres');
  const settings = POSTGRES_SETTINGS;
  const postgres = await startEmbeddedPostgres({ dataDir, port: 0, say, random: randomBytes, settings });
  cleanUp.add(postgres.stop);
  return postgres;
}

async function temporalOf(
  { temporal }: Options,
  {
    databaseUrl,
    folder,
    cleanUp,
    say,
  }: { databaseUrl: string; folder: string; cleanUp: CleanUp; say: Starting['say'] },
): Promise<{ address: string; pid: number | undefined }> {
  if (temporal !== 'dev' && temporal !== 'postgresql') return { address: temporal, pid: listenerOf(temporal) };
  const dataDir = join(folder, 'temporal');
  if (temporal === 'postgresql') {
    // Only where it is asked for: it needs a server that most machines do not have.
    const { startTemporalServer } = await import('./temporal-server/start.ts');
    const server = await startTemporalServer({ databaseUrl, dataDir, say });
    cleanUp.add(server.stop);
    return server;
  }
  const server = await startTemporalDevServer({
    cli: await findTemporalCli({ pathEnv: process.env.PATH ?? '', cacheDir: CACHE_DIR, say }),
    dbFile: join(dataDir, 'temporal.db'),
    port: 0,
    uiPort: 0,
    headless: true,
    namespace: 'default',
    searchAttributes: searchAttributes(),
    say,
  });
  cleanUp.add(server.stop);
  return server;
}

/** As an operator makes one, by `npm run temporal:setup`. */
async function createNamespace(address: string, namespace: string): Promise<void> {
  const script = join(ROOT, 'scripts', 'register-search-attributes.ts');
  await promisify(execFile)(process.execPath, [script, '--create-namespace', '--retention', '1d'], {
    env: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace },
  });
}

async function postgresVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end();
  }
}
