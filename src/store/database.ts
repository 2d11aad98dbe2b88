import { fileURLToPath } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { letBrokenConnectionsGo } from './broken-connections.ts';
import { AlertEntity } from './entities/alert.ts';
import { AlertRule } from './entities/alert-rule.ts';
import { AlertEntry, AlertState } from './entities/alert-state.ts';
import { ApiKey, Namespace } from './entities/api-key.ts';
import { AuditEntry } from './entities/audit-entry.ts';
import { DeadLetter, Delivery, DeliveryAttempt } from './entities/delivery.ts';
import { EndpointState } from './entities/endpoint-state.ts';
import { Event, EventKey } from './entities/event.ts';
import { ServiceEvent } from './entities/service-event.ts';
import { Silence } from './entities/silence.ts';
import { TemporalSource } from './entities/temporal-source.ts';
import { WebhookEndpoint } from './entities/webhook-endpoint.ts';
import { asRole, makeRoles } from './roles.ts';
import { createSql, type Sql } from './sql.ts';
import { NAMESPACE_SETTING, SERVICE_ROLE, WORKER_ROLE } from './tenancy.ts';

/** One connection pool, two ways in: the ORM for configuration and reading, plain prepared statements for the hot path. */
export interface Database {
  /** As the worker's role: all namespaces; `sql.of(namespace)` for one. */
  sql: Sql;
  /**
   * The only way to the ORM: a fresh identity map that reads and writes the rows of one namespace, whatever is asked of
   * it. One for each request.
   */
  inNamespace(namespace: string): EntityManager;
  /** Whether it answers within this many milliseconds. */
  isReachable(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * The ORM's configuration, for the service, the migrations and their check alike.
 *
 * @param url a PostgreSQL connection URL
 * @param role what its connections work as; undefined: as who logs in, for migrations
 * @param maxConnections size of the pool
 */
export function ormConfig(url: string, role?: string, maxConnections = 20) {
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
      ApiKey,
      Namespace,
      AuditEntry,
      TemporalSource,
    ],
    extensions: [Migrator],
    forceUtcTimezone: true,
    pool: { min: 0, max: maxConnections },
    // A dead server must show within seconds, or a request would hang instead of answering 503.
    driverOptions: {
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      onPoolCreated: letBrokenConnectionsGo,
      // A migration may take as long as it takes, and another process waits for it.
      ...(role === undefined ? {} : { query_timeout: 30_000, ...asRole(role) }),
    },
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
 * Brings the schema up to date, as its owner, and connects as the worker's role. Two processes that start together take
 * turns (advisory lock).
 *
 * @throws the driver's error when PostgreSQL cannot be reached or a migration fails
 */
export async function openDatabase(options: { url: string; maxConnections?: number }): Promise<Database> {
  await migrate(options.url);
  const orm = await MikroORM.init(ormConfig(options.url, WORKER_ROLE, options.maxConnections));
  try {
    const pool = await orm.em.getConnection().getNativeClient();
    await requireRole(pool);
    return {
      sql: createSql(pool),
      inNamespace(namespace) {
        const em = orm.em.fork({ session: { role: SERVICE_ROLE, variables: { [NAMESPACE_SETTING]: namespace } } });
        em.setFilterParams('namespace', { namespace });
        return em;
      },
      isReachable: (timeoutMs) => isReachable(pool, timeoutMs),
      close: () => orm.close(true),
    };
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}

/** A pooler that drops the options of a connection would have us work as the owner, who sees no row. */
async function requireRole(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ role: string }>('select current_user as role');
  if (rows[0]?.role === WORKER_ROLE) return;
  throw new Error(
    `connections work as ${rows[0]?.role} and not as ${WORKER_ROLE}: something between drops their options`,
  );
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

async function migrate(url: string): Promise<void> {
  const orm = await MikroORM.init(ormConfig(url, undefined, 2));
  try {
    const pool = await orm.em.getConnection().getNativeClient();
    const holder = await pool.connect();
    try {
      await holder.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
      await makeRoles(holder);
      await orm.migrator.up();
    } finally {
      // Closing the session also frees the lock, whatever happened on it.
      holder.release(true);
    }
  } finally {
    await orm.close(true);
  }
}
