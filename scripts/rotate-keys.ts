/*
 * `npm run rotate-keys [-- --data-dir <folder>]`: seals anew, with the first key of EXOSPHERE_ENCRYPTION_KEYS, every secret
 * that an older key has sealed. May be stopped and run again at any time, and beside a running service; the embedded
 * default must be stopped first. Ends with 1 when there are secrets that no key opens: it names them and goes on.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Config, loadConfig } from '../src/config.ts';
import { lockFolder } from '../src/embedded/folder-lock.ts';
import { keepEmbeddedKeys } from '../src/embedded/keys.ts';
import { startEmbeddedPostgres } from '../src/embedded/postgres.ts';
import { StartError } from '../src/start-error.ts';
import { reseal } from '../src/store/reseal.ts';
import { asRole } from '../src/store/roles.ts';
import { createSealer, SealError, type Sealer } from '../src/store/seal.ts';
import { createSql } from '../src/store/sql.ts';
import { WORKER_ROLE } from '../src/store/tenancy.ts';

const USAGE = 'Usage: npm run rotate-keys [-- --data-dir <folder of the embedded parts>]';
/** PostgreSQL's codes for a table and a column that are not there. */
const NOT_MIGRATED = ['42P01', '42703'];

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  process.exitCode = await rotateKeys();
} catch (error) {
  const known = error instanceof StartError;
  process.stderr.write(known ? `${error.message} ${error.remedy}\n` : `${(error as Error).stack}\n`);
  process.exitCode = 1;
}

async function rotateKeys(): Promise<number> {
  const dataDir = readDataDir();
  // By the role of a worker, which needs no API key: nor does this.
  const config = loadConfig({ ...process.env, EXOSPHERE_ROLE: 'worker' }, dataDir);
  if (config.databaseUrl !== undefined) return await resealAll(config.databaseUrl, sealerOf(config));

  if (!existsSync(join(dataDir, 'postgres'))) {
    throw new StartError(`There is no database in ${dataDir}.`, 'Set DATABASE_URL, or give the right --data-dir.');
  }
  const unlock = lockFolder(dataDir);
  try {
    const sealer = sealerOf(config);
    const postgres = await startEmbeddedPostgres({
      dataDir: join(dataDir, 'postgres'),
      port: config.postgresPort,
      say,
      random: randomBytes,
    });
    try {
      return await resealAll(postgres.url, sealer);
    } finally {
      await postgres.stop();
    }
  } finally {
    unlock();
  }
}

/** @returns the exit code */
async function resealAll(databaseUrl: string, sealer: Sealer): Promise<number> {
  const options = { max: 1, connectionTimeoutMillis: 10_000, ...asRole(WORKER_ROLE) };
  const pool = new pg.Pool({ connectionString: databaseUrl, ...options });
  // Without a listener the end of an idle connection would end this process; the next query tells of it.
  pool.on('error', () => {});
  try {
    const { tables, unreadable } = await reseal({
      sql: createSql(pool),
      sealer,
      onBatch: (so) => say(`Looked at ${so.rows} ${so.what}, up to ${so.lastId}: ${so.resealed} boxes sealed anew.`),
    });
    const key = `the key "${sealer.currentKeyId}"`;
    const resealed = tables.reduce((sum, table) => sum + table.resealed, 0);
    const rows = tables.map((table) => `${table.rows} ${table.what}`).join(' and ');
    say(`Done: ${resealed} boxes of ${rows} sealed anew with ${key}.`);
    if (unreadable.length === 0) {
      say(`All are sealed with ${key}. Older keys are needed only for older backups of the database.`);
      return 0;
    }
    process.stderr.write(`${unreadable.length} boxes are left as they were, so keep the older keys:\n`);
    for (const { place, reason } of unreadable) process.stderr.write(`- ${place}: ${reason}\n`);
    return 1;
  } catch (error) {
    throw explain(error);
  } finally {
    await pool.end();
  }
}

function sealerOf({ embedded, encryptionKeys, dataDir }: Config): Sealer {
  const keyring = encryptionKeys ?? (embedded ? keepEmbeddedKeys(dataDir, randomBytes).encryptionKeys : '');
  try {
    return createSealer(keyring, randomBytes);
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new StartError(cause.message, `Correct ${join(dataDir, 'encryption-keys')}.`, { cause });
  }
}

function readDataDir(): string {
  try {
    const { values } = parseArgs({ options: { 'data-dir': { type: 'string' } } });
    return resolve(values['data-dir'] ?? join(import.meta.dirname, '..', '.data'));
  } catch (cause) {
    throw new StartError(`${(cause as Error).message.split('. ')[0]}.`, USAGE, { cause });
  }
}

function explain(error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string };
  if (code !== undefined && NOT_MIGRATED.includes(code)) {
    return new StartError('The database lacks the tables of this version.', 'Start the service once: it makes them.');
  }
  return new StartError(
    `PostgreSQL cannot be used: ${message}.`,
    'Check DATABASE_URL, and run this again: it goes on.',
    {
      cause: error,
    },
  );
}
