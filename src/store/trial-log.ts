import type { AcceptedEvent } from '../domain/event.ts';
import { acceptedOf } from './accepted-event.ts';
import type { StoredEvent } from './alert-look-rows.ts';
import type { Sql } from './sql.ts';

/** An event of a trial, before it is known whether its content is needed. */
export interface TrialEvent {
  /** The row's id. */
  id: string;
  event_id: string;
  source: string;
  type: string;
  received_at: Date;
}

export type TrialLog = ReturnType<typeof createTrialLog>;

/** Reads what a rule is tried on: stored events, and what is remembered of a key. Writes nothing. */
export function createTrialLog(sql: Pick<Sql, 'of'>) {
  return {
    /** The newest events of a namespace, the oldest of them first, without their content. */
    async newest(namespace: string, count: number): Promise<TrialEvent[]> {
      const text = `
        select id, event_id, source, type, received_at from events where namespace = $1 and status = 'recorded'
        order by id desc limit $2`;
      const { rows } = await sql
        .of(namespace)
        .query<TrialEvent>({ name: 'trial-newest', text, values: [namespace, count] });
      return rows.reverse();
    },

    /** Events by the ids of their rows; what retention has removed meanwhile is not among them. */
    async content(namespace: string, ids: string[]): Promise<Map<string, AcceptedEvent>> {
      if (ids.length === 0) return new Map();
      const text = `
        select id, event_id, source, type, subject, time, data, extensions from events
        where namespace = $1 and id = any($2)`;
      const { rows } = await sql
        .of(namespace)
        .query<StoredEvent>({ name: 'trial-content', text, values: [namespace, ids] });
      return new Map(rows.map((row) => [row.id, acceptedOf(row)]));
    },

    /** What is remembered of a rule's key, as long as the rule means the same; null: nothing. */
    async state(namespace: string, rule: { id: string; meaning: string }, digest: string): Promise<unknown> {
      const text = 'select state from alert_states where rule_id = $1 and key_digest = $2 and meaning = $3';
      const values = [rule.id, digest, rule.meaning];
      const { rows } = await sql.of(namespace).query<{ state: unknown }>({ name: 'trial-state', text, values });
      return rows[0]?.state ?? null;
    },
  };
}
