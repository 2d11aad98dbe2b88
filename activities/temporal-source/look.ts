import type { Cluster, Page } from './cluster.ts';
import { ClusterError, isLate } from './cluster-error.ts';
import type { Run } from './run.ts';
import {
  beginSearch,
  END_OF_TIME_MS,
  freshWindow,
  isWithin,
  LOOK_BACK_EVERY_MS,
  LOOK_BACK_MS,
  lookBackWindow,
  MOST_TOGETHER,
  narrow,
  queryOf,
  type Search,
  type Side,
  sliceOf,
  type Window,
} from './windows.ts';

/** Runs of one look, by their time. */
export interface Found {
  runs: Run[];
  /** More are known to follow: the next look need not wait. */
  more: boolean;
}

/** The looks at one side of a source. */
export interface Looks {
  /** What is new since the cursor, all of it or its oldest part. */
  ahead(cursor: number | null, before: number | null): Promise<Found>;
  /**
   * A part of what lies some minutes behind the cursor; once a minute it begins anew, and the first time at once: what
   * closed before another process died may have been seen by nobody yet, and ahead may be far from there.
   */
  back(cursor: number | null): Promise<Found>;
}

export interface LooksDeps {
  cluster: Pick<Cluster, 'page' | 'count'>;
  side: Side;
  query: string | null;
  /** Runs from before this time are not told, epoch ms; null: all are. */
  start: number | null;
  steadyNow: () => number;
}

const FIRST_SLICE_MS = 3_600_000;
/** Steps of a search for a slice: from 1970 on it needs half of them. */
const MOST_TRIES = 100;
/** More in a second than any server closes. */
const MOST_PAGES = 200;

export function createLooks({ cluster, side, query, start, steadyNow }: LooksDeps): Looks {
  let sliceMs = FIRST_SLICE_MS;
  let lookedBackAt: number | null = null;
  /** What of the look back is still to be read; null: it is through. The cursor may go on meanwhile. */
  let behind: { from: number; before: number } | null = null;

  return {
    async ahead(cursor, before) {
      const window = freshWindow(cursor, start, before);
      const first = await cluster.page(queryOf(side, query, window), null);
      if (first.next === null) return { runs: inOrder(window, first.runs), more: false };
      if ((await countAll(window)) <= MOST_TOGETHER) return { runs: await read(window, first), more: false };
      let from = beginSearch(cursor, start, sliceMs);
      // All of them lie in the overlap: there is no slice to be found.
      if (cursor !== null && (await countAll({ from: from.from, before })) === 0) {
        return { runs: inOrder(window, first.runs), more: false };
      }
      for (;;) {
        const slice = await search(from, before);
        if (slice === null) return { runs: [], more: false };
        const runs = await read(slice);
        if (runs.length > 0) return { runs, more: true };
        // Nothing in it can be told, and it would be found for ever.
        from = { from: slice.before, lengthMs: sliceMs };
      }
    },

    async back(cursor) {
      if (behind === null) {
        const isDue = lookedBackAt === null || steadyNow() - lookedBackAt >= LOOK_BACK_EVERY_MS;
        if (cursor === null || !isDue) return { runs: [], more: false };
        lookedBackAt = steadyNow();
        behind = lookBackWindow(cursor, start);
        if (behind === null) return { runs: [], more: false };
      }
      const { from, before } = behind;
      let window: Slice = { from, before };
      if ((await count(window)) > MOST_TOGETHER) window = await halved({ from, lengthMs: LOOK_BACK_MS }, before);
      const runs = await read(window);
      behind = window.before === before ? null : { from: window.before, before };
      return { runs, more: false };
    },
  };

  function count(window: Window): Promise<number> {
    return cluster.count(queryOf(side, query, window));
  }

  /** Of a window without bounds. What takes too long to be counted is too much: shorter slices are counted sooner. */
  function countAll(window: Window): Promise<number> {
    return count(window).catch((error: unknown) => {
      if (error instanceof ClusterError && isLate(error)) return Number.POSITIVE_INFINITY;
      throw error;
    });
  }

  /** @returns null where there is none any more: what was counted has gone */
  async function search(from: Search, before: number | null): Promise<Slice | null> {
    let at = from;
    for (let tries = 0; tries < MOST_TRIES && at.from < (before ?? END_OF_TIME_MS); tries += 1) {
      const slice = bounded(at, before);
      const next = narrow(at, await count(slice));
      if (next === null) {
        // A little more the next time, or the slices would only ever become shorter.
        sliceMs = Math.min(FIRST_SLICE_MS, Math.ceil(at.lengthMs * 1.5));
        return slice;
      }
      at = next;
    }
    return null;
  }

  async function halved(at: Search, before: number): Promise<Slice> {
    const slice = bounded(at, before);
    const next = narrow(at, await count(slice));
    // Few enough, or nothing in it.
    return next === null || next.from !== at.from ? slice : halved(next, before);
  }

  async function read(window: Window, first?: Page): Promise<Run[]> {
    const text = queryOf(side, query, window);
    let page = first ?? (await cluster.page(text, null));
    // What a query lets through beyond its window is not kept.
    const runs = page.runs.filter(isOurs(window));
    for (let pages = 1; page.next !== null; pages += 1) {
      // Theirs, and to be read in `last_error`: what is thrown as ours would be tried for ever, and nobody be told.
      if (pages === MOST_PAGES) throw new ClusterError(new Error(`a list has no end: more than ${MOST_PAGES} pages`));
      page = await cluster.page(text, page.next);
      runs.push(...page.runs.filter(isOurs(window)));
    }
    return inOrder(window, runs);
  }

  /** Those of the window, whatever a query let through, the oldest first: what is told goes by time. */
  function inOrder(window: Window, runs: Run[]): Run[] {
    const ours = runs.filter(isOurs(window));
    return ours.sort((a, b) => (timeOf(side, a) as number) - (timeOf(side, b) as number));
  }

  function isOurs(window: Window) {
    return (run: Run): boolean => {
      const time = timeOf(side, run);
      return time !== null && isWithin(window, time);
    };
  }
}

interface Slice {
  from: number;
  before: number;
}

function bounded(at: Search, end: number | null): Slice {
  const { from, before } = sliceOf(at);
  return { from, before: Math.min(before, end ?? END_OF_TIME_MS) };
}

/** A run's time on a side; null: it is not on it. */
export function timeOf(side: Side, run: Run): number | null {
  if (side.name === 'closed') return run.closedAt;
  return run.status === 'running' ? run.beganAt : null;
}
