import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createGatherer, type KeyRef } from './gather.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

const key = (name: string): KeyRef => ({ namespace: 'default', rule_id: 'r', key_digest: name, key_text: name });
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

function gathering({ fails = false } = {}) {
  const looks: { at: number; keys: string[] }[] = [];
  const errors: unknown[] = [];
  const gatherer = createGatherer({
    look: async (keys) => {
      looks.push({ at: Date.now(), keys: keys.map(({ key_digest }) => key_digest) });
      if (fails) throw new Error('away');
    },
    now: () => Date.now(),
    onError: (error) => errors.push(error),
    isKeysFault: () => false,
  });
  return { gatherer, looks, errors };
}

test('a quiet key is looked at at once, a busy one at most 4 times a second', async () => {
  const { gatherer, looks } = gathering();
  for (let ms = 0; ms < 1_000; ms += 10) {
    gatherer.add([key('a')]);
    await pass(10);
  }
  await pass(1_000);
  expect(looks.map(({ at }) => at)).toEqual([0, 250, 500, 750, 1_000]);
});

test('keys that come at the same time are looked at together, each once', async () => {
  const { gatherer, looks } = gathering();
  gatherer.add([key('a'), key('b'), key('a')]);
  await pass(10);
  for (const name of ['c', 'd', 'c']) gatherer.add([key(name)]);
  await pass(1_000);
  expect(looks).toEqual([
    { at: 0, keys: ['a', 'b'] },
    { at: 100, keys: ['c', 'd'] },
  ]);
});

test('what can wait does so for a second at most, and what follows for it comes with it', async () => {
  const { gatherer, looks } = gathering();
  await pass(100);
  gatherer.add([key('run 1'), key('b')], (index) => index === 0);
  await pass(400);
  gatherer.add([key('run 2')], () => true);
  gatherer.add([key('run 1'), key('c')]);
  await pass(2_000);
  expect(looks).toEqual([
    { at: 100, keys: ['b'] },
    { at: 500, keys: ['c'] },
    { at: 1_000, keys: ['run 1', 'run 2'] },
  ]);
});

test('a look that failed is told of and does not stop the next; once drained, nothing is looked at', async () => {
  const { gatherer, looks, errors } = gathering({ fails: true });
  gatherer.add([key('a')]);
  await pass(10);
  gatherer.add([key('b')]);
  await pass(1_000);
  expect([looks.length, errors.length]).toEqual([2, 2]);
  gatherer.add([key('c')]);
  await gatherer.drain();
  gatherer.add([key('d')]);
  await pass(2_000);
  expect(looks).toHaveLength(2);
});
