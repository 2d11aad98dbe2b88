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
  SKEW_MS,
} from './machine.ts';
import type { CountPlan } from './trigger-plan.ts';

/** `count`: N matches within a window. */
export interface CountState extends BaseState {
  kind: 'count';
  /** The latest matches' own times, ascending: at most `threshold`, none older than the window before the newest. */
  times: number[];
  /** When the last match was heard; quiet is counted from there. */
  lastHeard: number;
  /** How far the last match's own time was behind its hearing, 0 to 5 minutes: the sender's clock, if not the way. */
  lag: number;
  /** Matches since it fired, those that made it fire included. */
  matches: number;
  /** What happened before this is over: a match from before it comes too late. */
  floor: Position | null;
  /** The latest `resolve.on` event, whether it resolved anything or not. */
  lastResolve: Position | null;
}

/**
 * Fires when the latest N matches lie within `window` of each other (exactly `window` apart still counts), by their own
 * times. Resolves at a `resolve.on` event that is not older than the Nth match, or when `window` has passed since the
 * last match was heard. After that, counting begins anew.
 *
 * An event that is both a match and a `resolve.on` event resolves, and is not counted.
 */
export function countMachine({ threshold, windowMs }: CountPlan): Machine<CountState> {
  function takeMatch(state: CountState, entry: Entry, at: number, out: Output): void {
    const newest = state.times.at(-1);
    if (state.floor && isBefore(entry, state.floor)) {
      return void out.note('late_ignored', `${entry.ref} happened before the alert was resolved`);
    }
    if (newest !== undefined && entry.time < newest - windowMs) {
      return void out.note('late_ignored', `${entry.ref} happened more than the window before the newest match`);
    }
    insertTime(state.times, entry.time);
    const latest = state.times.at(-1)!;
    state.times = state.times.filter((time) => time >= latest - windowMs).slice(-threshold);
    const heard = heardAt(entry);
    if (heard >= state.lastHeard) {
      state.lastHeard = heard;
      state.lag = Math.min(SKEW_MS, Math.max(0, entry.receivedAt - entry.time));
    }
    if (state.firing) state.matches += 1;
    else if (state.times.length >= threshold) begin(state, entry, at, out);
  }

  function begin(state: CountState, entry: Entry, at: number, out: Output): void {
    const startedAt = state.times.at(-1)!;
    const over = state.lastResolve;
    if (over && isBefore({ time: startedAt, order: entry.order }, over)) {
      state.times = state.times.filter((time) => time > over.time);
      return void out.note('over_before_known', `a later resolve event was there before ${entry.ref}`);
    }
    state.matches = threshold;
    fire(state, { at, startedAt, value: threshold, threshold, reason: 'threshold_reached', causeRef: entry.ref }, out);
  }

  function takeResolve(state: CountState, entry: Entry, at: number, out: Output): void {
    const place = { time: entry.time, order: entry.order };
    if (state.lastResolve === null || isBefore(state.lastResolve, place)) state.lastResolve = place;
    if (!state.firing) return;
    const after = state.times.filter((time) => time > entry.time);
    if (entry.time < state.firing.startedAt || after.length >= threshold) {
      return void out.note('outdated_end', `${entry.ref} happened before the matches that it fires for`);
    }
    const { matches: value } = state;
    const how = { at, endedAt: entry.time, value, reason: 'resolve_event', endedBy: entry.ref } as const;
    resolve(state, how, out);
    state.times = after;
    state.floor = place;
  }

  return {
    begin: (entry) =>
      entry && {
        v: 1,
        kind: 'count',
        firing: null,
        recent: [],
        times: [],
        lastHeard: heardAt(entry),
        lag: 0,
        matches: 0,
        floor: null,
        lastResolve: null,
      },

    due: (state) => (state.firing ? state.lastHeard + windowMs : null),

    elapse(state, at, out) {
      const { matches: value } = state;
      resolve(state, { at, endedAt: at, value, reason: 'quiet', endedBy: null }, out);
      // By the sender's clock it was over `lag` earlier; and nothing up to the last match may count again.
      const newest = state.times.at(-1) ?? Number.NEGATIVE_INFINITY;
      const over = at - state.lag;
      state.floor = newest >= over ? { time: newest, order: Number.MAX_SAFE_INTEGER } : { time: over, order: -1 };
      state.times = [];
      return true;
    },

    take(state, entry, at, out) {
      if (hasSide(entry, 'resolve')) takeResolve(state, entry, at, out);
      else if (hasSide(entry, 'match')) takeMatch(state, entry, at, out);
    },

    forgetAt: (state) => state.lastHeard + windowMs + (state.floor || state.lastResolve ? LATE_MS : 0),
  };
}
