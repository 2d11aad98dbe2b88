import { OWN_DELIVERIES } from './alert-look-log.ts';
import type { AlertKey } from './alert-look-rows.ts';
import type { Sql } from './sql.ts';

/** Keys whose time has come, and when the next one's does. */
export interface DueRuns {
  due: AlertKey[];
  open: number;
  next: Date | null;
}

/** Where a page of entries ends: the last of them. */
export interface EntryMark {
  created_at: Date;
  event_ref: string;
  rule_id: string;
  key_digest: string;
}

/** Where a page of keys ends: the last of them. */
export interface DueMark {
  next_look_at: Date;
  rule_id: string;
  key_digest: string;
}

const KEYS = 500;
/** Entries that are read at once: keys come out of them, and a busy one has many. */
const ENTRIES = 2_000;
/** So long over its time, a delivery that was put off has lost who came for it. */
const LOST_AFTER = '10 minutes';
/** States dropped at once: a busy `duration` rule leaves some for each run, an hour long. */
const FORGOTTEN = 5_000;

/** The statements that find what nobody looks at, because a process died or Temporal was away. */
export type AlertSweepLog = ReturnType<typeof createAlertSweepLog>;

/** @param sql the hot path's way into PostgreSQL */
export function createAlertSweepLog(sql: Sql) {
  return {
    /**
     * A page of the keys with entries that were put down before a time and not taken since, the oldest entries first.
     *
     * @param after where the page before ended; null: from the beginning
     */
    async forgottenEntries(
      before: Date,
      after: EntryMark | null,
    ): Promise<{ keys: AlertKey[]; next: EntryMark | null }> {
      const text = `select namespace, rule_id, key_digest, key_text, created_at, event_ref from alert_entries
        where created_at < $1 and (created_at, event_ref, rule_id, key_digest) > ($2, $3, $4, $5)
        order by created_at, event_ref, rule_id, key_digest limit ${ENTRIES}`;
      const { created_at = LONG_AGO, event_ref = '', rule_id = '', key_digest = '' } = after ?? {};
      const values = [before, created_at, event_ref, rule_id, key_digest];
      const { rows } = await sql.query<AlertKey & EntryMark>({ name: 'sweep-entries', text, values });
      const keys = new Map(rows.map((row) => [`${row.rule_id}:${row.key_digest}`, keyOf(row)]));
      return { keys: [...keys.values()], next: rows.length < ENTRIES ? null : (rows.at(-1) ?? null) };
    },

    /**
     * A page of the keys that were to be looked at before a time, the longest overdue first.
     *
     * @param after where the page before ended; null: from the beginning
     */
    async overdue(before: Date, after: DueMark | null): Promise<{ keys: AlertKey[]; next: DueMark | null }> {
      const text = `select namespace, rule_id, key_digest, key_text, next_look_at from alert_states
        where next_look_at < $1 and (next_look_at, rule_id, key_digest) > ($2, $3, $4)
        order by next_look_at, rule_id, key_digest limit ${KEYS}`;
      const { next_look_at = LONG_AGO, rule_id = '', key_digest = '' } = after ?? {};
      const values = [before, next_look_at, rule_id, key_digest];
      const { rows } = await sql.query<AlertKey & DueMark>({ name: 'sweep-overdue', text, values });
      return { keys: rows.map(keyOf), next: rows.length < KEYS ? null : (rows.at(-1) ?? null) };
    },

    /** Drops states that nothing can come of any more. @returns whether there may be more of them */
    async forget(at: Date): Promise<boolean> {
      const text = `delete from alert_states s where (s.rule_id, s.key_digest) in (
          select rule_id, key_digest from alert_states where forget_at < $1 order by rule_id, key_digest limit ${FORGOTTEN}
          for update skip locked)
        and not exists (select 1 from alert_entries e where e.rule_id = s.rule_id and e.key_digest = s.key_digest)
        returning 1`;
      const { rows } = await sql.query({ name: 'sweep-forget', text, values: [at] });
      return rows.length === FORGOTTEN;
    },

    /**
     * Deliveries of looks that nobody began to make before a time, by namespace. One that is put off is somebody's
     * already, until it is long over its time.
     */
    async unbegun(before: Date): Promise<Map<string, string[]>> {
      const text = `select namespace, id from deliveries
        where created_by = '${OWN_DELIVERIES}' and status = 'pending' and attempts = 0 and updated_at < $1
          and (next_attempt_at is null or next_attempt_at < $1 - interval '${LOST_AFTER}')
        order by id limit ${KEYS}`;
      const { rows } = await sql.query<{ namespace: string; id: string }>({
        name: 'sweep-unbegun',
        text,
        values: [before],
      });
      const byNamespace = Map.groupBy(rows, ({ namespace }) => namespace);
      return new Map([...byNamespace].map(([namespace, list]) => [namespace, list.map(({ id }) => id)]));
    },

    /** Notes that deliveries were handed on: they are not unbegun for a while. */
    async handedOn(ids: string[], at: Date): Promise<void> {
      const text = "update deliveries set updated_at = $2 where id = any($1) and status = 'pending' and attempts = 0";
      await sql.query({ name: 'sweep-handed-on', text, values: [ids, at] });
    },

    /** One key, as it is. */
    async key(ruleId: string, keyDigest: string): Promise<AlertKey | undefined> {
      const text = `select namespace, rule_id, key_digest, key_text from alert_states where rule_id = $1 and key_digest = $2`;
      return (await sql.query<AlertKey>({ name: 'sweep-key', text, values: [ruleId, keyDigest] })).rows[0];
    },

    /** A part of a namespace's open runs: those whose time has come, how many there are, and when the next one's comes. */
    async runs(namespace: string, shard: number, at: Date): Promise<DueRuns> {
      const due = await sql.query<AlertKey>({
        name: 'sweep-runs-due',
        text: `select namespace, rule_id, key_digest, key_text from alert_states
          where namespace = $1 and shard = $2 and next_look_at <= $3 order by next_look_at limit ${KEYS}`,
        values: [namespace, shard, at],
      });
      const rest = await sql.query<{ open: number; next: Date | null }>({
        name: 'sweep-runs-rest',
        text: `select count(*)::int as open, min(next_look_at) as next from alert_states
          where namespace = $1 and shard = $2 and next_look_at > $3`,
        values: [namespace, shard, at],
      });
      return { due: due.rows, open: (rest.rows[0]?.open ?? 0) + due.rows.length, next: rest.rows[0]?.next ?? null };
    },
  };
}

/** Before any time that a row has. */
const LONG_AGO = new Date(-1);

const keyOf = ({ namespace, rule_id, key_digest, key_text }: AlertKey): AlertKey => ({
  namespace,
  rule_id,
  key_digest,
  key_text,
});
