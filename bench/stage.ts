import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { claimPort } from '../src/embedded/port.ts';
import { startEmbeddedPostgres } from '../src/embedded/postgres.ts';
import { startTemporalDevServer } from '../src/embedded/temporal.ts';
import { findTemporalCli } from '../src/embedded/temporal-cli.ts';
import type { SearchAttributeTypes } from '../src/temporal-search-attributes.ts';
import searchAttributes from '../temporal-config/search-attributes.json' with { type: 'json' };
import { type Arrivals, collectArrivals } from './arrivals.ts';
import type { CleanUp } from './clean-up.ts';
import { type Program, startFloor, startReceiver, startServiceProgram } from './programs.ts';

/** Everything that a measurement needs, running: the servers of this run and both programs on them. */
export interface Stage {
  floor: Program;
  service: Program;
  arrivals: Arrivals;
  /** A client of the bench's own, to read histories and to see when all is done. */
  temporal: Client;
  /** Process ids of what both programs share. */
  shared: { temporal: number; postgresql: number; receiver: number };
}

/**
 * Starts PostgreSQL, Temporal, the receiver, the floor and the service in a temporary folder and on free ports.
 *
 * @param profileDir where the programs leave CPU profiles when they end; undefined: none are taken
 * @throws the signal's reason once it is aborted; `cleanUp` undoes what was started by then
 */
export async function openStage(around: {
  cacheDir: string;
  cleanUp: CleanUp;
  signal: AbortSignal;
  say: (line: string) => void;
  profileDir: string | undefined;
}): Promise<Stage> {
  const { cacheDir, cleanUp, signal, say, profileDir } = around;
  const folder = mkdtempSync(join(tmpdir(), 'exosphere-bench-'));
  cleanUp.add(() => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'postgres');
  const postgres = await startEmbeddedPostgres({ dataDir, port: 0, say, random: randomBytes });
  cleanUp.add(postgres.stop);
  signal.throwIfAborted();
  const cli = await findTemporalCli({ pathEnv: process.env.PATH ?? '', cacheDir, say });
  signal.throwIfAborted();
  const server = await startTemporalDevServer({
    cli,
    dbFile: join(folder, 'temporal', 'temporal.db'),
    port: 0,
    uiPort: 0,
    headless: true,
    namespace: 'default',
    searchAttributes: searchAttributes as SearchAttributeTypes,
    say,
  });
  cleanUp.add(server.stop);
  signal.throwIfAborted();
  const connection = await Connection.connect({ address: server.address });
  cleanUp.add(() => connection.close());

  const receiver = await startReceiver(cleanUp);
  signal.throwIfAborted();
  const settings = {
    databaseUrl: postgres.url,
    temporalAddress: server.address,
    receiverUrl: receiver.url,
    profileDir,
    cleanUp,
  };
  const floor = await startFloor(settings);
  signal.throwIfAborted();
  const port = await claimPort(0, { what: 'The service', setting: 'PORT' });
  const service = await startServiceProgram(settings, port);
  return {
    floor,
    service,
    arrivals: collectArrivals(receiver.child),
    temporal: new Client({ connection }),
    shared: { temporal: server.pid, postgresql: postgres.pid, receiver: receiver.child.pid as number },
  };
}
