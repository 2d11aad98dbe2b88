import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import pg from 'pg';

/** A PostgreSQL as Temporal's programs want it said. */
export interface SqlServer {
  plugin: SqlPlugin;
  host: string;
  port: number;
  user: string;
  password: string;
}

/** The two databases of one Temporal server. */
export interface Databases {
  sql: SqlServer;
  main: string;
  visibility: string;
  /** Removes both, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * How Temporal talks to PostgreSQL: `postgres12` is what its own configurations name. `postgres12_pgx` keeps prepared
 * statements, so PostgreSQL parses and plans less.
 */
export type SqlPlugin = 'postgres12' | 'postgres12_pgx';

/**
 * Makes two empty databases with Temporal's schema. Their names end in random characters, so several servers can share
 * one PostgreSQL, and none meets the state of another.
 *
 * @param adminUrl `postgres://user:password@host:port/database` of a role that may make databases
 * @param sqlTool path of `temporal-sql-tool`
 * @throws the error of PostgreSQL, or what the tool said; then the databases are removed again
 */
export async function createDatabases(adminUrl: string, plugin: SqlPlugin, sqlTool: string): Promise<Databases> {
  const sql = sqlServerOf(adminUrl, plugin);
  const suffix = randomBytes(3).toString('hex');
  const main = `temporal_${suffix}`;
  const visibility = `temporal_visibility_${suffix}`;
  const names = [main, visibility];
  const drop = () =>
    runAll(
      adminUrl,
      names.map((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    );
  try {
    await runAll(
      adminUrl,
      names.map((name) => `CREATE DATABASE ${name}`),
    );
    await Promise.all([
      installSchema(sqlTool, sql, main, 'postgresql/v12/temporal'),
      installSchema(sqlTool, sql, visibility, 'postgresql/v12/visibility'),
    ]);
  } catch (error) {
    await drop();
    throw error;
  }
  return { sql, main, visibility, drop };
}

function sqlServerOf(adminUrl: string, plugin: SqlPlugin): SqlServer {
  const { hostname, port, username, password } = new URL(adminUrl);
  return {
    plugin,
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}

/** One after the other, outside a transaction: CREATE DATABASE takes none. */
async function runAll(url: string, statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The schema of every version is inside the tool. */
async function installSchema(sqlTool: string, sql: SqlServer, database: string, schema: string): Promise<void> {
  await runTool(sqlTool, sql, database, ['setup-schema', '--version', '0.0']);
  await runTool(sqlTool, sql, database, ['update-schema', '--schema-name', schema]);
}

async function runTool(sqlTool: string, sql: SqlServer, database: string, args: string[]): Promise<void> {
  const child = spawn(sqlTool, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // By the environment, as a password does not belong into a list of processes.
    env: {
      SQL_PLUGIN: sql.plugin,
      SQL_HOST: sql.host,
      SQL_PORT: String(sql.port),
      SQL_USER: sql.user,
      SQL_PASSWORD: sql.password,
      SQL_DATABASE: database,
    },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const [code, ...output] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code === 0) return;
  throw new Error(`temporal-sql-tool ${args.join(' ')} on ${database} failed:\n${output.join('').slice(-2_000)}`);
}
