import { afterEach, beforeEach, jest } from '@jest/globals';
import type { CoalescerLimits } from './coalescer/limits.ts';
import { type Coalescer, createCoalescer } from './coalescer.ts';

/** Small, so that few items meet them. */
export const LIMITS: CoalescerLimits = {
  maxItems: 5,
  maxBytes: 100,
  maxWaitMs: 60,
  restedPerSecond: 4,
  restedRuns: 4,
  restedItemsPerSecond: 1_000,
  pressedGapMs: 20,
  pressedGapMsPerItem: 0,
  maxRunsOfKey: 2,
  maxRunsBesideOthers: 2,
  maxRuns: 3,
  maxHeldItems: 40,
  maxHeldBytes: 600,
  maxQueuedMs: 5_000,
};

/** One list that was started: its end is the test's. */
export interface Run {
  key: string;
  items: string[];
  isPressed: boolean;
  /** With the result `${item} done` for each, or the error. */
  end(error?: Error): void;
}

/** Keys are `namespace key`, or a namespace with one key. */
export const namespaceOf = (key: string) => key.split(' ')[0] as string;

/** A coalescer of texts, all lists that it has started, and those of them that have not ended. */
export function coalescerOf(limits: Partial<CoalescerLimits> = {}) {
  const runs: Run[] = [];
  const open = new Set<Run>();
  const coalescer: Coalescer<string, string> = createCoalescer({
    namespaceOf,
    limits: { ...LIMITS, ...limits },
    now: () => Date.now(),
    run: (key, items, isPressed) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => {
          open.delete(run);
          if (error) reject(error);
          else resolve(items.map((item) => `${item} done`));
        };
        const run: Run = { key, items, isPressed, end };
        runs.push(run);
        open.add(run);
      }),
  });
  return { coalescer, runs, open };
}

/** In each test of the file time passes only by `pass`. */
export function useFakeClock(): void {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
}

/** Lets what is due happen: `setImmediate` and timers are the fake clock's. */
export const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
