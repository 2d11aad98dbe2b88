import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { type Service, startService } from '../../src/service.ts';
import type { ServiceOptions } from '../../src/service-options.ts';
import { dataConverter } from '../../src/temporal.ts';
import { type Api, createApi } from './api.ts';
import { migratedDatabase } from './migrated-database.ts';
import { testServers } from './servers.ts';

/** A key of the form that operators set. */
export const API_KEY = 'test-key-of-at-least-thirty-two-characters';
export const ENCRYPTION_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;

/** A running service with a database of its own, and the ways into it. */
export interface TestService {
  api: Api;
  url: string;
  databaseUrl: string;
  /** A client of the test file's own Temporal namespace. */
  temporal: Client;
  /** Every log line so far, parsed. */
  log: Record<string, unknown>[];
  /** Stops the service alone; the database stays for another `startTestService({databaseUrl})`. */
  stop(): Promise<void>;
  /** Stops the service and removes its database. */
  close(): Promise<void>;
}

/**
 * Starts the real service in this process: API and worker on a copy of the migrated database.
 *
 * @param overrides of its options; `databaseUrl` continues with an earlier service's database
 */
export async function startTestService(overrides: Partial<ServiceOptions> = {}): Promise<TestService> {
  const servers = testServers();
  const fresh = overrides.databaseUrl ? undefined : await migratedDatabase();
  const databaseUrl = overrides.databaseUrl ?? (fresh?.url as string);
  const log: Record<string, unknown>[] = [];
  const service: Service = await startService({
    role: 'all',
    http: { host: '127.0.0.1', port: 0 },
    publicUrl: 'https://alerts.example',
    temporal: {
      connection: { address: servers.temporalAddress },
      namespace: servers.temporalNamespace,
      uiUrl: servers.temporalUiUrl,
    },
    apiKey: API_KEY,
    encryptionKeys: ENCRYPTION_KEYS,
    allowHttp: true,
    allowedSubnets: ['127.0.0.0/8'],
    retention: { days: 30, dedupDays: 30, deadLetterDays: 0 },
    eventsPerSecond: 0,
    log: pino({ level: 'info' }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    now: Date.now,
    random: Math.random,
    randomBytes,
    workflowBundle: { codePath: servers.workflowBundlePath } as never,
    ...overrides,
    databaseUrl,
  });
  const connection = await Connection.connect(overrides.temporal?.connection ?? { address: servers.temporalAddress });
  const namespace = overrides.temporal?.namespace ?? servers.temporalNamespace;
  const temporal = new Client({ connection, namespace, dataConverter });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= service.stop().then(() => connection.close());
    return stopping;
  };
  return {
    api: createApi(service.url, API_KEY),
    url: service.url,
    databaseUrl,
    temporal,
    log,
    stop,
    async close() {
      await stop();
      await fresh?.drop();
    },
  };
}
