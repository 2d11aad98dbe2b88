import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Page } from './cluster.ts';
import { createLooks } from './look.ts';
import type { Run } from './run.ts';
import { tellOf } from './tell.ts';
import { eventIdOf } from './to-event.ts';
import { createTold } from './told.ts';
import { closedSide, LOOK_BACK_MS } from './windows.ts';

/* The whole of a watch over a made-up history of a cluster: what is asked next, what is told, where the cursor goes. */

const START = Date.UTC(2026, 10, 28, 12);
const PAGE = 1_000;

interface Closing {
  /** When it closed, and how long after that a query finds it; ms. */
  at: number;
  lagMs: number;
  count: number;
}

const never = new AbortController().signal;

function runAt(closedAt: number, index: number): Run {
  const workflowId = `w-${closedAt}-${index}`;
  const rest = { type: 't', taskQueue: 'q', status: 'completed', labels: {} } as const;
  return { workflowId, runId: 'r', startedAt: closedAt, beganAt: closedAt, closedAt, ...rest };
}

/** Polls like a round does, through deaths of the process. */
async function watch(
  closings: Closing[],
  options: { pollMs: number; untilMs: number; deaths: number[]; awayMs?: number },
) {
  const history = closings.flatMap(({ at, lagMs, count }) =>
    Array.from({ length: count }, (_, index) => ({ run: runAt(START + at, index), seenFrom: at + lagMs })),
  );
  let clock = 0;
  let calls = 0;
  const matching = (query: string): Run[] => {
    // A later year is no time to Temporal's parser.
    expect(query).not.toContain("'+");
    const [from, before] = [/>= '([^']+)'/, /< '([^']+)'/].map((part) => Date.parse(part.exec(query)?.[1] ?? ''));
    const found = history.filter(({ run: { closedAt }, seenFrom }) => {
      const time = closedAt as number;
      return seenFrom <= clock && !(time < (from as number)) && !(time >= (before as number));
    });
    return found.map(({ run }) => run).sort((a, b) => (b.closedAt as number) - (a.closedAt as number));
  };
  const cluster = {
    async page(query: string, after: Uint8Array | null): Promise<Page> {
      calls += 1;
      const skipped = after === null ? 0 : Number(Buffer.from(after).toString());
      const all = matching(query);
      const next = skipped + PAGE < all.length ? Buffer.from(String(skipped + PAGE)) : null;
      return { runs: all.slice(skipped, skipped + PAGE), next };
    },
    async count(query: string) {
      calls += 1;
      return matching(query).length;
    },
    endings: async (runs: Run[]) => runs.map(() => ({})),
  };
  const accepted: string[] = [];
  const recorded = new Set<string>();
  const cursors: number[] = [];
  let stored: number | null = null;
  const deaths = [...options.deaths];

  const begin = () => ({
    looks: createLooks({ cluster, side: closedSide, query: null, start: START, steadyNow: () => clock }),
    told: createTold(2_000),
  });
  let process = begin();
  while (clock <= options.untilMs) {
    let more = false;
    try {
      const tell = (runs: Run[], isSlice = false) =>
        tellOf(
          {
            cluster,
            place: { address: 'a:7233', temporalNamespace: 'n', uiUrl: null },
            told: process.told,
            known: async (ids) => new Set(ids.filter((id) => recorded.has(id))),
            async emit(events) {
              for (const { id } of events) {
                accepted.push(id);
                recorded.add(id);
              }
              if ((deaths[0] ?? Number.POSITIVE_INFINITY) <= clock) {
                deaths.shift();
                throw new Error('killed');
              }
            },
            async moveCursor(_, time) {
              cursors.push(time);
              stored = time;
            },
            eventPace: async () => {},
            signal: never,
            now: () => START + clock,
          },
          closedSide,
          runs,
          stored,
          isSlice,
        );
      await tell((await process.looks.back(stored)).runs);
      const ahead = await process.looks.ahead(stored, null);
      await tell(ahead.runs, ahead.more);
      more = ahead.more;
    } catch (error) {
      if ((error as Error).message !== 'killed') throw error;
      clock += options.awayMs ?? 0;
      process = begin();
    }
    if (!more) clock += options.pollMs;
  }
  return { accepted, cursors, calls, expected: history.map(({ run }) => eventIdOf(run)) };
}

test('whatever closes when, seen however late within the look back, is told once, through every death', async () => {
  const closing = fc.record({
    at: fc.integer({ min: 0, max: 600_000 }),
    lagMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: LOOK_BACK_MS - 100_000 }),
    ),
    count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1_200 })),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(closing, { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 3 }).map((times) => times.sort((a, b) => a - b)),
      fc.integer({ min: 4_000, max: 20_000 }),
      async (closings, deaths, pollMs) => {
        const { accepted, cursors, expected } = await watch(closings, { pollMs, deaths, untilMs: 1_000_000 });
        expect([...accepted].sort()).toEqual([...new Set(expected)].sort());
        expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
      },
    ),
    { numRuns: 15 },
  );
}, 120_000);

test('an outage of an hour is made up for in slices, from the past on, in calls that a server can bear', async () => {
  // 40,000 of them when it looks again after an hour.
  const closings = Array.from({ length: 40 }, (_, index) => ({ at: 10 + index * 90_000, lagMs: 0, count: 1_000 }));
  const { accepted, cursors, calls, expected } = await watch(closings, {
    pollMs: 3_600_000,
    deaths: [],
    untilMs: 3_700_000,
  });
  expect(accepted.length).toBe(expected.length);
  expect(new Set(accepted).size).toBe(expected.length);
  expect(cursors.length).toBeGreaterThan(8);
  expect(calls).toBeLessThan(250);
});

test('what was seen by nobody when the process died is found, although much has closed since', async () => {
  const closings = [
    { at: 60_000, lagMs: 130_000, count: 1 },
    { at: 110_000, lagMs: 0, count: 1 },
    { at: 112_000, lagMs: 0, count: 1 },
    { at: 1_000_000, lagMs: 0, count: 1 },
  ];
  const options = { pollMs: 5_000, untilMs: 2_000_000, deaths: [112_000], awayMs: 1_700_000 };
  const { accepted, expected } = await watch(closings, options);
  expect([...accepted].sort()).toEqual([...expected].sort());
});

test('a run that closes far ahead of the others, by its own clock, hides none of them', async () => {
  const ahead = 10 * 3_600_000;
  const closings = [{ at: ahead, lagMs: 20_000 - ahead, count: 2 }].concat(
    [10_000, 30_000, 400_000].map((at) => ({ at, lagMs: 0, count: 3 })),
  );
  const { accepted, expected } = await watch(closings, { pollMs: 5_000, untilMs: 900_000, deaths: [] });
  expect([...accepted].sort()).toEqual([...expected].sort());
});

test('where all are far ahead of our clock, they are told all the same', async () => {
  const ahead = 10 * 3_600_000;
  const closings = [1, 2, 3].map((turn) => ({ at: ahead + turn * 60_000, lagMs: -ahead, count: 4_000 }));
  const { accepted, expected } = await watch(closings, { pollMs: 5_000, untilMs: 400_000, deaths: [] });
  expect(new Set(accepted).size).toBe(expected.length);
  expect(accepted.length).toBe(expected.length);
});

test('after more runs at once than are read together, a quiet cluster costs a few calls for each poll', async () => {
  const { accepted, calls, expected } = await watch([{ at: 10_000, lagMs: 0, count: 6_000 }], {
    pollMs: 5_000,
    untilMs: 500_000,
    deaths: [],
  });
  expect(accepted.length).toBe(expected.length);
  expect(calls).toBeLessThan(600);
});
