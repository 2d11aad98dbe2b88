import { type CompiledCondition, evaluateCondition } from '../condition.ts';
import type { AcceptedEvent } from '../event.ts';
import { absenceSince } from './absence.ts';
import { type AlertState, advance } from './advance.ts';
import { keyOf } from './alert-key.ts';
import { ABOUT_ITSELF, countedAs, type Decided, decidedBy } from './decide-event.ts';
import type { Note, Transition } from './decision.ts';
import { createSides, type Entry, epochOf } from './entry.ts';
import type { MeaningfulRule } from './meaning.ts';
import { planTrigger } from './trigger-plan.ts';
import { keyPathsOf } from './trigger-schema.ts';
import type { Side } from './watched-types.ts';

/** A rule to be tried, saved or not. */
export interface TriedRule extends MeaningfulRule {
  id: string;
}

/** What a rule makes of one event: its decision, and where it keeps state, for which key and as what it counts. */
export interface Judged extends Omit<Decided, 'reason'> {
  reason: Decided['reason'] | 'other_type';
  sides: Side[];
  key: { digest: string; text: string } | null;
}

/** An alert that a rule would have made. Times are ms since the epoch. */
export interface TrialFiring {
  at: number;
  startedAt: number;
  keyText: string;
  causeRef: string | null;
  /** Both null for a rule that tells of every match. */
  value: number | null;
  threshold: number | null;
  resolvedAt: number | null;
  resolveReason: Transition['reason'] | null;
}

/** What a rule made of one event of a trial. */
export type Tried = Pick<Judged, 'outcome' | 'reason' | 'detail'> & {
  /** Whether it was this event that made the rule fire. */
  fires: boolean;
};

export interface TrialNote {
  code: Note['code'] | Judged['reason'];
  count: number;
  detail: string;
}

/** What came of the events of a trial so far. */
export interface TrialSum {
  matched: number;
  fired: number;
  /** The first ones. */
  firings: TrialFiring[];
  notMatched: Partial<Record<Judged['reason'], number>>;
  /** What was not counted by a state, and what conditions asked for in vain or failed on; `detail` of the last one. */
  notes: TrialNote[];
}

/**
 * Prepares the judgement of single events, by the code that decides about them when they are recorded.
 *
 * @param condition the rule's own, planned; null where it has none
 */
export function createJudge(rule: TriedRule, condition: CompiledCondition | null) {
  const sidesOf = createSides(rule);
  const paths = keyPathsOf(rule.trigger);
  const keepsState = rule.trigger.kind !== 'event';

  return function judge(event: AcceptedEvent): Judged {
    const evaluate = condition === null ? undefined : () => evaluateCondition(condition, event);
    const isAboutItself = event.about?.rule_id === rule.id;
    const { sides, evaluated } = sidesOf(event, isAboutItself && !keepsState ? undefined : evaluate);
    const nothing = { sides: [], key: null };
    if (sides.length > 0 && isAboutItself) return { ...ABOUT_ITSELF, ...nothing };
    if (sides.length === 0) {
      if (evaluated === null) return { outcome: 'not_matched', reason: 'other_type', ...nothing };
      return { ...decidedBy(rule, evaluated), ...nothing };
    }
    const decided = decidedBy(rule, evaluated ?? { matched: true });
    if (!keepsState) return { ...decided, sides, key: null };
    const { digest, text } = keyOf(rule.id, paths, event);
    return { ...countedAs(decided, sides, text), sides, key: { digest, text } };
  };
}

/** A judged event as an entry of its key. @param order among the entries of one trial */
export const entryOf = (
  judged: Judged,
  event: AcceptedEvent,
  ref: string,
  receivedAt: number,
  order: number,
): Entry => ({
  ref,
  time: Date.parse(event.time),
  receivedAt,
  order,
  sides: judged.sides,
  epoch: epochOf(event),
});

const triedAs = ({ outcome, reason, detail }: Judged, fires: boolean): Tried => ({ outcome, reason, detail, fires });

interface Key {
  text: string;
  state: AlertState | null;
  nextLookAt: number | null;
  /** What fires and is among those that are shown. */
  shown: TrialFiring | undefined;
}

/** More firings than a person reads; all are counted. */
const SHOWN_FIRINGS = 100;

/**
 * Tries a rule on events as though they came now, one after the other: the decisions of `advance`, with the time of their
 * receipt for the clock. Between them time comes when a state asks for it, as it does when a workflow watches.
 *
 * @param startAt when the rule is taken to be saved, ms: no later than the first event
 */
