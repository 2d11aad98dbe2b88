import { type AlertState, advance, reset } from '../../src/domain/alerting/advance.ts';
import type { Entry } from '../../src/domain/alerting/entry.ts';
import {
  type KeyNotifyState,
  newRuleState,
  type RuleNotifyState,
  type Silence,
} from '../../src/domain/alerting/notify/message.ts';
import { planNotify } from '../../src/domain/alerting/trigger-plan.ts';
import { dedupKey } from '../../src/domain/dedup-key.ts';
import { acceptedOf } from '../../src/store/accepted-event.ts';
import {
  type AlertKey,
  type LockedState,
  type LookedRule,
  lookStatements,
  type NextState,
  OVERFLOW_KEY,
  OVERFLOW_TEXT,
  type TakenEntry,
} from '../../src/store/alert-look-log.ts';
import type { Sql } from '../../src/store/sql.ts';
import type { Decided } from './decided.ts';
import type { PreparedRule, StatefulParts } from './prepared-rule.ts';
import type { createTeller, TellContext, Told } from './tell.ts';

export interface LookDeps {
  sql: Sql;
  prepare: (rule: StatefulParts) => PreparedRule;
  teller: ReturnType<typeof createTeller>;
  now: () => number;
  /** Who looks; kept with the rows that it makes. */
  worker: string;
}

/** What a look came to for one key, once it is committed. */
export interface LookedKey extends AlertKey {
  /** Undefined where the rule was deleted. */
  rule_name: string | undefined;
  is_firing: boolean;
  /** Whether it began or ceased to fire in this look. */
  has_changed: boolean;
  /** When time alone may change it, ms. */
  next_look_at: number | null;
  /** Whether whoever watches it has to be told of that. */
  is_sooner: boolean;
  shard: number | null;
}

export interface Look {
  keys: LookedKey[];
  /** Deliveries that are to be made now, by namespace. */
  deliveries: Map<string, string[]>;
  /**
   * To be looked at again: keys with more entries than one look takes, and those that had no row, because their rule has
   * too many or another look has just removed it.
   */
  again: AlertKey[];
  /** Rules that have too many keys. */
  overfull: { namespace: string; rule: LookedRule }[];
}

/** Parts of a namespace's open runs, a workflow each; contract §6. */
const SHARDS = 16;
/** The row of a rule as a whole has no key. */
const WHOLE_RULE = '';
/** Two times that are so near are one: a workflow that wakes a little early or late looks again by itself. */
const SAME_MS = 1_000;
/** How many messages were held back is worth telling for so long. */
const HELD_BACK_KEPT_MS = 7 * 86_400_000;

/**
 * Looks at keys of stateful rules: takes their entries, decides, and writes states, alerts and deliveries, all or
 * nothing. So every entry counts once, whoever looks, however often, and wherever a process dies.
 *
 * @returns a function of keys; `byWatch` says that it is their workflow that looks, which knows then when to look next
 */
