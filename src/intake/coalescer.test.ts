import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type Coalescer, type CoalescerLimits, createCoalescer, QueueFullError } from './coalescer.ts';

const LIMITS: CoalescerLimits = {
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

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** One list that was started: its end is the test's. */
interface Run {
  key: string;
  items: string[];
  isPressed: boolean;
  at: number;
  end(error?: Error): void;
}

function coalescerOf(limits: Partial<CoalescerLimits> = {}): { coalescer: Coalescer<string, string>; runs: Run[] } {
  const runs: Run[] = [];
  const coalescer = createCoalescer<string, string>({
    limits: { ...LIMITS, ...limits },
    now: () => Date.now(),
    run: (key, items, isPressed) =>
      new Promise((resolve, reject) => {
        const results = items.map((item) => `${item} done`);
        runs.push({
          key,
          items,
          isPressed,
          at: Date.now(),
          end: (error) => (error ? reject(error) : resolve(results)),
        });
      }),
  });
  return { coalescer, runs };
}

/** Lets what is due happen: `setImmediate` and timers are the fake clock's. */
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('at rest', () => {
  test('an item starts at once, alone', async () => {
    const { coalescer, runs } = coalescerOf();
    const done = coalescer.submit('a', 'one', 1);
    await pass(0);
    expect(runs).toMatchObject([{ key: 'a', items: ['one'], isPressed: false }]);
    runs[0]?.end();
    await expect(done).resolves.toBe('one done');
  });

  test('what comes in the same turn of the event loop starts together, each with its own result', async () => {
    const { coalescer, runs } = coalescerOf();
    const all = Promise.all(['one', 'two', 'three'].map((item) => coalescer.submit('a', item, 1)));
    await pass(0);
    expect(runs).toMatchObject([{ items: ['one', 'two', 'three'] }]);
    runs[0]?.end();
    await expect(all).resolves.toEqual(['one done', 'two done', 'three done']);
  });
});

describe('while a list is on its way', () => {
  test('what comes meanwhile waits for its end, and starts together', async () => {
    const { coalescer, runs } = coalescerOf();
    void coalescer.submit('a', 'first', 1);
    await pass(0);
    void coalescer.submit('a', 'one', 1);
    await pass(5);
    void coalescer.submit('a', 'two', 1);
    await pass(5);
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await pass(0);
    expect(runs[1]).toMatchObject({ items: ['one', 'two'] });
  });

  test('so does what comes while it is still being worked on after its commit', async () => {
    const { coalescer, runs } = coalescerOf();
    void coalescer.submit('a', 'first', 1);
    await pass(0);
    const worked = coalescer.working('a');
    runs[0]?.end();
    await pass(0);
    void coalescer.submit('a', 'one', 1);
    await pass(10);
    expect(runs).toHaveLength(1);
    worked();
    await pass(0);
    expect(runs[1]).toMatchObject({ items: ['one'] });
  });

  test('none waits longer than its bound, and a full list not at all', async () => {
    const { coalescer, runs } = coalescerOf();
    void coalescer.submit('a', 'first', 1);
    await pass(0);
    void coalescer.submit('a', 'patient', 1);
    await pass(LIMITS.maxWaitMs);
    expect(runs[1]).toMatchObject({ items: ['patient'] });
    runs[0]?.end();
    await pass(0);
    for (const item of ['1', '2', '3', '4', '5', '6']) void coalescer.submit('a', item, 1);
    await pass(0);
    expect(runs[2]).toMatchObject({ items: ['1', '2', '3', '4', '5'] });
  });

  test('the failure of a commit is the failure of all its items, and of no other', async () => {
    const { coalescer, runs } = coalescerOf();
    const lost = Promise.allSettled([coalescer.submit('a', 'one', 1), coalescer.submit('a', 'two', 1)]);
    await pass(0);
    const kept = coalescer.submit('a', 'three', 1);
    runs[0]?.end(new Error('away'));
    await pass(0);
    runs[1]?.end();
    await expect(lost).resolves.toMatchObject([{ reason: { message: 'away' } }, { reason: { message: 'away' } }]);
    await expect(kept).resolves.toBe('three done');
  });
});

describe('under pressure', () => {
  /** Five lists in a row: more than a rested coalescer sees in a second. */
  async function pressed() {
    const made = coalescerOf();
    for (let index = 0; index < 6; index += 1) {
      for (const each of [1, 2, 3, 4]) void made.coalescer.submit('a', `warm-${index}-${each}`, 1);
      await pass(LIMITS.pressedGapMs);
      made.runs[index]?.end();
      await pass(0);
    }
    made.runs.length = 0;
    await pass(LIMITS.pressedGapMs);
    return made;
  }

  test('one waits for a second, and then neither waits', async () => {
    const { coalescer, runs } = await pressed();
    void coalescer.submit('a', 'one', 1);
    await pass(15);
    expect(runs).toHaveLength(0);
    void coalescer.submit('a', 'two', 1);
    await pass(0);
    expect(runs).toMatchObject([{ items: ['one', 'two'], isPressed: true }]);
  });

  test('one does not wait for a second that is not to be expected', async () => {
    const { coalescer, runs } = await pressed();
    await pass(700);
    void coalescer.submit('a', 'one', 1);
    await pass(0);
    expect(runs).toMatchObject([{ items: ['one'] }]);
  });
});

test('where starts take long, and lists are few for that, it is pressure too', async () => {
  const { coalescer, runs } = coalescerOf({ restedRuns: 2, restedPerSecond: 100, maxRuns: 10 });
  for (const key of ['a', 'b', 'c', 'd', 'e']) {
    void coalescer.submit(key, 'one', 1);
    await pass(0);
  }
  expect(runs.map(({ isPressed }) => isPressed)).toEqual([false, false, false, true, true]);
});

test('many items a second are pressure, in however few lists they come', async () => {
  const { coalescer, runs } = coalescerOf({ restedItemsPerSecond: 10, maxHeldItems: 1_000, maxItems: 100 });
  for (let index = 0; index < 12; index += 1) void coalescer.submit('a', `${index}`, 1);
  void coalescer.submit('b', 'alone', 1);
  await pass(0);
  expect(runs.find(({ key }) => key === 'b')?.isPressed).toBe(true);
});

test("a key's lone item does not wait for company that only other keys have", async () => {
  const { coalescer, runs } = coalescerOf({ maxRuns: 100, maxHeldItems: 1_000, maxHeldBytes: 10_000 });
  // Fifty items a second, of ten keys: each key's next is 200 ms away.
  for (let index = 0; index < 50; index += 1) {
    const known = runs.length;
    void coalescer.submit(`key-${index % 10}`, `${index}`, 1);
    await pass(0);
    expect(runs.slice(known).map(({ items }) => items)).toEqual([[`${index}`]]);
    runs.at(-1)?.end();
    await pass(20);
  }
});

describe('bounds', () => {
  test('more than it can hold is refused at once, and of one key at half of that', async () => {
    const { coalescer, runs } = coalescerOf();
    const settled = [];
    for (let index = 0; index < 21; index += 1) settled.push(coalescer.submit('a', `${index}`, 1));
    await expect(settled[20]).rejects.toBeInstanceOf(QueueFullError);
    await expect(coalescer.submit('a', 'large', 301)).rejects.toBeInstanceOf(QueueFullError);
    // Another key has room yet.
    const other = coalescer.submit('b', 'other', 1);
    await pass(0);
    runs.find(({ key }) => key === 'b')?.end();
    await expect(other).resolves.toBe('other done');
  });

  test('what cannot start for too long is refused, and its room is free again', async () => {
    const { coalescer, runs } = coalescerOf({ maxRunsOfKey: 1, maxHeldItems: 4 });
    void coalescer.submit('a', 'stuck', 1);
    await pass(0);
    const late = expect(coalescer.submit('a', 'late', 1)).rejects.toBeInstanceOf(QueueFullError);
    await pass(LIMITS.maxQueuedMs + 1);
    await late;
    runs[0]?.end();
    await pass(0);
    const next = coalescer.submit('a', 'next', 1);
    await pass(0);
    runs[1]?.end();
    await expect(next).resolves.toBe('next done');
  });

  test('keys take turns: one with much to do does not keep another from starting', async () => {
    const { coalescer, runs } = coalescerOf({ maxRuns: 1, maxHeldItems: 100 });
    for (let index = 0; index < 20; index += 1) void coalescer.submit('busy', `${index}`, 1);
    await pass(0);
    void coalescer.submit('quiet', 'one', 1);
    runs[0]?.end();
    await pass(LIMITS.maxWaitMs);
    runs[1]?.end();
    await pass(LIMITS.maxWaitMs);
    expect(runs.slice(0, 3).map(({ key }) => key)).toContain('quiet');
  });
});

test('whatever comes in whatever order, each accepted item is in exactly one list of its own key, within all bounds', async () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('submit' as const),
        key: fc.constantFrom('a', 'b', 'c'),
        bytes: fc.integer({ min: 1, max: 120 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(20), fails: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('work' as const), key: fc.constantFrom('a', 'b', 'c') }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 90 }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const { coalescer, runs } = coalescerOf();
      const sizes = new Map<string, number>();
      const outcomes = new Map<string, 'accepted' | 'failed' | 'refused'>();
      const working: (() => void)[] = [];
      const open = new Set<Run>();
      const ended = new Set<Run>();
      const settling: Promise<void>[] = [];
      const look = () => {
        for (const run of runs) if (!ended.has(run)) open.add(run);
        expect(open.size).toBeLessThanOrEqual(LIMITS.maxRuns);
        for (const key of ['a', 'b', 'c']) {
          expect([...open].filter((run) => run.key === key).length).toBeLessThanOrEqual(LIMITS.maxRunsOfKey);
        }
      };
      const end = (run: Run, fails: boolean) => {
        open.delete(run);
        ended.add(run);
        run.end(fails ? new Error('away') : undefined);
      };
      for (const [index, one] of steps.entries()) {
        if (one.kind === 'submit') {
          const item = `${one.key}-${index}`;
          sizes.set(item, one.bytes);
          const outcome = coalescer.submit(one.key, item, one.bytes).then(
            (result) => void outcomes.set(item, result === `${item} done` ? 'accepted' : 'failed'),
            (error) => void outcomes.set(item, error instanceof QueueFullError ? 'refused' : 'failed'),
          );
          settling.push(outcome);
        } else if (one.kind === 'work') working.push(coalescer.working(one.key));
        else if (one.kind === 'pass') await pass(one.ms);
        else {
          const [...now] = open;
          const run = now[one.which % Math.max(1, now.length)];
          if (run) end(run, one.fails);
          await pass(0);
        }
        look();
      }
      // Whatever is left comes to its end once nothing is in the way.
      for (const done of working) done();
      for (let round = 0; outcomes.size < sizes.size && round < 200; round += 1) {
        await pass(LIMITS.maxWaitMs);
        look();
        for (const run of open) end(run, false);
      }
      await Promise.all(settling);

      const started = runs.flatMap(({ items }) => items);
      expect(new Set(started).size).toBe(started.length);
      for (const [item, outcome] of outcomes) expect(started.includes(item)).toBe(outcome !== 'refused');
      for (const { key, items } of runs) {
        expect(items.every((item) => item.startsWith(`${key}-`))).toBe(true);
        expect(items.length).toBeLessThanOrEqual(LIMITS.maxItems);
        const bytes = items.reduce((sum, item) => sum + (sizes.get(item) as number), 0);
        expect(items.length === 1 || bytes <= LIMITS.maxBytes).toBe(true);
        // In the order in which they came.
        expect(items).toEqual([...items].sort((x, y) => Number(x.slice(2)) - Number(y.slice(2))));
      }
    }),
    { numRuns: 150 },
  );
});
