import type { Cluster, Page } from './cluster.ts';
import type { Run } from './run.ts';
import {
  beginSearch,
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
  /** A part of what lies some minutes behind the cursor; once a minute it begins anew. */
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
  let lookedBackAt = steadyNow();
  /** How far the look back has come; null: it is through. */
  let backAt: number | null = null;

  return {
    async ahead(cursor, before) {
      const window = freshWindow(cursor, start, before);
      const first = await cluster.page(queryOf(side, query, window), null);
      if (first.next === null) return { runs: inOrder(window, first.runs), more: false };
      if ((await count(window)) <= MOST_TOGETHER) return { runs: await read(window, first), more: false };
      const slice = await search(beginSearch(cursor, start, sliceMs), before);
      return slice === null ? { runs: [], more: false } : { runs: await read(slice), more: true };
    },

    async back(cursor) {
      const whole = cursor === null ? null : lookBackWindow(cursor, start);
      if (whole === null) return { runs: [], more: false };
      if (backAt === null && steadyNow() - lookedBackAt < LOOK_BACK_EVERY_MS) return { runs: [], more: false };
      if (backAt === null) lookedBackAt = steadyNow();
      const from = Math.max(backAt ?? 0, whole.from ?? 0);
      let window: Window = { from, before: whole.before };
      if ((await count(window)) > MOST_TOGETHER) window = await halved({ from, lengthMs: LOOK_BACK_MS }, whole.before);
      backAt = window.before === whole.before ? null : window.before;
      return { runs: await read(window), more: false };
    },
  };

  function count(window: Window): Promise<number> {
    return cluster.count(queryOf(side, query, window));
  }

  /** @returns null where there is none any more: what was counted has gone */
  async function search(from: Search, before: number | null): Promise<Window | null> {
    let at = from;
    for (let tries = 0; tries < MOST_TRIES && (before === null || at.from < before); tries += 1) {
      const slice = bounded(sliceOf(at), before);
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

  async function halved(at: Search, before: number | null): Promise<Window> {
    const slice = bounded(sliceOf(at), before);
    const next = narrow(at, await count(slice));
    // Few enough, or nothing in it.
    return next === null || next.from !== at.from ? slice : halved(next, before);
  }

  async function read(window: Window, first?: Page): Promise<Run[]> {
    const text = queryOf(side, query, window);
    let page = first ?? (await cluster.page(text, null));
    const runs = [...page.runs];
    for (let pages = 1; page.next !== null; pages += 1) {
      if (pages === MOST_PAGES) throw new Error(`A list of executions has no end: more than ${MOST_PAGES} pages.`);
      page = await cluster.page(text, page.next);
      runs.push(...page.runs);
    }
    return inOrder(window, runs);
  }

  /** Those of the window, whatever a query let through, the oldest first: what is told goes by time. */
  function inOrder(window: Window, runs: Run[]): Run[] {
    const ours = runs.filter((run) => {
      const time = timeOf(side, run);
      return time !== null && isWithin(window, time);
    });
    return ours.sort((a, b) => (timeOf(side, a) as number) - (timeOf(side, b) as number));
  }
}

const bounded = ({ from, before }: Window, end: number | null): Window => ({
  from,
  before: end === null || before === null ? before : Math.min(before, end),
});

/** A run's time on a side; null: it is not on it. */
export function timeOf(side: Side, run: Run): number | null {
  if (side.name === 'closed') return run.closedAt;
  return run.status === 'running' ? run.beganAt : null;
}
