import { describe, expect, test } from '@jest/globals';
import { createBatcher } from './batcher.ts';

/** A run that the test ends. */
interface Run {
  items: number[];
  end(error?: Error): void;
}

function batcherOf(options: Partial<Parameters<typeof createBatcher<number, string>>[0]> = {}) {
  const runs: Run[] = [];
  const submit = createBatcher<number, string>({
    maxItems: 4,
    run: (items) =>
      new Promise((resolve, reject) => {
        const results = items.map((item) => `${item} done`);
        runs.push({ items, end: (error) => (error ? reject(error) : resolve(results)) });
      }),
    ...options,
  });
  return { submit, runs };
}

const nextTurn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('what comes in one turn of the event loop shares a run, each with its own result', async () => {
  const { submit, runs } = batcherOf();
  const all = Promise.all([submit(1), submit(2), submit(3)]);
  await nextTurn();
  expect(runs.map(({ items }) => items)).toEqual([[1, 2, 3]]);
  runs[0]?.end();
  await expect(all).resolves.toEqual(['1 done', '2 done', '3 done']);
});

test('what comes while one is under way shares the next, up to the bound', async () => {
  const { submit, runs } = batcherOf();
  void submit(0);
  await nextTurn();
  const rest = Promise.all([1, 2, 3, 4, 5].map(submit));
  await nextTurn();
  expect(runs).toHaveLength(1);
  runs[0]?.end();
  await nextTurn();
  runs[1]?.end();
  await nextTurn();
  runs[2]?.end();
  await rest;
  expect(runs.map(({ items }) => items)).toEqual([[0], [1, 2, 3, 4], [5]]);
});

test('several runs may be under way at once, if so asked', async () => {
  const { submit, runs } = batcherOf({ concurrency: 2 });
  for (const item of [1, 2, 3, 4, 5, 6, 7, 8, 9]) void submit(item);
  await nextTurn();
  expect(runs.map(({ items }) => items)).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
});

describe('errors', () => {
  test('reach all of the run, and none of the next', async () => {
    const { submit, runs } = batcherOf();
    const lost = Promise.allSettled([submit(1), submit(2)]);
    await nextTurn();
    runs[0]?.end(new Error('away'));
    await expect(lost).resolves.toMatchObject([{ reason: { message: 'away' } }, { reason: { message: 'away' } }]);
    const next = submit(3);
    await nextTurn();
    runs[1]?.end();
    await expect(next).resolves.toBe('3 done');
  });

  test("that are an item's own fault reach that item alone: the list is halved", async () => {
    const tried: number[][] = [];
    const submit = createBatcher<number, number>({
      maxItems: 8,
      isItemsFault: (error) => (error as Error).message === 'poison',
      async run(items) {
        tried.push(items);
        if (items.includes(3)) throw new Error('poison');
        return items.map((item) => item * 10);
      },
    });
    const settled = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7, 8].map(submit));
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
      ...[10, 20, 'poison', 40],
      ...[50, 60, 70, 80],
    ]);
    expect(tried).toEqual([[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4], [1, 2], [3, 4], [3], [4], [5, 6, 7, 8]]);
  });
});
