import { expect, test } from '@jest/globals';
import { createKeyUses } from './key-uses.ts';

test('a use is written once a minute for each key, and one that could not be is kept', async () => {
  let now = 0;
  let isAway = false;
  const written: [string, number][] = [];
  const uses = createKeyUses(
    async (noted) => {
      if (isAway) throw new Error('away');
      for (const [id, at] of noted) written.push([id, at.getTime()]);
    },
    () => now,
  );
  const step = async (at: number, ...ids: string[]) => {
    now = at;
    ids.map(uses.note);
    await uses.write();
    return written.splice(0);
  };
  expect(await step(0)).toEqual([]);
  expect(await step(1, 'a', 'a')).toEqual([['a', 1]]);
  expect(await step(2, 'a', 'b')).toEqual([['b', 2]]);
  expect(await step(60_000, 'a', 'b')).toEqual([]);
  isAway = true;
  await expect(step(60_001, 'a')).rejects.toThrow('away');
  isAway = false;
  expect(await step(60_002, 'b')).toEqual([
    ['a', 60_001],
    ['b', 60_002],
  ]);
});
