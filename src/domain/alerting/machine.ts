import type { Advanced, FireReason, Firing, Note, ResolveReason, Transition } from './decision.ts';
import type { Entry } from './entry.ts';
import type { Side } from './watched-types.ts';

/**
 * What all kinds share: how entries and time are gone through.
 *
 * Between events, their own times decide (`time`, then `order`). Between an event and the service's clock, `heardAt`
 * decides: senders' clocks may be off by 5 minutes.
 */

/** Contract §2: a sender's clock may be off by this. */
export const SKEW_MS = 5 * 60_000;
/** How long an idle state is worth keeping for late events alone. */
export const LATE_MS = 3_600_000;
/** An entry that comes again is dropped if it is among this many last ones. Before that, event keys drop repeats. */
const RECENT = 16;

/** Place among events, by their own clock. */
export interface Position {
  time: number;
  order: number;
}

/** What every kind's state has: plain JSON, bounded whatever the rate. `v` is the version of its form. */
export interface BaseState {
  v: 1;
  firing: Firing | null;
  /** Refs of the last entries. */
  recent: string[];
}

/** What a kind brings: the rest is `run`. All of them may change the state that they are given. */
export interface Machine<State extends BaseState> {
  /** null: nothing to begin with where there is no entry. */
  begin(entry: Entry | null, now: number): State | null;
  /** When time alone changes something, ms, or null. */
  due(state: State): number | null;
  /** Lets that time come. @returns false: the key is gone, and its state with it */
  elapse(state: State, at: number, out: Output): boolean;
  take(state: State, entry: Entry, at: number, out: Output): void;
  forgetAt(state: State): number | null;
  /**
   * Takes entries in the order of recording, and all that is known at `now` before any time that had come by then: for
   * what puts its events together itself, whatever their order.
   */
  entriesFirst?: boolean;
}

/** Where a machine says what it decided. */
export interface Output {
  transitions: Transition[];
  note(code: Note['code'], detail: string): void;
}

/** An event happened no later than it was received, and no later than its time by a clock that is behind. */
export const heardAt = ({ time, receivedAt }: Entry): number => Math.min(receivedAt, time + SKEW_MS);

export const hasSide = (entry: Entry, side: Side): boolean => entry.sides.includes(side);

/** Whether one place comes before another, by the events' clock. */
export const isBefore = (a: Position, b: Position): boolean =>
  a.time < b.time || (a.time === b.time && a.order < b.order);

/**
 * Takes the entries of a key in the order of their own times, and lets the times come that were due between them.
 * Entries split over several looks lead to the same transitions, as long as they come in order.
 *
 * @param before is not changed
 * @param now the service's clock, ms
 */
export function run<State extends BaseState>(
  machine: Machine<State>,
  before: State | null,
  entries: readonly Entry[],
  now: number,
): Advanced<State> {
  const notes = new Map<Note['code'], Note>();
  const out: Output = {
    transitions: [],
    note(code, detail) {
      const count = (notes.get(code)?.count ?? 0) + 1;
      notes.set(code, { code, count, detail });
    },
  };
  const sorted = [...entries].sort(machine.entriesFirst ? byOrder : (a, b) => (isBefore(a, b) ? -1 : 1));
  let state = before === null ? null : structuredClone(before);
  if (state === null && sorted.length === 0) state = machine.begin(null, now);

  const letTimeCome = (until: number) => {
    for (let due = state && machine.due(state); state && due !== null && due <= until; due = machine.due(state)) {
      if (!machine.elapse(state, due, out)) {
        state = null;
        return;
      }
    }
  };
  const clocks = heardClocks(sorted, now);
  let at = Number.NEGATIVE_INFINITY;
  for (const [index, entry] of sorted.entries()) {
    at = Math.max(at, Math.min(entry.receivedAt, now));
    if (!machine.entriesFirst) letTimeCome(clocks[index]!);
    state ??= machine.begin(entry, at);
    if (state === null) continue;
    if (state.recent.includes(entry.ref)) {
      out.note('repeated', `${entry.ref} came again`);
      continue;
    }
    state.recent = [...state.recent, entry.ref].slice(-RECENT);
    machine.take(state, entry, at, out);
  }
  letTimeCome(now);
  const nextLookAt = state && machine.due(state);
  const forgetAt = state && state.firing === null && nextLookAt === null ? machine.forgetAt(state) : null;
  return { state, transitions: out.transitions, nextLookAt, forgetAt, notes: [...notes.values()] };
}

const byOrder = (a: Entry, b: Entry) => a.order - b.order;

/** For each entry the earliest hearing of it and all after it: a time that came later than that had not come yet. */
function heardClocks(sorted: readonly Entry[], now: number): number[] {
  let earliest = now;
  return sorted
    .map(heardAt)
    .reduceRight<number[]>((clocks, heard) => {
      earliest = Math.min(earliest, heard);
      clocks.push(earliest);
      return clocks;
    }, [])
    .reverse();
}

/** Ends what fires. */
export function resolve(
  state: BaseState,
  how: { at: number; endedAt: number; value: number; reason: ResolveReason; endedBy: string | null },
  out: Output,
): void {
  const { startedAt, causeRef, threshold, at } = state.firing!;
  // An event may have been received before the firing and be seen by a look only after it.
  out.transitions.push({ kind: 'resolve', startedAt, causeRef, threshold, ...how, at: Math.max(how.at, at) });
  state.firing = null;
}

/** Begins to fire. */
export function fire(
  state: BaseState,
  how: { at: number; startedAt: number; value: number; threshold: number; reason: FireReason; causeRef: string | null },
  out: Output,
): void {
  const { at, startedAt, causeRef, value, threshold } = how;
  state.firing = { at, startedAt, causeRef, value, threshold };
  out.transitions.push({ kind: 'fire', ...how });
}

/** Puts a time into an ascending list, in place. */
export function insertTime(times: number[], time: number): void {
  let index = times.length;
  while (index > 0 && times[index - 1]! > time) index -= 1;
  times.splice(index, 0, time);
}
