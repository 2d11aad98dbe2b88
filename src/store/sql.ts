import pg, { type Pool, type PoolClient } from 'pg';
import { NAMESPACE_SETTING, SERVICE_ROLE } from './tenancy.ts';

/** A prepared statement by its name, which must belong to its text alone. */
export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

/** The hot path's way into PostgreSQL: named prepared statements on the pool that it shares with the ORM. */
export interface Sql {
  query<Row>(statement: Statement): Promise<{ rows: Row[] }>;
  /** Runs statements that belong together: all of them take effect, or none. */
  transaction<T>(work: (sql: Pick<Sql, 'query'>) => Promise<T>): Promise<T>;
  /**
   * For statements that one namespace's caller asked for: they see its rows alone (three round trips instead of one).
   *
   * @param withinMs PostgreSQL gives a statement up after it: `isGivenUp`
   */
  of(namespace: string, withinMs?: number): Pick<Sql, 'query'>;
}

/** The ORM makes its pool give dates as text; here a `timestamptz` is a Date, as pg itself has it. */
export function createSql(pool: Pool): Sql {
  const on = (client: Pool | PoolClient): Pick<Sql, 'query'> => ({
    query: <Row>(statement: Statement) => client.query<Row & object>({ ...statement, types: pg.types }),
  });
  async function within<T>(begin: string, work: (sql: Pick<Sql, 'query'>) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let fault: unknown;
    try {
      await client.query(begin);
      const result = await work(on(client));
      await client.query('commit');
      return result;
    } catch (error) {
      fault = error;
      throw error;
    } finally {
      // A connection on which something failed is not used again: closing it also ends its transaction.
      client.release(fault !== undefined);
    }
  }
  return {
    ...on(pool),
    transaction: (work) => within('start transaction', work),
    of(namespace, withinMs) {
      // `set` takes no parameters, and a namespace is letters, digits and hyphens.
      const as = `set local role ${SERVICE_ROLE}; set local ${NAMESPACE_SETTING} = ${pg.escapeLiteral(namespace)}`;
      const bound = withinMs === undefined ? '' : `; set local statement_timeout = ${Math.ceil(withinMs)}`;
      return { query: (statement) => within(`start transaction; ${as}${bound}`, ({ query }) => query(statement)) };
    },
  };
}

/** Whether PostgreSQL has given a statement up for its time (SQLSTATE 57014, query_canceled). */
export const isGivenUp = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === '57014';

/** The check that a table bears while it becomes its own first partition: see partitions.ts. */
export const BEFORE_PARTITIONS = 'before_partitions';

/**
 * Whether PostgreSQL refused the data itself, so that the same statement would fail for ever: SQLSTATE classes 22 (data
 * exception) and 54 (program limit exceeded), and check violations.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isDataError(error: unknown): error is { message: string } {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  // Where a table has no partition for a row yet, or is being partitioned, that is not the row's fault.
  if (code === '23514') return constraint !== undefined && constraint !== BEFORE_PARTITIONS;
  return typeof code === 'string' && /^(22...|54...)$/.test(code);
}
