import { createBatcher } from '../batcher.ts';
import type { KeyRow } from '../store/api-key-log.ts';

/** Of one statement; more wait for the next. */
const MOST_TOGETHER = 500;

/**
 * Looks keys up one statement at a time, each for all that came meanwhile. Anybody can send keys that nobody has, each of
 * which has to be asked for: so they take one connection at most of those that events and deliveries need.
 *
 * @param find gives the rows of those that are there
 * @returns looks one up; it rejects with the driver's error where PostgreSQL is away
 */
export function createKeyLookUps(
  find: (keyIds: string[]) => Promise<Map<string, KeyRow>>,
): (keyId: string) => Promise<KeyRow | undefined> {
  return createBatcher<string, KeyRow | undefined>({
    async run(keyIds) {
      const rows = await find(keyIds);
      return keyIds.map((keyId) => rows.get(keyId));
    },
    maxItems: MOST_TOGETHER,
    concurrency: 1,
  });
}
