import { type AlertState, advance } from './advance.ts';
import type { Note, Transition } from './decision.ts';
import type { Entry } from './entry.ts';
import type { TriggerPlan } from './trigger-plan.ts';
import type { Side } from './watched-types.ts';

/** A time of day far from any edge: 2026-06-01T12:00:00Z. */
export const T0 = Date.UTC(2026, 5, 1, 12);
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

let made = 0;

/** An entry that is received when it happened, unless `more` says otherwise; later ones have a higher order. */
export function entry(side: Side | Side[], time: number, more: Partial<Entry> = {}): Entry {
  made += 1;
  return { ref: `ev_${made}`, time, receivedAt: time, order: made, sides: [side].flat(), ...more };
}

/** Looks at one key one after the other, as the service does, and keeps what came of it. */
export function watch(plan: TriggerPlan, initial: AlertState | null = null) {
  let state = initial;
  let next: number | null = null;
  let forgetAt: number | null = null;
  const transitions: Transition[] = [];
  const notes: Note[] = [];

  function look(now: number, ...entries: Entry[]): Transition[] {
    const advanced = advance(state, entries, now, plan);
    state = advanced.state;
    next = advanced.nextLookAt;
    forgetAt = advanced.forgetAt;
    transitions.push(...advanced.transitions);
    notes.push(...advanced.notes);
    return advanced.transitions;
  }

  return {
    look,
    /** Each entry in a look of its own, when it was received. */
    each(...entries: Entry[]) {
      for (const one of entries) look(one.receivedAt, one);
    },
    /** All looks that time asks for until then. */
    passUntil(until: number) {
      for (let turns = 0; next !== null && next <= until && turns < 10_000; turns++) look(next);
    },
    get state() {
      return state;
    },
    get next() {
      return next;
    },
    get forgetAt() {
      return forgetAt;
    },
    transitions,
    notes,
    get kinds() {
      return transitions.map(({ kind }) => kind);
    },
  };
}

/** What two runs have to agree on. */
export const outline = (transitions: readonly Transition[]) =>
  transitions.map(({ kind, at, startedAt, value, reason, causeRef }) => ({
    kind,
    at,
    startedAt,
    value,
    reason,
    causeRef,
  }));
