import pg from 'pg';

/** Runs one statement in a test's database: what a test cannot bring about in its time, it writes. @returns the rows */
export async function query(
  databaseUrl: string,
  text: string,
  values: unknown[] = [],
  // biome-ignore lint/suspicious/noExplicitAny: rows of any statement
): Promise<any[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
