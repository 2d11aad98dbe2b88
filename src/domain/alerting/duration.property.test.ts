import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Entry } from './entry.ts';
import { HOUR, SECOND, T0, watch } from './test-entries.ts';
import { type ModelledRun, modelDuration } from './test-models.ts';

const plan = { kind: 'duration' as const, longerThanMs: 10 * SECOND };
const GONE = 10 * SECOND + 7 * 24 * HOUR;

/** Around the limit, and around the time at which a run is given up. */
const soon = fc.nat({ max: 30_000 });
const late = fc.integer({ min: GONE - 30_000, max: GONE + 60_000 });
const moment = fc.oneof(soon, late, fc.constantFrom(10_000, GONE - 1, GONE, GONE + 1));

test('duration: one run is told as a plain model tells it, whenever it is heard of and looked at', () => {
  fc.assert(
    fc.property(
      soon,
      fc.option(moment, { nil: null }),
      fc.uniqueArray(moment, { maxLength: 8 }),
      (startHeard, endHeard, looks) => {
        const run: ModelledRun = {
          time: T0,
          startHeard: T0 + startHeard,
          endHeard: endHeard === null ? null : T0 + endHeard,
        };
        const entries = entriesOf(run);
        const heard = entries.map(({ receivedAt }) => receivedAt);
        const times = [...new Set([...looks.map((after) => T0 + after), ...heard])].sort((a, b) => a - b);
        const watched = watch(plan);
        for (const now of times) watched.look(now, ...entries.filter(({ receivedAt }) => receivedAt === now));
        const told = watched.transitions.map(({ kind, at, value, reason }) => ({ kind, at, value, reason }));
        expect(told).toEqual(modelDuration(plan, run, times));
        // Whatever came of it: nobody watches it for ever.
        watched.passUntil(T0 + 3 * GONE);
        expect([watched.kinds.length % 2, watched.next]).toEqual([0, null]);
      },
    ),
    { numRuns: 1_000 },
  );
});

const entriesOf = ({ time, startHeard, endHeard }: ModelledRun): Entry[] => [
  { ref: 's', time, receivedAt: startHeard, order: 1, sides: ['started'] },
  ...(endHeard === null
    ? []
    : [{ ref: 'e', time: endHeard, receivedAt: endHeard, order: 2, sides: ['ended'] } satisfies Entry]),
];
