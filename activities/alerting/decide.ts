import { type AlertState, advance, reset } from '../../src/domain/alerting/advance.ts';
import type { Entry } from '../../src/domain/alerting/entry.ts';
import { dedupKey } from '../../src/domain/dedup-key.ts';
import type { LockedState, LookedRule, TakenEntry } from '../../src/store/alert-look-rows.ts';
import type { Decided } from './decided.ts';
import type { PreparedRule, StatefulParts } from './prepared-rule.ts';

/** Decides for one key what its entries and the time make of its state. Pure. */
export type DecideKey = (
  locked: LockedState,
  rule: LookedRule | undefined,
  taken: readonly TakenEntry[],
  at: number,
) => Decided;

/** Makes a decider over prepared triggers. */
export function createDecideKey(prepare: (rule: StatefulParts) => PreparedRule): DecideKey {
  return (locked, rule, taken, at) => {
    const before = locked.state as AlertState | null;
    const none = {
      locked,
      rule,
      state: null,
      transitions: [],
      matches: [],
      nextLookAt: null,
      forgetAt: null,
      notes: [],
    };
    if (rule === undefined) return { ...none, transitions: reset(before, 'rule_deleted', at) };
    if (!rule.is_active) return { ...none, transitions: reset(before, 'rule_disabled', at) };
    const { plan } = prepare(rule);
    const isOld = before !== null && locked.meaning !== rule.meaning;
    const ended = isOld ? reset(before, 'rule_changed', at) : [];
    // What was matched before a change of the rule, and recorded after it, counts for nothing.
    const entries = taken.filter(({ meaning }) => meaning === '' || meaning === rule.meaning).toSorted(byOrder);
    // What was put down when the rule was of another kind may have been no match.
    const matches = entries.filter(({ sides }) => sides.includes('match'));
    if (plan === null) return { ...none, transitions: ended, matches };
    // An absence that keeps nothing apart has one clock: keys of what the rule was before must not become clocks too.
    const isStray = plan.kind === 'absence' && !plan.keyed && locked.key_digest !== keyOfAll(rule.id);
    if (isStray) return { ...none, transitions: isOld ? ended : reset(before, 'rule_changed', at) };
    const advanced = advance(isOld ? null : before, entries.map(entryOf), at, plan);
    return { ...none, ...advanced, transitions: [...ended, ...advanced.transitions] };
  };
}

/** Places that are told apart in a list; contract: a batch has 500. */
const MOST_PLACES = 2_000;

/** Grows in the order of recording, whichever look takes it: by the moment of recording, then by the place in the list. */
const orderOf = ({ created_at, place }: TakenEntry): number =>
  created_at.getTime() * MOST_PLACES + Math.min(place, MOST_PLACES - 1);

/** Lists that were recorded in the same ms are told apart by their ids, which sort by creation. */
const byOrder = (a: TakenEntry, b: TakenEntry): number =>
  orderOf(a) - orderOf(b) || (a.event_ref < b.event_ref ? -1 : 1);

const entryOf = (taken: TakenEntry): Entry => ({
  ref: taken.event_ref,
  time: taken.time.getTime(),
  receivedAt: taken.received_at.getTime(),
  order: orderOf(taken),
  sides: taken.sides,
  epoch: taken.epoch === null ? null : Number(taken.epoch),
});

/** The key of a rule that keeps nothing apart. */
const keyOfAll = (ruleId: string) => dedupKey(ruleId, []).slice(ruleId.length + 1);