export function createTrial(rule: TriedRule, condition: CompiledCondition | null, startAt: number) {
  const judge = createJudge(rule, condition);
  const plan = planTrigger(rule.trigger);
  const keys = new Map<string, Key>();
  const notes = new Map<TrialNote['code'], TrialNote>();
  const sum: Omit<TrialSum, 'notes'> = { matched: 0, fired: 0, firings: [], notMatched: {} };
  let clock = startAt;
  if (plan?.kind === 'absence' && !plan.keyed) {
    const { digest, text } = keyOf(rule.id, [], {} as AcceptedEvent);
    const key: Key = { text, state: absenceSince(startAt), nextLookAt: startAt, shown: undefined };
    keys.set(digest, key);
  }

  return {
    /**
     * Takes one event. They come in the order of recording.
     *
     * @param event null: one of a type that the rule does not watch; nothing is asked of it
     * @param ref names it in firings; @param receivedAt ms
     * @returns what the rule made of it
     */
    take(event: AcceptedEvent | null, ref: string, receivedAt: number): Tried {
      letTimeCome(receivedAt);
      const before = sum.fired;
      const judged = event === null ? null : judge(event);
      if (event === null || judged === null || judged.outcome === 'not_matched') {
        const reason = judged?.reason ?? 'other_type';
        sum.notMatched[reason] = (sum.notMatched[reason] ?? 0) + 1;
        if (judged?.detail !== undefined) note({ code: reason, count: 1, detail: judged.detail });
        return { outcome: 'not_matched', reason, detail: judged?.detail, fires: false };
      }
      sum.matched += 1;
      if (plan === null || judged.key === null) {
        const startedAt = Date.parse(event.time);
        add({ at: receivedAt, startedAt, keyText: '', causeRef: ref, value: null, threshold: null });
        return triedAs(judged, true);
      }
      const { digest, text } = judged.key;
      const key = keys.get(digest) ?? { text, state: null, nextLookAt: null, shown: undefined };
      keys.set(digest, key);
      look(key, [entryOf(judged, event, ref, receivedAt, sum.matched)]);
      return triedAs(judged, sum.fired > before);
    },

    /** What came of all events. @param now lets the time since the last of them come; undefined: it stands still there */
    sum(now?: number): TrialSum {
      if (now !== undefined) letTimeCome(now);
      return { ...sum, notes: [...notes.values()] };
    },
  };

  function look(key: Key, entries: readonly Entry[]): void {
    const advanced = advance(key.state, entries, clock, plan!);
    key.state = advanced.state;
    key.nextLookAt = advanced.nextLookAt;
    advanced.notes.forEach(note);
    for (const transition of advanced.transitions) {
      if (transition.kind === 'fire') key.shown = add({ ...transition, keyText: key.text });
      else if (key.shown) {
        key.shown.resolvedAt = transition.endedAt ?? transition.at;
        key.shown.resolveReason = transition.reason;
        key.shown = undefined;
      }
    }
  }

  function note({ code, count, detail }: TrialNote): void {
    notes.set(code, { code, count: count + (notes.get(code)?.count ?? 0), detail });
  }

  /** Looks at each key when it asks for it, the earliest first; at `until` itself an event comes before the time. */
  function letTimeCome(until: number): void {
    for (;;) {
      let due: Key | undefined;
      for (const key of keys.values()) {
        if (key.nextLookAt === null || key.nextLookAt >= until) continue;
        if (due === undefined || key.nextLookAt < due.nextLookAt!) due = key;
      }
      if (due === undefined) break;
      const asked = due.nextLookAt!;
      clock = Math.max(clock, asked);
      look(due, []);
      // A look that changes nothing and asks for the same moment again would never end.
      if (due.nextLookAt !== null && due.nextLookAt <= asked) due.nextLookAt = until;
    }
    clock = Math.max(clock, until);
  }

  function add(firing: Omit<TrialFiring, 'resolvedAt' | 'resolveReason'>): TrialFiring | undefined {
    sum.fired += 1;
    if (sum.firings.length >= SHOWN_FIRINGS) return undefined;
    const { at, startedAt, keyText, causeRef, value, threshold } = firing;
    const shown = { at, startedAt, keyText, causeRef, value, threshold, resolvedAt: null, resolveReason: null };
    sum.firings.push(shown);
    return shown;
  }
}
