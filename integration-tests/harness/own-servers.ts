import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { startTemporalDevServer } from '../../src/embedded/temporal.ts';
import { freePort } from './free-port.ts';
import { searchAttributes } from './repository.ts';
import { testServers } from './servers.ts';

/** A server that a test may stop and start again: same port, same data. */
export interface OwnServer {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A PostgreSQL and a Temporal of a test's own, for what happens when they go away. */
export interface OwnServers {
  /** Both keep all their files below it. */
  folder: string;
  databaseUrl(): string;
  temporalAddress: string;
  postgres: OwnServer;
  temporal: OwnServer;
  close(): Promise<void>;
}

const say = () => {};

/** Starts both, on ports that they keep. */
export async function startOwnServers(): Promise<OwnServers> {
  const folder = mkdtempSync(join(tmpdir(), 'exosphere-own-'));
  const [postgresPort, temporalPort] = [await freePort(), await freePort()];
  let databaseUrl = '';
  const postgres = restartable(async () => {
    const dataDir = join(folder, 'postgres');
    const started = await startEmbeddedPostgres({ dataDir, port: postgresPort, say, random: randomBytes });
    databaseUrl = started.url;
    return started;
  });
  const temporal = restartable(() =>
    startTemporalDevServer({
      cli: testServers().temporalCli,
      dbFile: join(folder, 'temporal', 'temporal.db'),
      port: temporalPort,
      uiPort: 0,
      headless: true,
      namespace: 'default',
      searchAttributes: searchAttributes(),
      say,
    }),
  );
  await Promise.all([postgres.start(), temporal.start()]);
  return {
    folder,
    databaseUrl: () => databaseUrl,
    temporalAddress: `127.0.0.1:${temporalPort}`,
    postgres,
    temporal,
    async close() {
      await temporal.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Started {
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
}

function restartable(start: () => Promise<Started>): OwnServer {
  let started: Started | undefined;
  return {
    async start() {
      started ??= await start();
    },
    async stop() {
      await started?.stop();
      started = undefined;
    },
    async kill() {
      if (started === undefined) return;
      process.kill(started.pid, 'SIGKILL');
      await started.exited;
      started = undefined;
    },
  };
}
