import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { migratedDatabase } from './harness/migrated-database.ts';
import { freePorts, killAllStarted, npmStart, type Ports, processesNaming } from './harness/npm-start.ts';
import { testServers } from './harness/servers.ts';
import { externalSettings } from './harness/service-process.ts';

/* What a person can mend is said in one sentence, with exit code 1 and nothing left running. */

const folder = mkdtempSync(join(tmpdir(), 'exosphere-failing-'));
const home = join(folder, 'home');

let ports: Ports;
beforeAll(async () => {
  ports = await freePorts();
});
afterEach(() => expect(processesNaming(home)).toEqual([]));
afterAll(async () => {
  await killAllStarted();
  rmSync(folder, { recursive: true, force: true });
});

const uses = [
  ['PORT', 'The API'],
  ['EXOSPHERE_POSTGRES_PORT', 'The embedded PostgreSQL'],
  ['EXOSPHERE_TEMPORAL_PORT', 'The local Temporal server'],
  ['EXOSPHERE_TEMPORAL_UI_PORT', 'The Temporal Web UI'],
] as const;
test.each(uses)('%s in use', async (setting, what) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  try {
    expect(await failure({ ...ports, [setting]: String(port) })).toBe(
      `${what} cannot listen on port ${port} of 127.0.0.1: another program uses it. Stop that program, or set ${setting} to a free port.`,
    );
  } finally {
    holder.close();
  }
});

test('a bad setting', async () => {
  expect(await failure({ PORT: 'eighty' })).toMatch(
    /^Wrong setting: PORT: .+\. Correct or unset it and start again\.$/,
  );
});

test('an option that there is not', async () => {
  expect(await failure({}, ['--sample'])).toMatch(/^Unknown option '--sample'\. The options are: .*--no-sample/);
});

test('TEMPORAL_CLI_PATH that leads nowhere', async () => {
  expect(await failure({ ...ports, TEMPORAL_CLI_PATH: join(folder, 'no-such-cli') })).toBe(
    `TEMPORAL_CLI_PATH does not lead to a Temporal CLI: ${join(folder, 'no-such-cli')}. Correct it, or unset it to let one be found or downloaded.`,
  );
});

test('a data folder of another PostgreSQL version', async () => {
  const old = join(folder, 'old');
  mkdirSync(join(old, 'postgres', 'cluster'), { recursive: true });
  writeFileSync(join(old, 'postgres', 'cluster', 'PG_VERSION'), '15\n');
  expect(await failure(ports, ['--data-dir', old])).toBe(
    `The database files in ${join(old, 'postgres')} belong to PostgreSQL 15; this version brings PostgreSQL 18. ` +
      'Start with the version of Exosphere Alerts that made them, or move that folder away to begin anew.',
  );
});

test('a PostgreSQL that does not answer', async () => {
  const nowhere = `127.0.0.1:${ports.EXOSPHERE_POSTGRES_PORT}`;
  const env = { ...externalSettings(`postgres://me:hidden@${nowhere}/alerts`), ...ports };
  const words = await failure(env);
  expect(words).toMatch(/^PostgreSQL cannot be used: .*ECONNREFUSED.*\. Check DATABASE_URL/);
  expect(words).not.toContain('hidden');
});

test('a Temporal that does not answer', async () => {
  const address = `127.0.0.1:${ports.EXOSPHERE_TEMPORAL_PORT}`;
  const database = await migratedDatabase();
  try {
    expect(await failure({ ...externalSettings(database.url), ...ports, TEMPORAL_ADDRESS: address })).toMatch(
      new RegExp(`^Temporal cannot be reached at ${address}: .+\\. Check TEMPORAL_ADDRESS`),
    );
  } finally {
    await database.drop();
  }
});

/** Starts, and gives the one sentence or two on the error output. */
async function failure(env: Record<string, string>, args = ['--data-dir', home]): Promise<string> {
  const service = npmStart({ env: { TEMPORAL_CLI_PATH: testServers().temporalCli, ...env }, args });
  expect(await service.exited).toBe(1);
  const words = service.err().trim();
  expect(words.split('\n')).toHaveLength(1);
  return words;
}
