import pg from 'pg';

/** Counts the rows that one program writes, whatever others do to the same tables meanwhile. */
export interface WriteWatch {
  /** Rows inserted, changed or deleted by it so far, in transactions that were committed. */
  count(): Promise<number>;
  close(): Promise<void>;
}

/** A program's connections are told apart by the name that it gives them, `PGAPPNAME`. */
const WATCH = (application: string) => `
  create table watched_writes (id bigint generated always as identity);
  create function watch_write() returns trigger language plpgsql as $$
  begin
    if current_setting('application_name') = ${pg.escapeLiteral(application)} then
      insert into watched_writes default values;
    end if;
    return null;
  end $$;
  do $$
  declare name text;
  begin
    for name in select tablename from pg_tables where schemaname = 'public' and tablename not in ('watched_writes', 'migrations')
    loop
      execute format('create trigger watch_write after insert or update or delete on %I for each row execute function watch_write()', name);
    end loop;
  end $$`;

/**
 * Watches every table of a database. Taken back is not written: what a transaction that was rolled back did counts
 * nothing.
 *
 * @param databaseUrl a migrated database of the test's own
 * @param application the `application_name` of the connections that count
 */
export async function watchWrites(databaseUrl: string, application: string): Promise<WriteWatch> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(WATCH(application));
  return {
    async count() {
      const { rows } = await client.query<{ count: string }>('select count(*) from watched_writes');
      return Number(rows[0]?.count);
    },
    close: () => client.end(),
  };
}
