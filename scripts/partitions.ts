/*
 * `npm run partitions`: keeps events, deliveries and their attempts in partitions by time, from a daily job. Makes those of
 * the days to come and, with `--drop-older-than DAYS`, drops old ones. docs/operations.md has when that is worth it.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { dropPartitions, keepPartitions } from '../src/store/partitions.ts';

const USAGE =
  'Usage: DATABASE_URL=postgres://… npm run partitions -- [--days <of a partition, 7>] [--ahead <partitions, 4>] [--drop-older-than <days>]';
/** PostgreSQL's code for a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  await main();
} catch (error) {
  const { code, message } = error as { code?: unknown; message: string };
  const hint =
    code === LOCK_NOT_AVAILABLE ? ' Something holds the table; nothing was changed by this step: run it again.' : '';
  process.stderr.write(`${message}.${hint}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { days: { type: 'string' }, ahead: { type: 'string' }, 'drop-older-than': { type: 'string' } },
  });
  const days = read(values.days ?? '7', 1);
  const ahead = read(values.ahead ?? '4', 1);
  const dropOlderThan = values['drop-older-than'] === undefined ? undefined : read(values['drop-older-than'], 1);
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error(`DATABASE_URL is not set. ${USAGE}`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const options = { client, now: Date.now(), days, say };
    await keepPartitions(options, ahead);
    if (dropOlderThan !== undefined) await dropPartitions(options, dropOlderThan);
  } finally {
    await client.end();
  }
}

function read(text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > 3_650)
    throw new Error(`${text} is not a number of days. ${USAGE}`);
  return value;
}
