import type { Entry } from './entry.ts';
import type { ConsecutivePlan, CountPlan, DurationPlan, RatioPlan } from './trigger-plan.ts';

/**
 * Models of the contract's words over a whole history at once, as plain as they can be: no state, nothing forgotten,
 * nothing bounded. For histories in order only.
 */

export interface Modelled {
  kind: 'fire' | 'resolve';
  at: number;
  by: string | null;
}

const has = (entry: Entry, side: Entry['sides'][number]) => entry.sides.includes(side);

export function modelCount({ threshold, windowMs }: CountPlan, history: readonly Entry[], now: number): Modelled[] {
  const told: Modelled[] = [];
  /** Matches that no resolution has done away with. */
  let matches: number[] = [];
  let firing = false;
  const quietBy = (time: number) => {
    const last = matches.at(-1);
    if (!firing || last === undefined || last + windowMs > time) return;
    told.push({ kind: 'resolve', at: last + windowMs, by: null });
    firing = false;
    matches = [];
  };
  for (const entry of history) {
    quietBy(entry.time);
    if (has(entry, 'resolve')) {
      if (!firing) continue;
      told.push({ kind: 'resolve', at: entry.time, by: entry.ref });
      firing = false;
      matches = [];
    } else {
      matches.push(entry.time);
      const within = matches.filter((time) => entry.time - time <= windowMs).length;
      if (firing || within < threshold) continue;
      told.push({ kind: 'fire', at: entry.time, by: entry.ref });
      firing = true;
    }
  }
  quietBy(now);
  return told;
}

export function modelConsecutive({ threshold }: ConsecutivePlan, history: readonly Entry[]): Modelled[] {
  const word = (entry: Entry) => (has(entry, 'reset') ? 'R' : 'm');
  return history.flatMap((entry, index): Modelled[] => {
    const row = history.slice(0, index).map(word).join('').match(/m*$/)![0].length;
    if (word(entry) === 'R') return row >= threshold ? [{ kind: 'resolve', at: entry.time, by: entry.ref }] : [];
    return row + 1 === threshold ? [{ kind: 'fire', at: entry.time, by: entry.ref }] : [];
  });
}

/** Every moment at which anything could change is looked at, and all events are counted anew. */
export function modelRatio(plan: RatioPlan, history: readonly Entry[], now: number): Modelled[] {
  const stepMs = Math.ceil(plan.windowMs / 60);
  const leaves = (entry: Entry) => (Math.floor(entry.time / stepMs) + 1) * stepMs + plan.windowMs;
  const told: Modelled[] = [];
  let firing = false;
  const judge = (at: number, seen: readonly Entry[], by: string | null) => {
    const inside = seen.filter((entry) => leaves(entry) > at);
    const share = inside.filter((entry) => has(entry, 'of')).length / inside.length;
    const bad = 'below' in plan.bound ? share < plan.bound.below : share >= plan.bound.at_least;
    if (!firing && inside.length >= plan.minSamples && bad) {
      firing = true;
      told.push({ kind: 'fire', at, by });
    } else if (firing && (inside.length === 0 || !bad)) {
      firing = false;
      told.push({ kind: 'resolve', at, by });
    }
  };
  const lookBetween = (seen: readonly Entry[], from: number, to: number) => {
    const moments = [...new Set(seen.map(leaves))].filter((at) => at > from && at <= to).sort((a, b) => a - b);
    for (const at of moments) judge(at, seen, null);
  };
  let clock = Number.NEGATIVE_INFINITY;
  for (const [index, entry] of history.entries()) {
    lookBetween(history.slice(0, index), clock, entry.time);
    clock = entry.time;
    judge(clock, history.slice(0, index + 1), entry.ref);
  }
  lookBetween(history, clock, now);
  return told;
}

/** Absences of a rule without `per`, saved at `savedAt`. */
export function modelAbsence(limitMs: number, savedAt: number, history: readonly Entry[], now: number): Modelled[] {
  const times = [savedAt, ...history.map(({ time }) => time), Number.POSITIVE_INFINITY];
  return times.slice(0, -1).flatMap((time, index): Modelled[] => {
    const next = times[index + 1]!;
    if (next - time < limitMs || time + limitMs > now) return [];
    const over: Modelled[] = next <= now ? [{ kind: 'resolve', at: next, by: history[index]!.ref }] : [];
    return [{ kind: 'fire', at: time + limitMs, by: null }, ...over];
  });
}

/** One run as it is told of: when it started, when that was heard, and when its end came; null: it was lost. Times in ms. */
export interface ModelledRun {
  time: number;
  startHeard: number;
  endHeard: number | null;
}

/**
 * One run, over all moments at which anybody looked: it fires at its limit if nobody knew of an end at the first look
 * after that, and is given up in the same way.
 *
 * @param looks ascending
 * @returns with the duration that each is told with
 */
export function modelDuration(
  { longerThanMs }: DurationPlan,
  { time, startHeard, endHeard }: ModelledRun,
  looks: readonly number[],
): { kind: 'fire' | 'resolve'; at: number; value: number; reason: string }[] {
  const limit = startHeard < time + longerThanMs ? time + longerThanMs : startHeard + 5_000;
  const gone = limit + Math.max(7 * longerThanMs, 7 * 86_400_000);
  const firstLook = (at: number) => looks.find((look) => look >= at && look >= startHeard) ?? Number.POSITIVE_INFINITY;
  const end = endHeard ?? Number.POSITIVE_INFINITY;
  if (firstLook(limit) >= Math.min(end, Number.MAX_SAFE_INTEGER)) return [];
  const fired = { kind: 'fire' as const, at: limit, value: limit - time, reason: 'still_running' };
  if (firstLook(gone) < end) {
    return [fired, { kind: 'resolve', at: gone, value: gone - time, reason: 'key_gone' }];
  }
  if (endHeard === null) return [fired];
  return [fired, { kind: 'resolve', at: endHeard, value: endHeard - time, reason: 'ended' }];
}
