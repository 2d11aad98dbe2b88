import type { Entry } from './entry.ts';
import {
  type BaseState,
  fire,
  hasSide,
  heardAt,
  insertTime,
  isBefore,
  LATE_MS,
  type Machine,
  type Output,
  type Position,
  resolve,
} from './machine.ts';
import type { ConsecutivePlan } from './trigger-plan.ts';

/** A row that was begun is remembered for so long: events of a month ago are no row with today's. */
const ROW_MS = 30 * 86_400_000;

/** `consecutive`: N matches in a row. */
export interface ConsecutiveState extends BaseState {
  kind: 'consecutive';
  /** The own times of the latest matches since the last reset, ascending, at most `threshold`. */
  times: number[];
  /** Matches since the last reset. */
  matches: number;
  lastHeard: number;
  /** The latest reset: what happened before it is in no row. */
  floor: Position | null;
}

/**
 * Fires at N matches that no reset lies between, by their own times. Resolves at a reset that is not older than the
 * Nth match. An event that is both a match and a reset resets, and is not counted.
 *
 * Tries of one run (`run_epoch`) are events like all others: failed, then succeeded by another try, is a row of one.
 */
export function consecutiveMachine({ threshold }: ConsecutivePlan): Machine<ConsecutiveState> {
  function takeMatch(state: ConsecutiveState, entry: Entry, at: number, out: Output): void {
    if (state.floor && isBefore(entry, state.floor)) {
      return void out.note('late_ignored', `${entry.ref} happened before the last reset`);
    }
    insertTime(state.times, entry.time);
    state.times = state.times.slice(-threshold);
    state.matches += 1;
    if (state.firing || state.times.length < threshold) return;
    const startedAt = state.times.at(-1)!;
    fire(state, { at, startedAt, value: threshold, threshold, reason: 'threshold_reached', causeRef: entry.ref }, out);
  }

  function takeReset(state: ConsecutiveState, entry: Entry, at: number, out: Output): void {
    const after = state.times.filter((time) => time > entry.time);
    if (state.firing && (entry.time < state.firing.startedAt || after.length >= threshold)) {
      return void out.note('outdated_end', `${entry.ref} happened before the matches that it fires for`);
    }
    if (state.firing) {
      const { matches: value } = state;
      const how = { at, endedAt: entry.time, value, reason: 'reset_event', endedBy: entry.ref } as const;
      resolve(state, how, out);
    }
    if (state.floor && isBefore(entry, state.floor)) return;
    state.floor = { time: entry.time, order: entry.order };
    state.times = after;
    state.matches = after.length;
  }

  return {
    begin: (entry) =>
      entry && {
        v: 1,
        kind: 'consecutive',
        firing: null,
        recent: [],
        times: [],
        matches: 0,
        lastHeard: heardAt(entry),
        floor: null,
      },

    due: () => null,
    elapse: () => true,

    take(state, entry, at, out) {
      state.lastHeard = Math.max(state.lastHeard, heardAt(entry));
      if (hasSide(entry, 'reset')) takeReset(state, entry, at, out);
      else if (hasSide(entry, 'match')) takeMatch(state, entry, at, out);
    },

    forgetAt: (state) => state.lastHeard + (state.times.length > 0 ? ROW_MS : LATE_MS),
  };
}
