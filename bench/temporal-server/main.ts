/* `node bench/temporal-server/main.ts --database URL`: a Temporal server on that PostgreSQL, until Ctrl-C. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { StartError } from '../../src/start-error.ts';
import { abortOnSignals, createCleanUp, unlessAborted } from '../clean-up.ts';
import { startTemporalServer } from './start.ts';

const USAGE = 'Usage: node bench/temporal-server/main.ts --database postgres://user:password@host:port/database';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const signal = abortOnSignals();
const cleanUp = createCleanUp();
try {
  await main();
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  say(error instanceof StartError ? `${error.message} ${error.remedy}` : (error as Error).message);
} finally {
  await cleanUp.run();
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'temporal-server-'));
  cleanUp.add(() => rmSync(dataDir, { recursive: true, force: true }));
  const server = await startTemporalServer({ databaseUrl: readDatabaseUrl(), dataDir, say });
  cleanUp.add(server.stop);
  process.stdout.write(`${server.address}\n`);
  say(`Process ${server.pid}, log in ${dataDir}. Ctrl-C stops it and drops its databases.`);
  const how = await unlessAborted(signal, server.exited);
  throw new Error(`The Temporal server ended by itself: ${how}.`);
}

function readDatabaseUrl(): string {
  try {
    const { values } = parseArgs({ options: { database: { type: 'string' } } });
    if (values.database) return values.database;
  } catch (cause) {
    throw new StartError((cause as Error).message, USAGE, { cause });
  }
  throw new StartError('--database is missing.', USAGE);
}
