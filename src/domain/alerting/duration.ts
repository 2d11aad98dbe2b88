import type { Entry } from './entry.ts';
import {
  type BaseState,
  fire,
  hasSide,
  isBefore,
  LATE_MS,
  type Machine,
  type Output,
  resolve,
  SKEW_MS,
} from './machine.ts';
import type { DurationPlan } from './trigger-plan.ts';

/** Tries of one run that are open at once: more than two only where ends are lost. */
const MAX_OPEN = 4;
/** A start that is heard after its limit has passed: its end may be right behind it. */
const LATE_START_GRACE_MS = 5_000;
/** An end that was not heard for so many times the limit, and for a week at least, was lost: runs do not run for ever. */
const GONE_TIMES = 7;
const GONE_AT_LEAST_MS = 7 * 86_400_000;

/** A start or an end of a run. */
interface Mark {
  time: number;
  order: number;
  epoch: number | null;
}

interface Start extends Mark {
  ref: string;
  receivedAt: number;
}

/** `duration`: the runs of one key, by default the tries of one run. */
export interface DurationState extends BaseState {
  kind: 'duration';
  /** Starts without an end, ascending. */
  open: Start[];
  /**
   * The latest end, heard or taken for granted: starts before it are over. `orphan`: no start of it was known when it came,
   * so that one of the same ms is over too.
   */
  ended: (Mark & { orphan: boolean }) | null;
  lastReceived: number;
  /** When a run was last given up, by the service's clock, ms. */
  givenUp?: number;
}

/**
 * Fires while a run is still running: `longer_than` after its start's own time, if no end is known by then. A run that
 * ended later than the limit, but before anybody looked, does not fire: it is not running. Resolves at the end, with the
 * real duration. An end that overtakes its start is remembered for an hour.
 *
 * Where no end is heard for 7 times `longer_than` after the firing, and for a week at least, it is given up: it resolves as
 * `key_gone`. All tries that were too long by then are given up with it, and are remembered for an hour as if they had
 * ended: their late ends change nothing and repeats of their starts begin nothing, but a newer start does.
 *
 * A run that is tried again under the same key is told apart by `run_epoch` where both events have one: the end of a
 * try ends it and those before it. Otherwise by their times, where clocks may be off by 5 minutes each.
 */
export function durationMachine({ longerThanMs }: DurationPlan): Machine<DurationState> {
  const limitOf = ({ time }: Mark) => time + longerThanMs;
  const dueOf = (start: Start) =>
    start.receivedAt < limitOf(start) ? limitOf(start) : start.receivedAt + LATE_START_GRACE_MS;
  const goneMs = Math.max(GONE_TIMES * longerThanMs, GONE_AT_LEAST_MS);

  function takeStart(state: DurationState, entry: Entry, out: Output): void {
    const mark = { ...markOf(entry), ref: entry.ref, receivedAt: entry.receivedAt };
    if (state.ended && isOver(mark, state.ended)) {
      return void out.note('ended_before_start', `the run of ${entry.ref} had already ended`);
    }
    state.open.push(mark);
    state.open.sort((a, b) => (isBefore(a, b) ? -1 : 1));
    // The longest running, the one that fires and the newest are those that matter.
    if (state.open.length <= MAX_OPEN) return;
    const spare = state.open.findIndex(({ ref }, index) => index > 0 && ref !== state.firing?.causeRef);
    state.open.splice(spare, 1);
  }

  function takeEnd(state: DurationState, entry: Entry, at: number, out: Output): void {
    const end = markOf(entry);
    const over = closedBy(end, state.open);
    if (state.ended === null || isBefore(state.ended, end)) state.ended = { ...end, orphan: over.length === 0 };
    state.open = state.open.filter((start) => !over.includes(start));
    const fired = over.find(({ ref }) => ref === state.firing?.causeRef);
    const [first] = over;
    const lasted = first === undefined ? 0 : Math.max(0, end.time - first.time);
    if (fired) {
      const how = { at, endedAt: end.time, value: lasted, endedBy: entry.ref } as const;
      resolve(state, { ...how, reason: 'ended' }, out);
    } else if (lasted > longerThanMs) {
      out.note('ended_over_limit', `${entry.ref}: the run lasted ${lasted} ms and had ended before the look at it`);
    }
  }

  function giveUp(state: DurationState, at: number, out: Output): void {
    const { startedAt } = state.firing!;
    const value = at - (startedAt - longerThanMs);
    resolve(state, { at, endedAt: at, value, reason: 'key_gone', endedBy: null }, out);
    out.note('key_dropped', `no end was heard for ${goneMs} ms after the limit: this run is no longer watched`);
    for (const start of state.open.filter((each) => dueOf(each) <= at)) {
      const { time, order, epoch } = start;
      if (state.ended === null || !isOver(start, state.ended)) state.ended = { time, order, epoch, orphan: true };
    }
    const { ended } = state;
    state.open = state.open.filter((start) => dueOf(start) > at && !(ended && isOver(start, ended)));
    state.givenUp = at;
  }

  return {
    entriesFirst: true,

    begin: (entry) =>
      entry && {
        v: 1,
        kind: 'duration',
        firing: null,
        recent: [],
        open: [],
        ended: null,
        lastReceived: entry.receivedAt,
      },

    due({ firing, open: [first] }) {
      if (firing) return firing.at + goneMs;
      return first === undefined ? null : dueOf(first);
    },

    elapse(state, at, out) {
      if (state.firing) {
        giveUp(state, at, out);
        return true;
      }
      const first = state.open[0]!;
      const value = Math.max(longerThanMs, at - first.time);
      const how = { at, startedAt: limitOf(first), value, threshold: longerThanMs, causeRef: first.ref } as const;
      fire(state, { ...how, reason: 'still_running' }, out);
      return true;
    },

    take(state, entry, at, out) {
      state.lastReceived = Math.max(state.lastReceived, entry.receivedAt);
      if (hasSide(entry, 'ended')) takeEnd(state, entry, at, out);
      else if (hasSide(entry, 'started')) takeStart(state, entry, out);
    },

    forgetAt: ({ lastReceived, givenUp = lastReceived }) => Math.max(lastReceived, givenUp) + LATE_MS,
  };
}

const markOf = ({ time, order, epoch }: Entry): Mark => ({ time, order, epoch: epoch ?? null });

/** Whether a start that comes now belongs to a run that has ended. */
function isOver(start: Mark, ended: Mark & { orphan: boolean }): boolean {
  if (start.epoch !== null && ended.epoch !== null) return start.epoch <= ended.epoch;
  // In the same ms: a run of no time whose end came first, or the next try after an end that had its start.
  return start.time < ended.time || (start.time === ended.time && (ended.orphan || start.order < ended.order));
}

/** The starts that an end ends, the earliest first. */
function closedBy(end: Mark, open: readonly Start[]): Start[] {
  const over = open.filter((start) =>
    start.epoch !== null && end.epoch !== null ? start.epoch <= end.epoch : start.time <= end.time,
  );
  if (over.length > 0) return over;
  // A start ahead of an end that came after it: two clocks, each off by up to 5 minutes.
  const skewed = open.filter(
    (start) => (start.epoch === null || end.epoch === null) && start.time - end.time <= 2 * SKEW_MS,
  );
  return skewed.slice(0, 1);
}
