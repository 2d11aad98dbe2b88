import { fileURLToPath } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { AlertEntity } from './entities/alert.ts';
import { AlertRule } from './entities/alert-rule.ts';
import { AlertEntry, AlertState } from './entities/alert-state.ts';
import { DeadLetter, Delivery, DeliveryAttempt } from './entities/delivery.ts';
import { EndpointState } from './entities/endpoint-state.ts';
import { Event, EventKey } from './entities/event.ts';
import { ServiceEvent } from './entities/service-event.ts';
import { Silence } from './entities/silence.ts';
import { WebhookEndpoint } from './entities/webhook-endpoint.ts';
import { createSql, type Sql } from './sql.ts';

/** One connection pool, two ways in: the ORM for configuration and reading, plain prepared statements for the hot path. */
export interface Database {
  orm: MikroORM;
  sql: Sql;
  /** A fresh identity map: one for each request and each activity. */
  fork(): EntityManager;
  /** Whether it answers within this many milliseconds. */
  isReachable(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * The ORM's configuration, for the service, the migrations and their check alike.
 *
 * @param url a PostgreSQL connection URL
 * @param maxConnections size of the pool
 */
export function ormConfig(url: string, maxConnections = 20) {
  const migrations = fileURLToPath(new URL('./migrations', import.meta.url));
  return defineConfig({
    clientUrl: url,
    entities: [
      WebhookEndpoint,
      AlertRule,
      Event,
      EventKey,
      Delivery,
      DeliveryAttempt,
      DeadLetter,
      EndpointState,
      ServiceEvent,
      AlertState,
      AlertEntry,
      AlertEntity,
      Silence,
    ],
    extensions: [Migrator],
    forceUtcTimezone: true,
    pool: { min: 0, max: maxConnections },
    // A dead server must show within seconds, or a request would hang instead of answering 503.
    driverOptions: { connectionTimeoutMillis: 5_000, query_timeout: 30_000, keepAlive: true },
    migrations: {
      path: migrations,
      pathTs: migrations,
      tableName: 'migrations',
      snapshotName: 'snapshot',
      silent: true,
    },
    schemaGenerator: { createForeignKeyConstraints: false },
  });
}

/**
 * Connects and brings the schema up to date. Two processes that start together take turns (advisory lock).
 *
 * @throws the driver's error when PostgreSQL cannot be reached or a migration fails
 */
export async function openDatabase(options: { url: string; maxConnections?: number }): Promise<Database> {
  const orm = await MikroORM.init(ormConfig(options.url, options.maxConnections));
  try {
    await migrate(orm);
    const pool = await orm.em.getConnection().getNativeClient();
    return {
      orm,
      sql: createSql(pool),
      fork: () => orm.em.fork(),
      isReachable: (timeoutMs) => isReachable(pool, timeoutMs),
      close: () => orm.close(true),
    };
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}

async function isReachable(pool: Pool, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  // The wait for a free connection counts too, and no query option bounds it.
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs);
  });
  try {
    // pg's types lack `query_timeout`, which it reads for each query: a server that hangs counts as away.
    const answer = pool.query({ text: 'select 1', query_timeout: timeoutMs } as { text: string });
    await Promise.race([answer, late]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Any constant will do; it names "a migration of Exosphere Alerts" among the database's advisory locks. */
const MIGRATION_LOCK = 7_310_544_261;

async function migrate(orm: MikroORM): Promise<void> {
  const pool = await orm.em.getConnection().getNativeClient();
  const holder = await pool.connect();
  try {
    await holder.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await orm.migrator.up();
  } finally {
    // Closing the session also frees the lock, whatever happened on it.
    holder.release(true);
  }
}
