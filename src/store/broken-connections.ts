import type { Pool, PoolClient } from 'pg';

/**
 * Has a connection leave the pool when its transaction could not be begun or rolled back, as after a restart of PostgreSQL.
 * Kysely, under the ORM, gives a connection back only after that has succeeded: each such failure would take a place of the
 * pool for good, and a few restarts all of them.
 *
 * @param pool of the ORM, before its first connection
 */
export function letBrokenConnectionsGo(pool: Pool): void {
  pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const watched = (...args: unknown[]): unknown => {
      const answer = query(...args);
      // Kysely's words; ours are others, and give their connection back themselves.
      if (args[0] === 'begin' || args[0] === 'rollback') (answer as Promise<unknown>).catch(() => client.release(true));
      return answer;
    };
    client.query = watched as typeof client.query;
  });
}