export function createLooker({ sql, prepare, teller, now, worker }: LookDeps) {
  return async function look(asked: readonly AlertKey[], byWatch = false): Promise<Look> {
    if (asked.length === 0) return { keys: [], deliveries: new Map(), again: [], overfull: [] };
    return await sql.transaction((tx) => lookIn(tx, asked, byWatch));
  };

  async function lookIn(tx: Pick<Sql, 'query'>, asked: readonly AlertKey[], byWatch: boolean): Promise<Look> {
    const at = now();
    const time = new Date(at);
    const ruleIds = [...new Set(asked.map(({ rule_id }) => rule_id))];
    const rules = new Map((await lookStatements.rules(tx, ruleIds)).map((rule) => [rule.id, rule]));
    await lookStatements.ensure(tx, asked, time, worker);
    const wholes = [...rules.values()].filter(({ notify }) => planNotify(notify).maxPerHour !== null);
    await lookStatements.ensureWholes(tx, wholes, time, worker);
    const rows = await lookStatements.lock(tx, [
      ...wholes.map(({ id }) => ({ rule_id: id, key_digest: WHOLE_RULE })),
      ...asked,
    ]);
    const states = rows.filter(({ key_digest }) => key_digest !== WHOLE_RULE);
    const there = new Set(states.map(idOf));
    const missing = asked.filter((key) => !there.has(idOf(key)));
    const overfull = new Set(await lookStatements.overflow(tx, missing));
    const { entries: taken, most } = await lookStatements.take(tx, states);
    const entries = Map.groupBy(taken, idOf);
    const isCut = (key: AlertKey) => (entries.get(idOf(key))?.length ?? 0) >= most;
    const decided = states.map((locked) => {
      const list = entries.get(idOf(locked)) ?? [];
      return decide(locked, rules.get(locked.rule_id), list, isCut(locked) ? knownUntil(list, at) : at);
    });
    const ruleStates = new Map(
      rows
        .filter(({ key_digest }) => key_digest === WHOLE_RULE)
        .map(({ rule_id, notify_state }) => [rule_id, (notify_state as RuleNotifyState | null) ?? newRuleState()]),
    );
    const context = await contextOf(tx, decided, ruleStates, at);
    const before = new Map(ruleStates);
    const outcomes = decided.map((one) => outcomeOf(one, context, byWatch));

    await lookStatements.writeAlerts(
      tx,
      outcomes.flatMap(({ alerts }) => alerts),
      time,
    );
    const deliveries = Map.groupBy(
      outcomes.flatMap(({ key, told }) => (told?.deliveries ?? []).map((row) => ({ namespace: key.namespace, row }))),
      ({ namespace }) => namespace,
    );
    for (const [namespace, list] of deliveries) {
      await lookStatements.writeDeliveries(
        tx,
        namespace,
        list.map(({ row }) => row),
        time,
      );
    }
    await lookStatements.tellOwn(
      tx,
      outcomes.flatMap(({ told }) => told?.events ?? []),
      worker,
      time,
    );
    await lookStatements.keep(
      tx,
      [...outcomes.flatMap(({ next }) => next ?? []), ...wholeStates(before, ruleStates)],
      time,
    );
    await lookStatements.forget(
      tx,
      outcomes.flatMap(({ key, next }) => (next === null ? [key] : [])),
    );
    const pending = [...deliveries].map(([namespace, list]): [string, string[]] => [
      namespace,
      list.filter(({ row }) => row.status === 'pending').map(({ row }) => row.id),
    ]);
    return {
      keys: outcomes.map(({ key }) => key),
      deliveries: new Map(pending.filter(([, ids]) => ids.length > 0)),
      again: [
        ...states.filter(isCut),
        ...missing.map((key) =>
          overfull.has(key.rule_id) ? { ...key, key_digest: OVERFLOW_KEY, key_text: OVERFLOW_TEXT } : key,
        ),
      ],
      overfull: [...overfull].flatMap((id) => {
        const namespace = asked.find(({ rule_id }) => rule_id === id)?.namespace;
        const rule = rules.get(id);
        return rule === undefined || namespace === undefined ? [] : [{ namespace, rule }];
      }),
    };
  }

  function decide(locked: LockedState, rule: LookedRule | undefined, taken: TakenEntry[], at: number): Decided {
    const before = locked.state as AlertState | null;
    const none = { locked, rule, state: null, transitions: [], matches: [], nextLookAt: null, forgetAt: null };
    if (rule === undefined) return { ...none, transitions: reset(before, 'rule_deleted', at) };
    if (!rule.is_active) return { ...none, transitions: reset(before, 'rule_disabled', at) };
    const { plan } = prepare(rule);
    const isOld = before !== null && locked.meaning !== rule.meaning;
    const ended = isOld ? reset(before, 'rule_changed', at) : [];
    // What was put down when the rule was of another kind may have been no match.
    const matches = inOrder(taken).filter(({ sides }) => sides.includes('match'));
    if (plan === null) return { ...none, transitions: ended, matches };
    // An absence that keeps nothing apart has one clock: keys of what the rule was before must not become clocks too.
    const isStray = plan.kind === 'absence' && !plan.keyed && locked.key_digest !== keyOfAll(rule.id);
    if (isStray) return { ...none, transitions: isOld ? ended : reset(before, 'rule_changed', at) };
    const advanced = advance(isOld ? null : before, inOrder(taken).map(entryOf), at, plan);
    const { state, nextLookAt, forgetAt } = advanced;
    return { locked, rule, state, matches: [], nextLookAt, forgetAt, transitions: [...ended, ...advanced.transitions] };
  }

  async function contextOf(
    tx: Pick<Sql, 'query'>,
    decided: Decided[],
    ruleStates: Map<string, RuleNotifyState>,
    at: number,
  ): Promise<TellContext> {
    // Where nothing was decided and nothing fires there is nothing to tell.
    const speaking = decided.filter(
      ({ locked, transitions, matches }) => transitions.length + matches.length > 0 || locked.alert_id !== null,
    );
    const alerts = await lookStatements.alerts(
      tx,
      speaking.flatMap(({ locked }) => locked.alert_id ?? []),
    );
    const refs = speaking.flatMap(({ transitions, matches }) => [
      ...matches.map(({ event_ref }) => event_ref),
      ...transitions.flatMap(({ causeRef, endedBy }) => [causeRef, endedBy]),
    ]);
    const wanted = [...new Set([...refs, ...alerts.map(({ event_ref }) => event_ref)])].filter((ref) => ref != null);
    const events = await lookStatements.events(tx, wanted);
    const namespaces = [...new Set(speaking.map(({ locked }) => locked.namespace))];
    const silences = namespaces.length === 0 ? [] : await lookStatements.silences(tx, namespaces, new Date(at));
    const ofNamespace = Map.groupBy(silences, ({ namespace }) => namespace);
    const silencesOf = new Map([...ofNamespace].map(([namespace, rows]) => [namespace, rows.map(silenceOf)]));
    return {
      events: new Map(events.map((row) => [row.id, acceptedOf(row)])),
      alerts: new Map(alerts.map((alert) => [alert.id, alert])),
      silencesOf: (namespace) => silencesOf.get(namespace) ?? [],
      ruleStates,
      at,
    };
  }

  function outcomeOf(one: Decided, context: TellContext, byWatch: boolean) {
    const { locked, rule } = one;
    const isOn = rule?.is_active === true;
    const told = isOn ? teller.tell({ ...one, rule }, prepare(rule).plan, context) : null;
    const alerts = told?.alerts ?? teller.giveUp(one, context);
    const nextLookAt = earliest(one.nextLookAt, told?.nextMessageAt ?? null);
    const watched = locked.watched_until?.getTime() ?? null;
    const isWatched = watched !== null && watched > context.at - SAME_MS;
    const is_sooner = nextLookAt !== null && !byWatch && !(isWatched && watched <= nextLookAt + SAME_MS);
    const key: LookedKey = {
      namespace: locked.namespace,
      rule_id: locked.rule_id,
      key_digest: locked.key_digest,
      key_text: locked.key_text,
      rule_name: rule?.name,
      is_firing: told !== null && told.alertId !== null,
      has_changed: (told?.alertId ?? null) !== locked.alert_id,
      next_look_at: nextLookAt,
      is_sooner,
      shard: shardOf(locked, rule),
    };
    const isTheirs = byWatch || is_sooner || nextLookAt === null;
    const watched_until = isTheirs ? nextLookAt : watched;
    return { key, told, alerts, next: isOn && told ? nextOf(one, told, key, watched_until, context.at) : null };
  }

  /** What is kept of a key; null where nothing need be. */
  function nextOf(one: Decided, told: Told, key: LookedKey, watchedUntil: number | null, at: number): NextState | null {
    const notifyUntil = keptUntil(told.notify, planNotify(one.rule?.notify).cooldownMs, at);
    if (one.state === null && told.alertId === null && notifyUntil === null) return null;
    // A state that may be forgotten by itself may be so once its messages may.
    const isQuiet = one.state === null || one.forgetAt !== null;
    const forgetAt = isQuiet && key.next_look_at === null ? latest(one.forgetAt, notifyUntil) : null;
    return {
      rule_id: key.rule_id,
      key_digest: key.key_digest,
      meaning: one.rule?.meaning ?? '',
      state: one.state,
      notify_state: notifyUntil === null ? null : told.notify,
      alert_id: told.alertId,
      shard: key.shard,
      next_look_at: iso(key.next_look_at),
      watched_until: iso(watchedUntil),
      forget_at: iso(forgetAt),
    };
  }
}

