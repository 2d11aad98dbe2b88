import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  beginSearch,
  closedSide,
  cursorAfter,
  freshWindow,
  isOld,
  lookBackWindow,
  MOST_TOGETHER,
  narrow,
  openSide,
  queryOf,
  type Search,
  sliceOf,
} from './windows.ts';

const AT = Date.UTC(2026, 10, 28, 12);
const HOUR = 3_600_000;

test('asks for what a person wants watched, within the window, and never for its own work', () => {
  const window = { from: AT, before: AT + 1_000 };
  expect(queryOf(closedSide, "WorkflowType = 'a' OR WorkflowType = 'b'", window)).toBe(
    "(WorkflowType = 'a' OR WorkflowType = 'b') AND ExecutionStatus IN ('Completed', 'Failed', 'Canceled', 'Terminated', 'ContinuedAsNew', 'TimedOut') AND CloseTime >= '2026-11-28T12:00:00.000Z' AND CloseTime < '2026-11-28T12:00:01.000Z' AND TaskQueue != 'exosphere-alerts'",
  );
  expect(queryOf(openSide, null, { from: null, before: AT })).toBe(
    "ExecutionStatus = 'Running' AND ExecutionTime < '2026-11-28T12:00:00.000Z' AND TaskQueue != 'exosphere-alerts'",
  );
});

test('goes a little back behind the cursor, and never to before the source was made', () => {
  expect(freshWindow(null, AT, null)).toEqual({ from: AT, before: null });
  expect(freshWindow(AT + HOUR, AT, null)).toEqual({ from: AT + HOUR - 15_000, before: null });
  expect(freshWindow(AT + 1_000, AT, null)).toEqual({ from: AT, before: null });
  expect(lookBackWindow(AT + HOUR, AT)).toEqual({ from: AT + HOUR - 300_000, before: AT + HOUR + 1 });
  expect(lookBackWindow(AT + 20_000, AT)).toEqual({ from: AT, before: AT + 20_001 });
  expect(lookBackWindow(AT - 1, AT)).toBeNull();
});

test('a slice is found in few tries: it holds something, begins where all before is told, and can be read', () => {
  // Clumps of runs, seconds to years apart.
  const clumps = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 * HOUR }), fc.integer({ min: 1, max: 40_000 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(clumps, fc.integer({ min: 1_000, max: HOUR }), fc.boolean(), (found, lengthMs, isFirst) => {
      const runs = found.map(([ms, count]) => ({ time: AT + 1 + ms, count }));
      const countIn = (from: number, before: number) =>
        runs.reduce((sum, { time, count }) => sum + (time >= from && time < before ? count : 0), 0);
      let at: Search = beginSearch(isFirst ? null : AT, isFirst ? 0 : AT - HOUR, lengthMs);
      for (let tries = 1; ; tries += 1) {
        const next = narrow(at, countIn(at.from, at.from + at.lengthMs));
        if (next === null) break;
        expect(tries).toBeLessThan(100);
        // Nothing is passed over.
        expect(countIn(at.from, next.from)).toBe(0);
        at = next;
      }
      const { from, before } = sliceOf(at);
      const counted = countIn(from as number, before as number);
      expect(counted).toBeGreaterThan(0);
      if (at.lengthMs > 1_000) expect(counted).toBeLessThanOrEqual(MOST_TOGETHER);
    }),
    { numRuns: 300 },
  );
});

test('a cursor stays behind runs of the same millisecond that are still to be told', () => {
  expect(cursorAfter([1, 2, 3], undefined)).toBe(3);
  expect(cursorAfter([1, 2, 3], 4)).toBe(3);
  expect(cursorAfter([1, 2, 3, 3], 3)).toBe(2);
  expect(cursorAfter([3, 3], 3)).toBeNull();
  expect(cursorAfter([], undefined)).toBeNull();
});

test('what is long past and behind the cursor is no news; what is ahead of it is, however old', () => {
  expect(isOld(AT, AT, AT + 13 * HOUR)).toBe(true);
  expect(isOld(AT, AT, AT + 11 * HOUR)).toBe(false);
  expect(isOld(AT + 1, AT, AT + 900 * HOUR)).toBe(false);
  expect(isOld(AT, null, AT + 900 * HOUR)).toBe(false);
});
