import { beforeEach, expect, test } from '@jest/globals';
import type { KeyRow } from '../store/api-key-log.ts';
import { createKnownKeys } from './known-keys.ts';

const row = (id: string): KeyRow => ({
  ...{ id, namespace: 'default', digest: '', scopes: ['admin'], expires_at: null, revoked_at: null },
});

let now: number;
let isCurrent: boolean;
let asked: string[];
let answer: (keyId: string) => Promise<KeyRow | undefined>;
let keys: ReturnType<typeof createKnownKeys>;

beforeEach(() => {
  now = 0;
  isCurrent = true;
  asked = [];
  answer = async (keyId) => row(keyId);
  keys = createKnownKeys({
    find(keyId) {
      asked.push(keyId);
      return answer(keyId);
    },
    isCurrent: () => isCurrent,
    steadyNow: () => now,
  });
});

test('a key is looked up once a minute, however often it comes', async () => {
  for (now = 0; now < 60_000; now += 1_000) expect(await keys.find('a')).toEqual(row('a'));
  expect(asked).toEqual(['a']);
  await keys.find('a');
  expect(asked).toEqual(['a', 'a']);
});

test('who comes while it is looked up waits for that look-up', async () => {
  const found = Promise.withResolvers<KeyRow | undefined>();
  answer = () => found.promise;
  const both = [keys.find('a'), keys.find('a')];
  found.resolve(row('a'));
  expect(await Promise.all(both)).toEqual([row('a'), row('a')]);
  expect(asked).toEqual(['a']);
});

test('a change forgets the one key, also while it is looked up', async () => {
  const before = Promise.withResolvers<KeyRow | undefined>();
  answer = () => before.promise;
  const early = keys.find('a');
  keys.forget('a');
  answer = async () => ({ ...row('a'), revoked_at: new Date(0) });
  expect(await keys.find('a')).toMatchObject({ revoked_at: new Date(0) });
  before.resolve(row('a'));
  await early;
  expect(await keys.find('a')).toMatchObject({ revoked_at: new Date(0) });
  expect(asked).toEqual(['a', 'a']);
});

test('while nobody tells of changes, a look-up is believed for a second', async () => {
  await keys.find('a');
  now = 999;
  isCurrent = false;
  await keys.find('a');
  expect(asked).toHaveLength(1);
  now = 1_000;
  await keys.find('a');
  expect(asked).toHaveLength(2);
});

test('after a gap everything is looked up again', async () => {
  await Promise.all([keys.find('a'), keys.find('b')]);
  keys.forgetAll();
  await Promise.all([keys.find('a'), keys.find('b')]);
  expect(asked).toEqual(['a', 'b', 'a', 'b']);
});

test('neither a key that is not there nor a failure is remembered', async () => {
  answer = async () => undefined;
  expect(await keys.find('a')).toBeUndefined();
  answer = () => Promise.reject(new Error('away'));
  await expect(keys.find('a')).rejects.toThrow('away');
  answer = async () => row('a');
  expect(await keys.find('a')).toEqual(row('a'));
});

test('ten thousand keys are remembered, and the oldest goes first', async () => {
  for (let index = 0; index <= 10_000; index++) await keys.find(String(index));
  asked = [];
  await keys.find('1');
  expect(asked).toEqual([]);
  await keys.find('0');
  expect(asked).toEqual(['0']);
});
