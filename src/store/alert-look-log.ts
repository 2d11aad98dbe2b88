import type { SilenceMatchers } from '../domain/alerting/silence-schema.ts';
import type { Side } from '../domain/alerting/watched-types.ts';
import type { Severity } from '../domain/rule.ts';
import { type CandidateRule, RULE_COLUMNS } from './candidate-rule.ts';
import { chunksBySize, type DeliveryRow, insertDeliveries } from './delivery-rows.ts';
import type { AlertStatus } from './entities/alert.ts';
import type { Sql } from './sql.ts';

/** One key of a stateful rule that is to be looked at. `key_text` are its `per` values in words. */
export interface AlertKey {
  namespace: string;
  rule_id: string;
  key_digest: string;
  key_text: string;
}

/** A key's state, locked until the transaction ends. */
export interface LockedState extends AlertKey {
  meaning: string;
  state: unknown;
  notify_state: unknown;
  alert_id: string | null;
  next_look_at: Date | null;
  watched_until: Date | null;
  shard: number | null;
  created_at: Date;
}

/** An entry that is being taken into its key's state. */
export interface TakenEntry {
  rule_id: string;
  key_digest: string;
  event_ref: string;
  sides: Side[];
  epoch: string | null;
  time: Date;
  received_at: Date;
}

/** A state as it is to be from now on. */
export interface NextState {
  rule_id: string;
  key_digest: string;
  meaning: string;
  state: unknown;
  notify_state: unknown;
  alert_id: string | null;
  shard: number | null;
  next_look_at: string | null;
  watched_until: string | null;
  forget_at: string | null;
}

type Query = Pick<Sql, 'query'>;

/** Keys of one rule that are kept apart; those beyond share one. Open runs are not counted: each is gone when it ends. */
export const MOST_KEYS = 1_000;
/** The key that all keys beyond the bound share. */
export const OVERFLOW_KEY = '0'.repeat(26);
export const OVERFLOW_TEXT = 'all other keys';
/** Entries that one look takes, of all keys, and of one: what is left is taken by the next. */
const ENTRIES_OF_A_LOOK = 10_000;
const MOST_OF_A_KEY = 2_000;
const LEAST_OF_A_KEY = 20;

/** SQL that counts a rule's keys up to the bound; the row of the rule as a whole and the shared key are none. */
function keysOf(ruleId: string, bound: string): string {
  return `select count(*) from (select 1 from alert_states s where s.rule_id = ${ruleId} and s.shard is null
    and s.key_digest not in ('', '${OVERFLOW_KEY}') limit ${bound}) counted`;
}

const columns = (keys: readonly AlertKey[]) => ({
  namespaces: keys.map(({ namespace }) => namespace),
  rules: keys.map(({ rule_id }) => rule_id),
  digests: keys.map(({ key_digest }) => key_digest),
  values: keys.map(({ key_text }) => key_text),
});

/**
 * The statements of a look, in the order in which its transaction runs them: rows are locked in one order everywhere,
 * and entries are taken only by who holds their key's row, so that looks wait for each other and never both.
 */
