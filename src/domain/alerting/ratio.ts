import { type BaseState, fire, hasSide, heardAt, type Machine, type Output, resolve } from './machine.ts';
import type { RatioPlan } from './trigger-plan.ts';

/** A window is counted in so many steps: an event leaves it at the end of its step, up to 1/60 of the window late. */
const STEPS = 60;

/** Events of one step: its number since the epoch, those of `of`, and all. */
type Bucket = [step: number, of: number, all: number];

/** `ratio`: a share of events in a window. */
export interface RatioState extends BaseState {
  kind: 'ratio';
  /** Ascending; at most STEPS + 2, whatever the rate. */
  buckets: Bucket[];
  /** The last event counted: the cause where time alone crosses the bound. */
  lastRef: string | null;
}

/**
 * Fires when at least `min_samples` events are in the window and their share crosses the bound. Resolves when the share
 * is back, or when the window is empty. While it fires, fewer samples than `min_samples` are no reason to resolve: few
 * events that still fail are no recovery.
 *
 * An event is in the window from when it was heard. The share can cross the bound, and be back, as events leave.
 */
export function ratioMachine({ bound, windowMs, minSamples }: RatioPlan): Machine<RatioState> {
  const stepMs = Math.ceil(windowMs / STEPS);
  const leavesAt = ([step]: Bucket) => (step + 1) * stepMs + windowMs;
  const threshold = 'below' in bound ? bound.below : bound.at_least;
  const crosses = (share: number) => ('below' in bound ? share < bound.below : share >= bound.at_least);

  function sum(buckets: readonly Bucket[]): { of: number; all: number } {
    return buckets.reduce((total, [, of, all]) => ({ of: total.of + of, all: total.all + all }), { of: 0, all: 0 });
  }

  /** What the counted events say: to fire or to stop, or nothing new. */
  function verdict(firing: boolean, { of, all }: { of: number; all: number }): 'fire' | 'resolve' | null {
    if (all === 0) return firing ? 'resolve' : null;
    if (firing) return crosses(of / all) ? null : 'resolve';
    return all >= minSamples && crosses(of / all) ? 'fire' : null;
  }

  function judge(state: RatioState, at: number, by: { ref: string; time: number } | null, out: Output): void {
    const total = sum(state.buckets);
    const decided = verdict(state.firing !== null, total);
    // Six digits are enough for people; the decision is made on the exact share.
    const value = total.all === 0 ? 0 : Math.round((total.of / total.all) * 1e6) / 1e6;
    const time = by?.time ?? at;
    if (decided === 'fire') {
      fire(state, { at, startedAt: time, value, threshold, reason: 'share_crossed', causeRef: state.lastRef }, out);
    } else if (decided === 'resolve') {
      const reason = total.all === 0 ? 'window_empty' : 'share_back';
      resolve(state, { at, endedAt: time, value, reason, endedBy: by?.ref ?? null }, out);
    }
  }

  /** Takes out what has left the window. */
  function leave(state: RatioState, at: number): void {
    state.buckets = state.buckets.filter((bucket) => leavesAt(bucket) > at);
  }

  return {
    begin: (entry) => entry && { v: 1, kind: 'ratio', firing: null, recent: [], buckets: [], lastRef: null },

    /** The first leaving that changes anything: a look at each of them would be 60 a window for nothing. */
    due(state) {
      const total = sum(state.buckets);
      for (const bucket of state.buckets) {
        total.of -= bucket[1];
        total.all -= bucket[2];
        if (verdict(state.firing !== null, total) !== null) return leavesAt(bucket);
      }
      return null;
    },

    elapse(state, at, out) {
      leave(state, at);
      judge(state, at, null, out);
      return true;
    },

    take(state, entry, at, out) {
      if (!hasSide(entry, 'against')) return;
      leave(state, at);
      const step = Math.floor(heardAt(entry) / stepMs);
      if (leavesAt([step, 0, 0]) <= at) return void out.note('late_ignored', `${entry.ref} happened before the window`);
      let index = state.buckets.length;
      while (index > 0 && state.buckets[index - 1]![0] > step) index -= 1;
      if (index === 0 || state.buckets[index - 1]![0] !== step) {
        state.buckets.splice(index, 0, [step, 0, 0]);
        index += 1;
      }
      const bucket = state.buckets[index - 1]!;
      bucket[1] += hasSide(entry, 'of') ? 1 : 0;
      bucket[2] += 1;
      state.lastRef = entry.ref;
      judge(state, at, { ref: entry.ref, time: entry.time }, out);
    },

    forgetAt: (state) => (state.buckets.length === 0 ? 0 : leavesAt(state.buckets.at(-1)!)),
  };
}