/** Until when what is remembered of a key's messages matters, ms; null: not any more. */
function keptUntil({ open, toldAt, heldBack }: KeyNotifyState, cooldownMs: number | null, at: number): number | null {
  if (open !== null) return Number.MAX_SAFE_INTEGER;
  const cool = toldAt === null || cooldownMs === null ? null : toldAt + cooldownMs;
  const until = heldBack > 0 ? latest(cool, at + HELD_BACK_KEPT_MS) : cool;
  return until !== null && until > at ? until : null;
}

function wholeStates(before: Map<string, RuleNotifyState>, after: Map<string, RuleNotifyState>): NextState[] {
  const changed = [...after].filter(([id, state]) => before.get(id) !== state);
  return changed.map(([rule_id, notify_state]) => ({
    ...{ rule_id, key_digest: WHOLE_RULE, meaning: '', state: null, notify_state, alert_id: null, shard: null },
    ...{ next_look_at: null, watched_until: null, forget_at: null },
  }));
}

const idOf = ({ rule_id, key_digest }: { rule_id: string; key_digest: string }) => `${rule_id}:${key_digest}`;

/** Up to when everything is known of a key that has more entries than were taken: no time after that has come yet. */
const knownUntil = (taken: TakenEntry[], at: number) =>
  Math.min(at, Math.max(...taken.map(({ received_at }) => received_at.getTime())));