export const lookStatements = {
  /**
   * The rules as they are, and stay until the transaction ends: a person who changes or deletes one waits for that, so
   * that what is made here of a rule is there to be reset or ended. Those that were deleted are not among them.
   */
  async rules({ query }: Query, ids: string[]): Promise<LookedRule[]> {
    const text = `select ${RULE_COLUMNS}, r.is_active, r.meaning from alert_rules r where r.id = any($1)
      order by r.id for key share of r`;
    return (await query<LookedRule>({ name: 'alert-rules', text, values: [ids] })).rows;
  },

  /** Makes the rows of keys that are new. Those beyond the bound get none. */
  async ensure({ query }: Query, keys: readonly AlertKey[], at: Date, by: string): Promise<void> {
    const { namespaces, rules, digests, values } = columns(keys);
    await query({
      name: 'alert-ensure',
      text: ENSURE,
      values: [namespaces, rules, digests, values, at, by, MOST_KEYS, OVERFLOW_KEY],
    });
  },

  /**
   * Gives entries of keys beyond the bound to the key that they share.
   *
   * @param keys those that got no row
   * @returns the rules that have as many keys as they may have
   */
  async overflow({ query }: Query, keys: readonly AlertKey[]): Promise<string[]> {
    if (keys.length === 0) return [];
    const { rules, digests } = columns(keys);
    const values = [rules, digests, OVERFLOW_KEY, OVERFLOW_TEXT, MOST_KEYS];
    const { rows } = await query<{ rule_id: string }>({ name: 'alert-overflow', text: OVERFLOW, values });
    return rows.map(({ rule_id }) => rule_id);
  },

  /** Makes the rows of rules as a whole, which have no key: what is told of all their keys together is bounded there. */
  async ensureWholes({ query }: Query, rules: readonly LookedRule[], at: Date, by: string): Promise<void> {
    if (rules.length === 0) return;
    const values = [rules.map(({ id }) => id), at, by];
    await query({ name: 'alert-ensure-wholes', text: ENSURE_WHOLES, values });
  },

  async lock({ query }: Query, keys: readonly Pick<AlertKey, 'rule_id' | 'key_digest'>[]): Promise<LockedState[]> {
    const values = [keys.map(({ rule_id }) => rule_id), keys.map(({ key_digest }) => key_digest)];
    return (await query<LockedState>({ name: 'alert-lock', text: LOCK, values })).rows;
  },

  /**
   * Takes entries of keys whose rows are locked, oldest first.
   *
   * @returns them, and how many it takes of one key: one with as many may have more
   */
  async take(
    { query }: Query,
    keys: readonly Pick<AlertKey, 'rule_id' | 'key_digest'>[],
  ): Promise<{ entries: TakenEntry[]; most: number }> {
    const share = Math.floor(ENTRIES_OF_A_LOOK / Math.max(1, keys.length));
    const most = Math.max(LEAST_OF_A_KEY, Math.min(MOST_OF_A_KEY, share));
    const values = [keys.map(({ rule_id }) => rule_id), keys.map(({ key_digest }) => key_digest), most];
    const { rows } = await query<TakenEntry>({ name: 'alert-take', text: TAKE, values });
    return { entries: rows, most };
  },

  async keep({ query }: Query, states: NextState[], at: Date): Promise<void> {
    if (states.length > 0) await query({ name: 'alert-keep', text: KEEP, values: [JSON.stringify(states), at] });
  },

  /** Removes rows that nothing is remembered in. */
  async forget({ query }: Query, keys: readonly Pick<AlertKey, 'rule_id' | 'key_digest'>[]): Promise<void> {
    if (keys.length === 0) return;
    const values = [keys.map(({ rule_id }) => rule_id), keys.map(({ key_digest }) => key_digest)];
    await query({ name: 'alert-forget', text: FORGET, values });
  },

  /** Puts events of the service's own into its outbox. */
  async tellOwn({ query }: Query, events: OwnEventRow[], by: string, at: Date): Promise<void> {
    if (events.length === 0) return;
    await query({ name: 'alert-own-events', text: TELL_OWN, values: [JSON.stringify(events), by, at] });
  },

  async silences({ query }: Query, namespaces: string[], at: Date): Promise<StoredSilence[]> {
    const text = `select id, namespace, matchers, starts_at, ends_at from silences
      where namespace = any($1) and starts_at <= $2 and ends_at > $2`;
    return (await query<StoredSilence>({ name: 'alert-silences', text, values: [namespaces, at] })).rows;
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

  async writeDeliveries({ query }: Query, namespace: string, deliveries: DeliveryRow[], at: Date): Promise<void> {
    for (const chunk of chunksBySize(deliveries)) {
      const values = [namespace, JSON.stringify(chunk), OWN_DELIVERIES, at];
      await query({ name: 'alert-deliveries', text: WRITE_DELIVERIES, values });
    }
  },

  async writeAlerts({ query }: Query, alerts: StoredAlert[], at: Date): Promise<void> {
    if (alerts.length > 0)
      await query({ name: 'alert-write', text: WRITE_ALERTS, values: [JSON.stringify(alerts), at] });
  },
};

// A rule's keys are counted once, and only where one of them is new. Open runs have no bound: each is gone when it ends.
const ENSURE = `
  with fresh as materialized (
    select a.* from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as a (namespace, rule_id, key_digest, key_text)
    where not exists (select 1 from alert_states s where s.rule_id = a.rule_id and s.key_digest = a.key_digest)
  ), known as materialized (
    select f.rule_id, (${keysOf('f.rule_id', '$7')}) as keys from (select distinct rule_id from fresh) f
    where not exists (select 1 from alert_rules r where r.id = f.rule_id and r.trigger->>'kind' = 'duration')
  ), placed as (
    select f.*, k.keys, row_number() over (partition by f.rule_id order by f.key_digest) as place
    from fresh f left join known k on k.rule_id = f.rule_id
  )
  insert into alert_states (namespace, rule_id, key_digest, key_text, meaning, created_by, created_at, updated_at)
  select namespace, rule_id, key_digest, key_text, '', $6, $5, $5 from placed
  where keys is null or keys + place <= $7 or key_digest = $8
  order by rule_id, key_digest
  on conflict (rule_id, key_digest) do nothing`;

// Entries that another look has in hand stay with it.
const OVERFLOW = `
  with asked as (
    select * from unnest($1::text[], $2::text[]) as a (rule_id, key_digest)
  ), full_rules as materialized (
    select f.rule_id from (select distinct rule_id from asked) f where (${keysOf('f.rule_id', '$5')}) >= $5
  ), theirs as materialized (
    select e.rule_id, e.key_digest, e.event_ref from alert_entries e
    join asked a on a.rule_id = e.rule_id and a.key_digest = e.key_digest
    where e.rule_id in (select rule_id from full_rules)
    order by e.rule_id, e.key_digest, e.event_ref for update of e skip locked
  ), moved as (
    update alert_entries e set key_digest = $3, key_text = $4 from theirs t
    where e.rule_id = t.rule_id and e.key_digest = t.key_digest and e.event_ref = t.event_ref
  )
  select rule_id from full_rules`;

const ENSURE_WHOLES = `
  insert into alert_states (namespace, rule_id, key_digest, key_text, meaning, created_by, created_at, updated_at)
  select r.namespace, r.id, '', '', '', $3, $2, $2 from alert_rules r where r.id = any($1) order by r.id
  on conflict (rule_id, key_digest) do nothing`;

const LOCK = `
  select s.namespace, s.rule_id, s.key_digest, s.key_text, s.meaning, s.state, s.notify_state, s.alert_id,
    s.next_look_at, s.watched_until, s.shard, s.created_at
  from alert_states s join unnest($1::text[], $2::text[]) as a (rule_id, key_digest)
    on s.rule_id = a.rule_id and s.key_digest = a.key_digest
  order by s.rule_id, s.key_digest for update of s`;

const TAKE = `
  delete from alert_entries e
  using unnest($1::text[], $2::text[]) as a (rule_id, key_digest)
  cross join lateral (
    select rule_id, key_digest, event_ref from alert_entries t
    where t.rule_id = a.rule_id and t.key_digest = a.key_digest order by t.event_ref limit $3
  ) taken
  where e.rule_id = taken.rule_id and e.key_digest = taken.key_digest and e.event_ref = taken.event_ref
  returning e.rule_id, e.key_digest, e.event_ref, e.sides, e.epoch, e.time, e.received_at`;

const KEEP = `
  update alert_states s set meaning = n.meaning, state = n.state, notify_state = n.notify_state, alert_id = n.alert_id,
    shard = n.shard, next_look_at = n.next_look_at, watched_until = n.watched_until,
    forget_at = n.forget_at, updated_at = $2
  from json_to_recordset($1::json) as n (rule_id text, key_digest text, meaning text, state jsonb, notify_state jsonb,
    alert_id text, shard smallint, next_look_at timestamptz, watched_until timestamptz,
    forget_at timestamptz)
  where s.rule_id = n.rule_id and s.key_digest = n.key_digest`;

const FORGET = `
  delete from alert_states s using unnest($1::text[], $2::text[]) as n (rule_id, key_digest)
  where s.rule_id = n.rule_id and s.key_digest = n.key_digest`;

/** Who makes the deliveries of looks: no event's workflow knows of them, so the sweep finds those by it. */
export const OWN_DELIVERIES = 'alerts';

const WRITE_DELIVERIES = insertDeliveries({ json: '$2', by: '$3', at: '$4' });

const ALERT_COLUMNS = `id, namespace, rule_id, rule_name, rule_revision, key_digest, key_text, dedup_key, status, severity,
    summary, value, threshold, event_ref, event_id, event_type, started_at, fired_at, resolved_at, resolve_reason,
    held_reason, created_by`;

/** A new alert, or one that ends: what was said at its start stays. */
const WRITE_ALERTS = `
  insert into alerts (${ALERT_COLUMNS}, created_at, updated_at)
  select ${ALERT_COLUMNS}, $2, $2 from json_populate_recordset(null::alerts, $1::json)
  on conflict (id) do update set status = excluded.status, resolved_at = excluded.resolved_at,
    resolve_reason = excluded.resolve_reason, held_reason = excluded.held_reason, value = excluded.value, updated_at = $2`;

const TELL_OWN = `
  insert into service_events (id, namespace, type, subject, data, about_rule_id, created_by, created_at)
  select id, namespace, type, subject, data::text, about_rule_id, $2, $3
  from json_to_recordset($1::json) as e (id text, namespace text, type text, subject text, data json, about_rule_id text)
  on conflict (id) do nothing`;

/** A silence that holds back now. */
export interface StoredSilence {
  id: string;
  namespace: string;
  matchers: SilenceMatchers;
  starts_at: Date;
  ends_at: Date;
}

/** An alert as its row has it. */
export interface StoredAlert {
  id: string;
  namespace: string;
  rule_id: string;
  rule_name: string;
  rule_revision: number;
  key_digest: string;
  key_text: string;
  dedup_key: string;
  status: AlertStatus;
  severity: Severity;
  summary: string;
  value: number | null;
  threshold: number | null;
  event_ref: string | null;
  event_id: string | null;
  event_type: string | null;
  started_at: Date;
  fired_at: Date;
  resolved_at: Date | null;
  resolve_reason: string | null;
  held_reason: string | null;
  created_by: string;
}

/** An event of the service's own; `data` is an object. */
export interface OwnEventRow {
  id: string;
  namespace: string;
  type: string;
  subject: string | null;
  data: object;
  about_rule_id: string;
}

/** An event as its row has it. */
export interface StoredEvent {
  id: string;
  event_id: string;
  source: string;
  type: string;
  subject: string | null;
  time: Date;
  data: string;
  extensions: string;
}

/** A rule as a look needs it: whatever it is now, switched off too. */
export interface LookedRule extends CandidateRule {
  is_active: boolean;
  meaning: string;
}
