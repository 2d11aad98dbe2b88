import { taskQueue } from '../../workflows/contract.ts';

/**
 * Which runs are asked for next. All times are epoch ms by the watched cluster's clock, as its answers say it: ours,
 * which may be off, decides nothing about what is asked for but how long a run has to be open.
 *
 * A cursor is the latest time up to which everything that was seen is told. Visibility may lag and is not in order, so
 * each look goes some way back behind it: a little always, and further once a minute.
 */

/** Runs whose time is from `from` to before `before`; null: without a bound. */
export interface Window {
  from: number | null;
  before: number | null;
}

/** The two sides of a watch, each with a cursor. */
export interface Side {
  name: 'closed' | 'open';
  /** The search attribute that is its time. `ExecutionTime` is the start, or what a delay or cron schedule makes of it. */
  attribute: 'CloseTime' | 'ExecutionTime';
  /** What else its query asks for. */
  clause: string | null;
}

export const closedSide: Side = {
  name: 'closed',
  attribute: 'CloseTime',
  // Visibility on SQL has had open runs close at the end of time: they would be counted, and fill the first pages.
  clause: "ExecutionStatus IN ('Completed', 'Failed', 'Canceled', 'Terminated', 'ContinuedAsNew', 'TimedOut')",
};
export const openSide: Side = {
  name: 'open',
  attribute: 'ExecutionTime',
  clause: "ExecutionStatus = 'Running'",
};

/** Of what visibility usually lags. */
const OVERLAP_MS = 15_000;
/** What it may lag under load, looked back over once a minute. */
export const LOOK_BACK_MS = 5 * 60_000;
export const LOOK_BACK_EVERY_MS = 60_000;
/** What is read, put in order and told in one go; more are taken in slices, from the past on. */
export const MOST_TOGETHER = 5_000;
const SHORTEST_SLICE_MS = 1_000;

/** All that is new, and a little of what is not. @param start where a watch begins that has seen nothing; null: everything */
export function freshWindow(cursor: number | null, start: number | null, before: number | null): Window {
  if (cursor === null) return { from: start, before };
  return { from: Math.max(cursor - OVERLAP_MS, start ?? 0), before };
}

/** Where to look for a slice of what is new, when there is too much of it. */
export interface Search {
  from: number;
  lengthMs: number;
  /** Until here there is something, and too much of it; absent: nothing is known of where it is. */
  end?: number;
}

/** Slices begin right behind the cursor: each is progress, however much lies in the overlap. */
export function beginSearch(cursor: number | null, start: number | null, lengthMs: number): Search {
  return { from: cursor === null ? (start ?? 0) : cursor + 1, lengthMs };
}

export const sliceOf = ({ from, lengthMs }: Search): { from: number; before: number } => ({
  from,
  before: from + lengthMs,
});

/**
 * What to make of a slice that holds so many runs, where more are known to follow: a longer one is tried while nothing is
 * found, and then halves, or less where the runs are many.
 *
 * @returns the slice to try next; null: this one may be read
 */
export function narrow({ from, lengthMs, end }: Search, counted: number): Search | null {
  const next = from + lengthMs;
  if (counted === 0 && end === undefined) return { from: next, lengthMs: lengthMs * 2 };
  if (counted === 0) return { from: next, lengthMs: halfOf((end as number) - next), end: end as number };
  if (counted <= MOST_TOGETHER || lengthMs <= SHORTEST_SLICE_MS) return null;
  const fitting = (lengthMs * MOST_TOGETHER) / counted;
  return { from, lengthMs: halfOf(Math.min(lengthMs, fitting)), end: next };
}

/** And not less than the shortest slice. */
const halfOf = (ms: number): number => Math.max(SHORTEST_SLICE_MS, Math.ceil(ms / 2));

/** How far back to look behind a cursor. Up to it: of an overlap that holds too many, each look leaves out the most. */
export function lookBackWindow(cursor: number, start: number | null): { from: number; before: number } | null {
  const from = Math.max(cursor - LOOK_BACK_MS, start ?? 0);
  return from <= cursor ? { from, before: cursor + 1 } : null;
}

/** The visibility query of a window. @param query what a person wants watched; null: everything */
export function queryOf(side: Side, query: string | null, { from, before }: Window): string {
  const clauses = [
    ...(query === null ? [] : [`(${query})`]),
    ...(side.clause === null ? [] : [side.clause]),
    ...(from === null ? [] : [`${side.attribute} >= '${timeText(from)}'`]),
    ...(before === null ? [] : [`${side.attribute} < '${timeText(before)}'`]),
    // Its own work, in whichever namespace: an event of it would make another, for ever.
    `TaskQueue != '${taskQueue}'`,
  ];
  return clauses.join(' AND ');
}

/** The last that RFC 3339 has, and with it Temporal's query language. */
export const END_OF_TIME_MS = Date.UTC(9999, 11, 31);

const timeText = (ms: number): string => new Date(Math.min(ms, END_OF_TIME_MS)).toISOString();

/** Whether a run is for this window, whatever the query let through. */
export const isWithin = ({ from, before }: Window, time: number): boolean =>
  (from === null || time >= from) && (before === null || time < before);

/** What a cursor may be put to after these, in order, were told; `next` are those that follow in the same window. */
export function cursorAfter(told: number[], next: number | undefined): number | null {
  if (next === undefined) return told.at(-1) ?? null;
  // Of runs that closed in the same ms some are still to come.
  return told.findLast((time) => time < next) ?? null;
}

/** What the idempotency memory may have forgotten by now is not told again: it was seen when it was new. */
const OLD_MS = 12 * 3_600_000;

/** Whether a run behind the cursor is too old to be news. @param now our clock: hours are enough */
export const isOld = (time: number, cursor: number | null, now: number): boolean =>
  cursor !== null && time <= cursor && time < now - OLD_MS;
