import { expect, test } from '@jest/globals';
import type { KeyRow } from '../store/api-key-log.ts';
import { createKeyLookUps } from './key-look-ups.ts';
import { createKnownKeys } from './known-keys.ts';

const row = (id: string): KeyRow => ({
  ...{ id, namespace: 'default', digest: '', scopes: ['admin'], expires_at: null, revoked_at: null },
});

/** Look-ups on a PostgreSQL that has the key `known`, and answers when it is told to. */
function lookUps() {
  const statements: { keyIds: string[]; answer(): void; fail(error: Error): void }[] = [];
  let open = 0;
  let mostOpen = 0;
  const find = createKeyLookUps((keyIds) => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    const { promise, resolve, reject } = Promise.withResolvers<Map<string, KeyRow>>();
    const answer = () => resolve(new Map(keyIds.includes('known') ? [['known', row('known')]] : []));
    statements.push({ keyIds, answer, fail: reject });
    return promise.finally(() => {
      open -= 1;
    });
  });
  return { find, statements, mostOpen: () => mostOpen };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('however many unknown keys come at once, one statement asks for them, and a known key asks for nothing', async () => {
  const { find, statements, mostOpen } = lookUps();
  const keys = createKnownKeys({ find, isCurrent: () => true, steadyNow: () => 0 });
  const first = keys.find('known');
  await turn();
  statements[0]?.answer();
  expect(await first).toEqual(row('known'));

  const early = Array.from({ length: 10 }, (_, n) => keys.find(`early-${n}`));
  while (statements.length < 2) await turn();
  const guesses = Array.from({ length: 500 }, (_, n) => keys.find(`guess-${n}`));
  await turn();
  // PostgreSQL has not answered, and who is known does not wait for it.
  expect(await keys.find('known')).toEqual(row('known'));
  expect(statements.map(({ keyIds }) => keyIds.length)).toEqual([1, 10]);
  statements[1]?.answer();
  await Promise.all(early);
  while (statements.length < 3) await turn();
  statements[2]?.answer();
  expect(new Set(await Promise.all(guesses))).toEqual(new Set([undefined]));
  expect(statements.map(({ keyIds }) => keyIds.length)).toEqual([1, 10, 500]);
  expect(mostOpen()).toBe(1);
});

test('a failure is told to those that the statement was for, and the next one is tried', async () => {
  const { find, statements } = lookUps();
  const failed = find('known');
  await turn();
  statements[0]?.fail(new Error('away'));
  await expect(failed).rejects.toThrow('away');
  const again = find('known');
  while (statements.length < 2) await turn();
  statements[1]?.answer();
  expect(await again).toEqual(row('known'));
});
