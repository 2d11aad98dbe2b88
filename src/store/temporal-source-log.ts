import { eventDigest } from '../domain/event-digest.ts';
import type { SourceTls, TemporalSource } from './entities/temporal-source.ts';
import type { Sql } from './sql.ts';

/** A watched Temporal namespace as a watcher has it. */
export type SourceRow = Omit<TemporalSource, 'tls' | NullableColumn> & { tls: SourceTls | null } & {
  [column in NullableColumn]: Exclude<TemporalSource[column], undefined>;
};
type NullableColumn =
  | 'query'
  | 'sealed_client_key'
  | 'sealed_api_key'
  | 'api_key_hint'
  | 'ui_url'
  | 'closed_through'
  | 'opened_through'
  | 'last_polled_at'
  | 'last_error'
  | 'failing_since';

/** How far a watcher has come; `polledAt` by our clock, the others by that of the watched cluster. */
export interface Progress {
  closedThrough?: Date | undefined;
  openedThrough?: Date | undefined;
  polledAt: Date;
}

/** What is kept of an error. */
const MAX_ERROR_CHARACTERS = 1_000;

export type TemporalSourceLog = ReturnType<typeof createTemporalSourceLog>;

/**
 * The statements of watching: a source says which namespace it belongs to, so they belong to none.
 *
 * @param sql as the worker's role
 */
export function createTemporalSourceLog(sql: Sql) {
  return {
    /** @returns undefined where it was deleted */
    async read(id: string): Promise<SourceRow | undefined> {
      const text = 'select * from temporal_sources where id = $1';
      const { rows } = await sql.query<SourceRow>({ name: 'temporal-source', text, values: [id] });
      return rows[0];
    },

    /** The ids of all sources of all namespaces, oldest first. */
    async list(): Promise<string[]> {
      const text = 'select id from temporal_sources order by id';
      const { rows } = await sql.query<{ id: string }>({ name: 'temporal-source-ids', text, values: [] });
      return rows.map(({ id }) => id);
    },

    /**
     * Notes a poll that has succeeded. Cursors only go forward, whoever comes late.
     *
     * @returns false where the source was deleted
     */
    async advance(id: string, { closedThrough, openedThrough, polledAt }: Progress): Promise<boolean> {
      const values = [id, closedThrough ?? null, openedThrough ?? null, polledAt];
      const { rows } = await sql.query({ name: 'advance-temporal-source', text: ADVANCE, values });
      return rows.length > 0;
    },

    /**
     * Notes that a poll has failed, for the person who looks at the source.
     *
     * @param message without anything secret
     * @returns false where the source was deleted
     */
    async fail(id: string, message: string, at: Date): Promise<boolean> {
      const text = `update temporal_sources set last_error = $2, failing_since = coalesce(failing_since, $3)
        where id = $1 returning id`;
      const kept = message.replaceAll('\0', '').slice(0, MAX_ERROR_CHARACTERS).toWellFormed();
      const values = [id, kept, at];
      const { rows } = await sql.query({ name: 'fail-temporal-source', text, values });
      return rows.length > 0;
    },

    /**
     * Which events are recorded, by the idempotency memory: it knows them for EXOSPHERE_DEDUP_DAYS.
     *
     * @param source of the events @param ids theirs, a thousand at a time or so
     */
    async knownEvents(namespace: string, source: string, ids: string[]): Promise<Set<string>> {
      const byDigest = new Map(ids.map((id) => [eventDigest(source, id), id]));
      const text = 'select digest from event_keys where namespace = $1 and digest = any($2)';
      const values = [namespace, [...byDigest.keys()]];
      const { rows } = await sql.query<{ digest: string }>({ name: 'known-events', text, values });
      return new Set(rows.map(({ digest }) => byDigest.get(digest) as string));
    },
  };
}

// In PostgreSQL, `greatest` leaves nulls out.
const ADVANCE = `
  update temporal_sources set
    closed_through = greatest(closed_through, $2::timestamptz),
    opened_through = greatest(opened_through, $3::timestamptz),
    last_polled_at = greatest(last_polled_at, $4::timestamptz),
    last_error = null, failing_since = null
  where id = $1 returning id`;
