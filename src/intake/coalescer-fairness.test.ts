import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CoalescerLimits } from './coalescer/limits.ts';
import { QueueFullError } from './coalescer.ts';
import { coalescerOf, LIMITS, namespaceOf, pass, useFakeClock } from './test-coalescer.ts';

useFakeClock();

const ROOMY: Partial<CoalescerLimits> = { maxRuns: 6, maxHeldItems: 60, maxHeldBytes: 6_000 };

test('a namespace with many keys has one turn where another has one', async () => {
  const { coalescer, open, runs } = coalescerOf({ maxRuns: 1 });
  for (let key = 0; key < 5; key += 1) void coalescer.submit(`noisy ${key}`, 'one', 1);
  void coalescer.submit('quiet 0', 'one', 1);
  for (let turn = 0; turn < 6; turn += 1) {
    await pass(LIMITS.maxWaitMs);
    for (const run of open) run.end();
  }
  await pass(0);
  expect(runs.map(({ key }) => key)).toEqual(['noisy 0', 'quiet 0', 'noisy 1', 'noisy 2', 'noisy 3', 'noisy 4']);
});

test('what its keys hold is held by the namespace: others find room, and a start', async () => {
  const { coalescer, open } = coalescerOf(ROOMY);
  const refused: unknown[] = [];
  for (let index = 0; index < 100; index += 1) {
    coalescer.submit(`noisy ${index}`, 'one', 1).catch((error: unknown) => refused.push(error));
  }
  await pass(LIMITS.maxWaitMs);
  expect(refused).toHaveLength(70);
  expect(open.size).toBe(3);
  const quiet = coalescer.submit('quiet 0', 'mine', 1);
  await pass(0);
  const mine = [...open].find(({ key }) => key === 'quiet 0');
  mine?.end();
  await expect(quiet).resolves.toBe('mine done');
});

test('beside others a namespace has fewer lists on their way, and they are longer', async () => {
  const { coalescer, open } = coalescerOf({ ...ROOMY, maxRunsOfKey: 3, maxRunsBesideOthers: 1, maxRuns: 10 });
  const send = async () => {
    for (let index = 0; index < 3; index += 1) {
      void coalescer.submit('noisy 0', 'one', 1);
      await pass(LIMITS.maxWaitMs);
    }
  };
  await send();
  expect(open.size).toBe(3);
  for (const run of open) run.end();
  void coalescer.submit('quiet 0', 'one', 1);
  await pass(0);
  await send();
  expect([...open].filter(({ key }) => key === 'noisy 0')).toHaveLength(1);
  for (const run of open) run.end();
  await pass(LIMITS.maxWaitMs);
  expect([...open].map(({ items }) => items)).toEqual([['one', 'one']]);
  for (const run of open) run.end();
  // Who has not come for long is no neighbour any more.
  await pass(10_000);
  await send();
  expect(open.size).toBe(3);
});

test('whatever comes, a namespace that has nothing is neither refused nor kept waiting for a start', async () => {
  const keys = ['a 1', 'a 2', 'a 3', 'b 1', 'b 2', 'c 1'];
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('submit' as const), key: fc.constantFrom(...keys) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 90 }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const { coalescer, open } = coalescerOf(ROOMY);
      /** Of each namespace, what has no result yet. */
      const held = new Map<string, number>();
      const settling: Promise<void>[] = [];
      const count = (namespace: string, by: number) => held.set(namespace, (held.get(namespace) ?? 0) + by);
      for (const one of steps) {
        if (one.kind === 'submit') {
          const namespace = namespaceOf(one.key);
          const hadNothing = (held.get(namespace) ?? 0) === 0;
          count(namespace, 1);
          const settled = coalescer.submit(one.key, one.key, 1).then(
            () => void count(namespace, -1),
            (error) => {
              count(namespace, -1);
              expect(error).toBeInstanceOf(QueueFullError);
              expect(hadNothing).toBe(false);
            },
          );
          settling.push(settled);
        } else if (one.kind === 'end') {
          [...open][one.which % Math.max(1, open.size)]?.end();
        } else await pass(one.ms);
        await pass(0);
        expect(open.size).toBeLessThanOrEqual(6);
      }
      await pass(LIMITS.maxWaitMs);
      const runsOf = (namespace: string) => [...open].filter(({ key }) => namespaceOf(key) === namespace).length;
      for (const [namespace, items] of held) if (items > 0) expect(runsOf(namespace)).toBeGreaterThan(0);
      for (let round = 0; [...held.values()].some((items) => items > 0) && round < 200; round += 1) {
        for (const run of open) run.end();
        await pass(LIMITS.maxWaitMs);
      }
      await Promise.all(settling);
    }),
    { numRuns: 100 },
  );
});
