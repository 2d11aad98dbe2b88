import { expect, test } from '@jest/globals';
import { readEmitOptions } from '../options.ts';
import { createEmitter } from './emitter.ts';
import { toEntry } from './entry.ts';

test('a close with a wrong timeout closes nothing', async () => {
  const taken: string[] = [];
  const emitter = createEmitter(readEmitOptions({}), {
    toEntry,
    eventOf: ({ json }) => JSON.parse(json),
    maxBatchBytes: 1_000,
    post: async (entries) => {
      taken.push(...entries.map(({ id }) => id));
      return { kind: 'taken', outcomes: entries.map(() => 'accepted' as const) };
    },
  });
  await expect(emitter.close({ timeout: -1 })).rejects.toThrow(RangeError);
  const id = emitter.emit({ type: 'custom.a', data: {} });
  expect(await emitter.close()).toBe(true);
  expect(taken).toEqual([id]);
});
