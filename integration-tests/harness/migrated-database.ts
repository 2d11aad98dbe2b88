import { createDatabase, type TestDatabase } from './database.ts';
import { testServers } from './servers.ts';

/** A database of a test's own with the service's tables in it, all of them empty. */
export function migratedDatabase(): Promise<TestDatabase> {
  const { postgresUrl, templateDatabase } = testServers();
  return createDatabase(postgresUrl, { template: templateDatabase });
}
