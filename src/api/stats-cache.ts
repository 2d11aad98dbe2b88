import { isGivenUp } from '../store/sql.ts';
import type { NowRow, StatsLog, StatsRow, StatsSelection } from '../store/stats-log.ts';
import { ApiError } from './problem.ts';
import { createStatsTurns } from './stats-turns.ts';

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
/** And what took long is kept so many times as long: pages that are open take a twentieth of a connection at most. */
const KEPT_TIMES = 20;
const LONGEST_KEPT_MS = 30_000;
const MOST = 500;

interface Known {
  counted: Promise<Counted>;
  /** Until when it is answered with; while it is under way, as long as that takes. */
  until: number;
}

/**
 * Counts, remembered for a moment: who asks while one is under way waits for it.
 *
 * @param steadyNow a steady clock in ms
 */
export function createStats(deps: { statsLog: StatsLog; now: () => number; steadyNow: () => number }): Stats {
  const known = new Map<string, Known>();
  const inTurn = createStatsTurns(deps.steadyNow);
  return (key, select) => {
    const at = deps.steadyNow();
    // Each may be of megabytes.
    for (const [other, { until }] of known) if (until <= at) known.delete(other);
    const before = known.get(key);
    if (before) return before.counted;
    const selection = select(deps.now());
    let begunAt = at;
    const counted = inTurn(selection.namespace, () => {
      begunAt = deps.steadyNow();
      return count(selection);
    });
    const entry = { counted, until: Number.POSITIVE_INFINITY };
    known.set(key, entry);
    if (known.size > MOST) known.delete(known.keys().next().value as string);
    counted.then(
      () => {
        const endedAt = deps.steadyNow();
        entry.until = endedAt + Math.min(LONGEST_KEPT_MS, Math.max(KEPT_MS, KEPT_TIMES * (endedAt - begunAt)));
      },
      () => known.get(key) === entry && known.delete(key),
    );
    return counted;
  };

  async function count(selection: StatsSelection): Promise<Counted> {
    const at = deps.now();
    try {
      // One after the other: those that deliver need the connections.
      const rows = await deps.statsLog.count(selection);
      const byEndpoint = selection.byEndpoint ? await deps.statsLog.countByEndpoint(selection) : [];
      const now = await deps.statsLog.now(selection.namespace);
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
