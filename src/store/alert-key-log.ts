import type { AlertKey, LockedState, LookedRule, NextState, TakenEntry } from './alert-look-rows.ts';
import type { Sql } from './sql.ts';

type Query = Pick<Sql, 'query'>;
type KeyId = Pick<AlertKey, 'rule_id' | 'key_digest'>;

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

const idsOf = (keys: readonly KeyId[]) => [
  keys.map(({ rule_id }) => rule_id),
  keys.map(({ key_digest }) => key_digest),
];

/**
 * The rows of keys and their entries: made, locked, taken, kept, forgotten. Rows are locked in one order everywhere, and
 * entries are taken only by who holds their key's row, so that looks wait for each other and never both.
 */
export const keyStatements = {
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

  async lock({ query }: Query, keys: readonly KeyId[]): Promise<LockedState[]> {
    return (await query<LockedState>({ name: 'alert-lock', text: LOCK, values: idsOf(keys) })).rows;
  },

  /**
   * Takes entries of keys whose rows are locked, oldest first.
   *
   * @returns them, and how many it takes of one key: one with as many may have more
   */
  async take({ query }: Query, keys: readonly KeyId[]): Promise<{ entries: TakenEntry[]; most: number }> {
    const share = Math.floor(ENTRIES_OF_A_LOOK / Math.max(1, keys.length));
    const most = Math.max(LEAST_OF_A_KEY, Math.min(MOST_OF_A_KEY, share));
    const values = [...idsOf(keys), most];
    const { rows } = await query<TakenEntry>({ name: 'alert-take', text: TAKE, values });
    return { entries: rows, most };
  },

  async keep({ query }: Query, states: NextState[], at: Date): Promise<void> {
    if (states.length > 0) await query({ name: 'alert-keep', text: KEEP, values: [JSON.stringify(states), at] });
  },

  /** Removes rows that nothing is remembered in. */
  async forget({ query }: Query, keys: readonly KeyId[]): Promise<void> {
    if (keys.length === 0) return;
    await query({ name: 'alert-forget', text: FORGET, values: idsOf(keys) });
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
  returning e.rule_id, e.key_digest, e.event_ref, e.meaning, e.place, e.sides, e.epoch, e.time, e.received_at, e.created_at`;

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
