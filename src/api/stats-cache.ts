import { isGivenUp } from '../store/sql.ts';
import type { NowRow, StatsLog, StatsRow, StatsSelection } from '../store/stats-log.ts';
import { ApiError } from './problem.ts';

/** What was counted, and when it was asked for. */
export interface Counted {
  selection: StatsSelection;
  rows: StatsRow[];
  /** Where each endpoint is asked for. */
  byEndpoint: StatsRow[];
  now: NowRow;
  at: number;
}

/** @param key what was asked, in words; `select` says which rows that means now */
export type Stats = (key: string, select: (now: number) => StatsSelection) => Promise<Counted>;

/** Pages of several people that are drawn anew at each change share one count. */
const KEPT_MS = 3_000;
const MOST = 500;

/**
 * Counts, remembered for a moment: who asks while one is under way waits for it.
 *
 * @param steadyNow a steady clock in ms
 */
export function createStats(deps: { statsLog: StatsLog; now: () => number; steadyNow: () => number }): Stats {
  const known = new Map<string, { askedAt: number; counted: Promise<Counted> }>();
  return (key, select) => {
    const askedAt = deps.steadyNow();
    const before = known.get(key);
    if (before && askedAt - before.askedAt < KEPT_MS) return before.counted;
    const entry = { askedAt, counted: count(select(deps.now())) };
    known.delete(key);
    known.set(key, entry);
    if (known.size > MOST) known.delete(known.keys().next().value as string);
    entry.counted.catch(() => {
      if (known.get(key) === entry) known.delete(key);
    });
    return entry.counted;
  };

  async function count(selection: StatsSelection): Promise<Counted> {
    const at = deps.now();
    try {
      const [rows, byEndpoint, now] = await Promise.all([
        deps.statsLog.count(selection),
        selection.byEndpoint ? deps.statsLog.countByEndpoint(selection) : [],
        deps.statsLog.now(selection.namespace),
      ]);
      return { selection, rows, byEndpoint, now, at };
    } catch (cause) {
      if (!isGivenUp(cause)) throw cause;
      throw new ApiError(
        503,
        'stats_too_slow',
        'There are too many deliveries to count within 5 seconds: ask for a shorter period by `since`, or for one endpoint or rule.',
        { headers: { 'retry-after': '10' }, cause },
      );
    }
  }
}
