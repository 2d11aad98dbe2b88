import { join } from 'node:path';
import searchAttributes from '../../temporal-config/search-attributes.json' with { type: 'json' };
import type { Config } from '../config.ts';
import { StartError } from '../start-error.ts';
import type { SearchAttributeTypes } from '../temporal-search-attributes.ts';
import { lockFolder } from './folder-lock.ts';
import { claimPort } from './port.ts';
import { startEmbeddedPostgres } from './postgres.ts';
import { startTemporalDevServer } from './temporal.ts';
import { findTemporalCli } from './temporal-cli.ts';

/** The parts that were started here, those that the settings did not name. */
export interface EmbeddedParts {
  databaseUrl: string | undefined;
  temporal: { address: string; uiUrl: string | undefined } | undefined;
  /** Rejects with a StartError when one of them ends by itself. */
  failed: Promise<never>;
  /** Stops Temporal, then PostgreSQL; resolves when both are gone. */
  stop: () => Promise<void>;
}

interface Surroundings {
  say: (line: string) => void;
  randomBytes: (size: number) => Buffer;
  /** Ends the start: what is under way is undone. */
  signal: AbortSignal;
}

/**
 * Starts the PostgreSQL and the Temporal that the settings do not name, under the data folder.
 *
 * @throws StartError when one of them cannot start; the other is then stopped again
 */
export async function startEmbeddedParts(config: Config, around: Surroundings): Promise<EmbeddedParts> {
  const { say, randomBytes, signal } = around;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  const failure = Promise.withResolvers<never>();
  // Whoever awaits `failed` sees it; without this line a failure before that would end the process unsaid.
  failure.promise.catch(() => {});
  const watch = (what: string, log: string, exited: Promise<string>) =>
    void exited.then((how) =>
      failure.reject(new StartError(`${what} ended by itself: ${how}.`, `Read ${log} and start again.`)),
    );
  try {
    let databaseUrl: string | undefined;
    if (!config.databaseUrl || !config.temporal.address) {
      const unlock = lockFolder(config.dataDir);
      stops.push(async () => unlock());
      // Not ours to listen on, but to know now: a first start should not make a database and a key to fail on it then.
      await claimPort(config.http.port, { what: 'The API', setting: 'PORT' }, config.http.host);
    }
    if (!config.databaseUrl) {
      say('Starting PostgreSQL…');
      const dataDir = join(config.dataDir, 'postgres');
      const postgres = await startEmbeddedPostgres({ dataDir, port: config.postgresPort, say, random: randomBytes });
      stops.push(postgres.stop);
      watch('The embedded PostgreSQL', join(dataDir, 'server.log'), postgres.exited);
      databaseUrl = postgres.url;
    }
    signal.throwIfAborted();
    let temporal: EmbeddedParts['temporal'];
    if (!config.temporal.address) {
      const { cliPath, pathEnv, port, uiPort, namespace } = config.temporal;
      const cacheDir = join(config.dataDir, 'bin');
      const cli = await findTemporalCli({ ...(cliPath === undefined ? {} : { cliPath }), pathEnv, cacheDir, say });
      signal.throwIfAborted();
      say('Starting Temporal…');
      const dbFile = join(config.dataDir, 'temporal', 'temporal.db');
      const types = searchAttributes as SearchAttributeTypes;
      const server = await startTemporalDevServer({
        cli,
        dbFile,
        port,
        uiPort,
        namespace,
        searchAttributes: types,
        say,
      });
      stops.push(server.stop);
      watch('The local Temporal server', `${dbFile}.log`, server.exited);
      temporal = { address: server.address, uiUrl: server.uiUrl };
    }
    signal.throwIfAborted();
    if (databaseUrl || temporal) say('Starting the service…');
    return { databaseUrl, temporal, failed: failure.promise, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
