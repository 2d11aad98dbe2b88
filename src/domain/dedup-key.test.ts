import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dedupKey } from './dedup-key.ts';
import { parseLossless } from './lossless-json.ts';

test("the key is the rule's id and 26 hex characters of the JSON array's SHA-256, as the contract says", () => {
  const digest = createHash('sha256').update('["/graphs/etl","evt_1"]').digest('hex');
  expect(dedupKey('ar_1', ['/graphs/etl', 'evt_1'])).toBe(`ar_1:${digest.slice(0, 26)}`);
});

test('values that a plain join would mix up have different keys', () => {
  const parts = [['a', 'b'], ['a,b'], ['a","b'], ['b', 'a'], ['a', 'b', ''], [['a', 'b']], ['a', null], [1], ['1'], []];
  expect(new Set(parts.map((part) => dedupKey('ar_1', part))).size).toBe(parts.length);
});

test('the same values give the same key, and another rule another', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (parts) => {
      expect(dedupKey('ar_1', [...parts])).toBe(dedupKey('ar_1', parts));
      expect(dedupKey('ar_2', parts).slice(5)).toBe(dedupKey('ar_1', parts).slice(5));
      expect(dedupKey('ar_2', parts)).not.toBe(dedupKey('ar_1', parts));
    }),
  );
});

test('numbers count as they were written', () => {
  const key = (text: string) => dedupKey('ar_1', [parseLossless(text)]);
  expect(key('9007199254740993')).not.toBe(key('9007199254740992'));
});
