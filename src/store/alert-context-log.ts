import { ALERT_COLUMNS } from './alert-look-log.ts';
import type { LookedRule, StoredAlert, StoredEvent, StoredSilence, ToldEndpoint } from './alert-look-rows.ts';
import { RULE_COLUMNS } from './candidate-rule.ts';
import type { Sql } from './sql.ts';

type Query = Pick<Sql, 'query'>;

/** What a look reads besides its keys: rules, and what is needed to tell of them. */
export const contextStatements = {
  /**
   * The rules as they are, and stay until the transaction ends: a person who changes or deletes one waits for that, so
   * that what is made here of a rule is there to be reset or ended. Those that were deleted are not among them.
   */
  async rules({ query }: Query, ids: string[]): Promise<LookedRule[]> {
    const text = `select ${RULE_COLUMNS}, r.is_active from alert_rules r where r.id = any($1)
      order by r.id for key share of r`;
    return (await query<LookedRule>({ name: 'alert-rules', text, values: [ids] })).rows;
  },

  async silences({ query }: Query, namespaces: string[], at: Date): Promise<StoredSilence[]> {
    const text = `select id, namespace, matchers, starts_at, ends_at from silences
      where namespace = any($1) and starts_at <= $2 and ends_at > $2`;
    return (await query<StoredSilence>({ name: 'alert-silences', text, values: [namespaces, at] })).rows;
  },

  /** Of incidents, by their dedup keys, the latest message that is still under way. */
  async latestMessages({ query }: Query, keys: string[]): Promise<Map<string, string>> {
    if (keys.length === 0) return new Map();
    const text = `select message_key as key, max(id) as id from deliveries
      where message_key = any($1) and status in ('pending', 'retrying') group by message_key`;
    const { rows } = await query<{ key: string; id: string }>({ name: 'alert-messages', text, values: [keys] });
    return new Map(rows.map(({ key, id }) => [key, id]));
  },

  async events({ query }: Query, refs: string[]): Promise<StoredEvent[]> {
    if (refs.length === 0) return [];
    const text = 'select id, event_id, source, type, subject, time, data, extensions from events where id = any($1)';
    return (await query<StoredEvent>({ name: 'alert-events', text, values: [refs] })).rows;
  },

  /** Alerts that fire, by their ids. */
  async alerts({ query }: Query, ids: string[]): Promise<StoredAlert[]> {
    if (ids.length === 0) return [];
    const text = `select ${ALERT_COLUMNS} from alerts where id = any($1)`;
    return (await query<StoredAlert>({ name: 'alert-read', text, values: [ids] })).rows;
  },

  /** Endpoints that were told of a firing, by their ids; those that were deleted are not among them. */
  async endpoints({ query }: Query, asked: readonly { namespace: string; id: string }[]): Promise<ToldEndpoint[]> {
    if (asked.length === 0) return [];
    const text = `select e.namespace, e.id, e.name, e.kind, e.is_active, e.retry_policy from webhook_endpoints e
      join unnest($1::text[], $2::text[]) as a (namespace, id) on e.namespace = a.namespace and e.id = a.id`;
    const values = [asked.map(({ namespace }) => namespace), asked.map(({ id }) => id)];
    return (await query<ToldEndpoint>({ name: 'alert-endpoints', text, values })).rows;
  },
};
