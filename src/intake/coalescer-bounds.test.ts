import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { QueueFullError } from './coalescer.ts';
import { coalescerOf, LIMITS, pass, useFakeClock } from './test-coalescer.ts';

useFakeClock();

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
      const { coalescer, runs, open } = coalescerOf();
      const sizes = new Map<string, number>();
      const outcomes = new Map<string, 'accepted' | 'failed' | 'refused'>();
      const working: (() => void)[] = [];
      const settling: Promise<void>[] = [];
      const look = () => {
        expect(open.size).toBeLessThanOrEqual(LIMITS.maxRuns);
        for (const key of ['a', 'b', 'c']) {
          expect([...open].filter((run) => run.key === key).length).toBeLessThanOrEqual(LIMITS.maxRunsOfKey);
        }
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
          const run = [...open][one.which % Math.max(1, open.size)];
          run?.end(one.fails ? new Error('away') : undefined);
          await pass(0);
        }
        look();
      }
      // Whatever is left comes to its end once nothing is in the way.
      for (const done of working) done();
      for (let round = 0; outcomes.size < sizes.size && round < 200; round += 1) {
        await pass(LIMITS.maxWaitMs);
        look();
        for (const run of open) run.end();
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