/** Refs are ids, which sort by creation: the order of recording. */
const inOrder = (entries: TakenEntry[]) => entries.toSorted((a, b) => (a.event_ref < b.event_ref ? -1 : 1));

function entryOf({ event_ref, sides, epoch, time, received_at }: TakenEntry, index: number): Entry {
  const receivedAt = received_at.getTime();
  return {
    ref: event_ref,
    time: time.getTime(),
    receivedAt,
    // Grows over the looks too: later ones are received later, and no look takes so many of one moment.
    order: receivedAt * 1_000 + Math.min(index, 999),
    sides,
    epoch: epoch === null ? null : Number(epoch),
  };
}

/** The key of a rule that keeps nothing apart. */
const keyOfAll = (ruleId: string) => dedupKey(ruleId, []).slice(ruleId.length + 1);

const silenceOf = ({
  id,
  matchers,
  starts_at,
  ends_at,
}: {
  id: string;
  matchers: Silence['matchers'];
  starts_at: Date;
  ends_at: Date;
}): Silence => ({
  id,
  matchers,
  startsAt: starts_at.getTime(),
  endsAt: ends_at.getTime(),
});

const shardOf = ({ key_digest }: { key_digest: string }, rule: LookedRule | undefined): number | null =>
  rule?.trigger.kind === 'duration' ? Number.parseInt(key_digest.slice(0, 4), 16) % SHARDS : null;

const earliest = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.min(a, b));
const latest = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.max(a, b));
const iso = (ms: number | null) => (ms === null || ms >= 8.64e15 ? null : new Date(ms).toISOString());
