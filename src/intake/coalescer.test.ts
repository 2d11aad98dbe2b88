import { describe, expect, test } from '@jest/globals';
import { coalescerOf, LIMITS, pass, useFakeClock } from './test-coalescer.ts';

useFakeClock();

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
