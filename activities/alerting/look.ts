import { newRuleState, type RuleNotifyState } from '../../src/domain/alerting/notify/message.ts';
import { planNotify } from '../../src/domain/alerting/trigger-plan.ts';
import { contextStatements } from '../../src/store/alert-context-log.ts';
import { keyStatements, OVERFLOW_KEY, OVERFLOW_TEXT } from '../../src/store/alert-key-log.ts';
import { lookStatements } from '../../src/store/alert-look-log.ts';
import type { AlertKey, LookedRule, TakenEntry } from '../../src/store/alert-look-rows.ts';
import type { DeliveryRow } from '../../src/store/delivery-rows.ts';
import type { Sql } from '../../src/store/sql.ts';
import { readContext } from './context.ts';
import { createDecideKey } from './decide.ts';
import { type LookNotes, notesOf } from './notes.ts';
import { createConclude, type LookedKey, type Outcome, WHOLE_RULE, wholeStates } from './outcome.ts';
import type { PreparedRule, StatefulParts } from './prepared-rule.ts';
import type { createTeller } from './tell.ts';

export interface LookDeps {
  sql: Sql;
  prepare: (rule: StatefulParts) => PreparedRule;
  teller: ReturnType<typeof createTeller>;
  now: () => number;
  /** Who looks; kept with the rows that it makes. */
  worker: string;
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
  /** What was not counted, and why. */
  notes: LookNotes | undefined;
}

type Tx = Pick<Sql, 'query'>;

/**
 * Looks at keys of stateful rules: takes their entries, decides, and writes states, alerts and deliveries, all or
 * nothing. So every entry counts once, whoever looks, however often, and wherever a process dies.
 *
 * @returns a function of keys; `byWatch` says that it is their workflow that looks, which knows then when to look next
 */
export function createLooker({ sql, prepare, teller, now, worker }: LookDeps) {
  const decideKey = createDecideKey(prepare);
  const conclude = createConclude(prepare, teller);

  return async function look(asked: readonly AlertKey[], byWatch = false): Promise<Look> {
    if (asked.length === 0) return { keys: [], deliveries: new Map(), again: [], overfull: [], notes: undefined };
    return await sql.transaction((tx) => lookIn(tx, asked, byWatch));
  };

  async function lookIn(tx: Tx, asked: readonly AlertKey[], byWatch: boolean): Promise<Look> {
    const at = now();
    const time = new Date(at);
    const ruleIds = [...new Set(asked.map(({ rule_id }) => rule_id))];
    const rules = new Map((await contextStatements.rules(tx, ruleIds)).map((rule) => [rule.id, rule]));
    await keyStatements.ensure(tx, asked, time, worker);
    const wholes = [...rules.values()].filter(({ notify }) => planNotify(notify).maxPerHour !== null);
    await keyStatements.ensureWholes(tx, wholes, time, worker);
    const rows = await keyStatements.lock(tx, [
      ...wholes.map(({ id }) => ({ rule_id: id, key_digest: WHOLE_RULE })),
      ...asked,
    ]);
    const states = rows.filter(({ key_digest }) => key_digest !== WHOLE_RULE);
    const there = new Set(states.map(idOf));
    const missing = asked.filter((key) => !there.has(idOf(key)));
    const overfull = new Set(await keyStatements.overflow(tx, missing));
    const { entries: taken, most } = await keyStatements.take(tx, states);
    const entries = Map.groupBy(taken, idOf);
    const isCut = (key: AlertKey) => (entries.get(idOf(key))?.length ?? 0) >= most;
    const decided = states.map((locked) => {
      const list = entries.get(idOf(locked)) ?? [];
      return decideKey(locked, rules.get(locked.rule_id), list, isCut(locked) ? knownUntil(list, at) : at);
    });
    const ruleStates = new Map(
      rows
        .filter(({ key_digest }) => key_digest === WHOLE_RULE)
        .map(({ rule_id, notify_state }) => [rule_id, (notify_state as RuleNotifyState | null) ?? newRuleState()]),
    );
    const context = await readContext(tx, decided, ruleStates, at);
    const before = new Map(ruleStates);
    const outcomes = decided.map((one) => conclude(one, context, byWatch));
    const deliveries = await write(tx, outcomes, time);
    const kept = [...outcomes.flatMap(({ next }) => next ?? []), ...wholeStates(before, ruleStates)];
    await keyStatements.keep(tx, kept, time);
    const over = outcomes.flatMap(({ key, next }) => (next === null ? [key] : []));
    await keyStatements.forget(tx, over);
    return {
      keys: outcomes.map(({ key }) => key),
      deliveries,
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
      notes: notesOf(decided),
    };
  }

  /** Writes alerts, deliveries and events of the service's own. @returns deliveries to be made now, by namespace */
  async function write(tx: Tx, outcomes: readonly Outcome[], time: Date): Promise<Look['deliveries']> {
    const alerts = outcomes.flatMap((one) => one.alerts);
    await lookStatements.writeAlerts(tx, alerts, time);
    const pending: Look['deliveries'] = new Map();
    for (const [namespace, list] of Map.groupBy(outcomes, ({ key }) => key.namespace)) {
      const deliveries: DeliveryRow[] = list.flatMap(({ told }) => told?.deliveries ?? []);
      await lookStatements.writeDeliveries(tx, namespace, deliveries, time);
      const ids = deliveries.filter(({ status }) => status === 'pending').map(({ id }) => id);
      if (ids.length > 0) pending.set(namespace, ids);
    }
    const events = outcomes.flatMap(({ told }) => told?.events ?? []);
    await lookStatements.tellOwn(tx, events, worker, time);
    return pending;
  }
}

const idOf = ({ rule_id, key_digest }: { rule_id: string; key_digest: string }) => `${rule_id}:${key_digest}`;

/** Up to when everything is known of a key that has more entries than were taken: no time after that has come yet. */
const knownUntil = (taken: TakenEntry[], at: number) =>
  Math.min(at, Math.max(...taken.map(({ received_at }) => received_at.getTime())));
