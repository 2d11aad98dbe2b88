import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of a test's own. */
export type TestDatabase = {
  url: string;
  /** Ends its sessions and removes it. */
  drop: () => Promise<void>;
};

/**
 * Makes an empty database, or a copy of another one: with a migrated template a test file starts in 0.2 s.
 *
 * @param postgresUrl superuser's URL of the maintenance database (`testServers().postgresUrl`)
 * @param options `template`: name of the database to copy; nobody may be connected to it
 */
export async function createDatabase(
  postgresUrl: string,
  { template }: { template?: string } = {},
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(postgresUrl, `CREATE DATABASE ${name}${template ? ` TEMPLATE ${pg.escapeIdentifier(template)}` : ''}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(postgresUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
