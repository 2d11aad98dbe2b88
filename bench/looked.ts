import pg from 'pg';
import { waitUntil } from '../src/embedded/wait-until.ts';
import type { State } from './servers.ts';

const LOOKED_WITHIN_MS = 60_000;

/**
 * Waits until no event is left that a rule that keeps state has not looked at.
 *
 * @returns how many alerts fire now
 * @throws Error when some stay
 */
export async function untilLooked({ databaseUrl }: State): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const count = async (of: string) => Number((await client.query(`select count(*) from ${of}`)).rows[0].count);
  try {
    const looked = async () => (await count('alert_entries')) === 0;
    if (await waitUntil(looked, { timeoutMs: LOOKED_WITHIN_MS, everyMs: 200 })) {
      return await count(`alerts where status = 'firing'`);
    }
    throw new Error(`Events were still not looked at after ${LOOKED_WITHIN_MS / 1000} s.`);
  } finally {
    await client.end();
  }
}
