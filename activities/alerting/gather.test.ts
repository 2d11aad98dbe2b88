import { expect, test } from '@jest/globals';
import { createGatherer, type KeyRef } from './gather.ts';

const keyOf = (key_digest: string): KeyRef => ({ namespace: 'default', rule_id: 'ar_1', key_digest, key_text: '' });
const keys = (...digests: string[]) => digests.map(keyOf);

/** A gatherer over a look that is spoilt by keys called `bad`, and what it came to. */
function gathering(isKeysFault: boolean) {
  const looked: string[][] = [];
  const errors: unknown[] = [];
  const gatherer = createGatherer({
    async look(list) {
      const digests = list.map(({ key_digest }) => key_digest);
      if (digests.includes('bad')) throw new TypeError('spoilt');
      looked.push(digests);
    },
    now: () => performance.now(),
    onError: (error) => void errors.push(error),
    isKeysFault: () => isKeysFault,
  });
  return { gatherer, looked, errors };
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
};

test('a key that spoils its look is told of, and takes no other with it', async () => {
  const { gatherer, looked, errors } = gathering(true);
  gatherer.add(keys('a', 'b', 'bad', 'c', 'd'));
  await until(() => errors.length === 1 && looked.flat().length === 4);
  expect(looked.flat().toSorted()).toEqual(['a', 'b', 'c', 'd']);
  await gatherer.drain();
});

test('what fails for all is not tried for each', async () => {
  const { gatherer, looked, errors } = gathering(false);
  gatherer.add(keys('a', 'bad', 'c'));
  await until(() => errors.length === 1);
  expect(looked).toEqual([]);
  await gatherer.drain();
});

test('keys that come together are looked at together, each once; after the end none is', async () => {
  const { gatherer, looked } = gathering(true);
  gatherer.add(keys('a', 'b', 'a'));
  await until(() => looked.length === 1);
  expect(looked).toEqual([['a', 'b']]);
  await gatherer.drain();
  gatherer.add(keys('c'));
  await gatherer.drain();
  expect(looked).toHaveLength(1);
});
