import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { startTemporalDevServer } from '../../src/embedded/temporal.ts';
import { findTemporalCli } from '../../src/embedded/temporal-cli.ts';
import { StartError } from '../../src/start-error.ts';
import { openDatabase } from '../../src/store/database.ts';
import { bundleWorkflows } from '../../src/worker.ts';
import { COORDINATES_VARIABLE, type Coordinates } from './coordinates.ts';
import { CACHE_DIR, searchAttributes, testNamespaces } from './repository.ts';
import { type RunningServers, rememberServers } from './running-servers.ts';
import { prepareTimeSkippingServer } from './time-skipping-server.ts';

/**
 * Jest's globalSetup of the integration tests: starts one PostgreSQL and one Temporal for all test files, on free ports
 * and without keeping anything.
 */
export default async function globalSetup(): Promise<void> {
  const say = (line: string) => process.stderr.write(`[integration] ${line}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'exosphere-it-'));
  const running: RunningServers = { folder, stops: [] };
  rememberServers(running);
  const started = performance.now();
  try {
    const coordinates = await startServers(running, say);
    process.env[COORDINATES_VARIABLE] = JSON.stringify(coordinates);
    say(`PostgreSQL and Temporal ready (${((performance.now() - started) / 1000).toFixed(1)} s).`);
  } catch (error) {
    for (const stop of running.stops) await stop();
    rmSync(folder, { recursive: true, force: true });
    if (error instanceof StartError) say(`${error.message} ${error.remedy}`);
    throw error;
  }
}

async function startServers(running: RunningServers, say: (line: string) => void): Promise<Coordinates> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(running.folder, 'postgres'),
    port: 0,
    say,
    random: randomBytes,
    // Nothing here outlives the run, so nothing needs to reach the disk.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  running.stops.push(postgres.stop);
  const cli = await findTemporalCli({
    cliPath: process.env.TEMPORAL_CLI_PATH,
    pathEnv: process.env.PATH ?? '',
    cacheDir: CACHE_DIR,
    say,
  });
  const temporal = await startTemporalDevServer({
    cli,
    dbFile: join(running.folder, 'temporal', 'temporal.db'),
    inMemory: true,
    port: 0,
    uiPort: 0,
    namespace: 'default',
    extraNamespaces: testNamespaces(),
    searchAttributes: searchAttributes(),
    say,
  });
  running.stops.unshift(temporal.stop);
  const timeSkippingServer = await prepareTimeSkippingServer({
    serverPath: process.env.TEMPORAL_TEST_SERVER_PATH,
    pathEnv: process.env.PATH ?? '',
    cacheDir: CACHE_DIR,
    say,
  });
  const maintenance = new URL(postgres.url);
  maintenance.pathname = '/postgres';
  // The cluster's own database becomes the template: migrated once, copied for every test file.
  await (await openDatabase({ url: postgres.url })).close();
  const workflowBundlePath = join(running.folder, 'workflows.js');
  writeFileSync(workflowBundlePath, (await bundleWorkflows()).code);
  return {
    postgresUrl: maintenance.href,
    templateDatabase: new URL(postgres.url).pathname.slice(1),
    workflowBundlePath,
    temporalAddress: temporal.address,
    temporalUiUrl: temporal.uiUrl!,
    temporalCli: cli,
    ...(timeSkippingServer === undefined ? {} : { timeSkippingServer }),
  };
}
