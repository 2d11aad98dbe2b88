import pg, { type Pool } from 'pg';

/** A prepared statement by its name, which must belong to its text alone. */
export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

/** The hot path's way into PostgreSQL: named prepared statements on the pool that it shares with the ORM. */
export interface Sql {
  query<Row>(statement: Statement): Promise<{ rows: Row[] }>;
}

/** The ORM makes its pool give dates as text; here a `timestamptz` is a Date, as pg itself has it. */
export function createSql(pool: Pool): Sql {
  return {
    query: <Row>(statement: Statement) => pool.query<Row & object>({ ...statement, types: pg.types }),
  };
}
