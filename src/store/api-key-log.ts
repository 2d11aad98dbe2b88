import type { EntityManager } from '@mikro-orm/postgresql';
import type { Sql } from './sql.ts';

/** What authentication has to know of a key. */
export interface KeyRow {
  id: string;
  namespace: string;
  digest: string;
  scopes: string[];
  expires_at: Date | null;
  revoked_at: Date | null;
}

/** Tells every process that a key is not what it was; the payload is its `key_id`. */
export const KEY_CHANGES = 'exosphere_key_changes';

/** However many processes a key is used at, its row is written once in so many seconds. */
const NOTED_EVERY_S = 60;

/**
 * The statements of authentication: a key says which namespace it belongs to, so they belong to none.
 *
 * @param sql as the worker's role
 */
export function createApiKeyLog(sql: Sql) {
  return {
    /** @param keyIds the middle parts of keys @returns the rows of those that are there, by these */
    async find(keyIds: string[]): Promise<Map<string, KeyRow>> {
      const { rows } = await sql.query<KeyRow & { key_id: string }>({ name: 'api-keys', text: FIND, values: [keyIds] });
      return new Map(rows.map(({ key_id, ...row }) => [key_id, row]));
    },

    /** Notes when keys were last used, unless that was noted a moment ago. */
    async noteUses(uses: Map<string, Date>): Promise<void> {
      const text = `update api_keys k set last_used_at = u.at
        from unnest($1::text[], $2::timestamptz[]) as u (id, at)
        where k.id = u.id
          and (k.last_used_at is null or k.last_used_at < u.at - interval '${NOTED_EVERY_S} seconds')`;
      await sql.query({ name: 'api-key-uses', text, values: [[...uses.keys()], [...uses.values()]] });
    },
  };
}

const FIND =
  'select key_id, id, namespace, digest, scopes, expires_at, revoked_at from api_keys where key_id = any($1)';

/** Has every process look a key up again. @param em in the transaction that changes the key: told when it takes effect */
export async function tellKeyChange(em: EntityManager, keyId: string): Promise<void> {
  await em.execute('select pg_notify(?, ?)', [KEY_CHANGES, keyId]);
}
