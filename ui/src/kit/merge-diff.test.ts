import { expect, test } from '@jest/globals';
import { mergePatch } from '../../../src/api/merge-patch.ts';
import { mergeDiff } from './merge-diff.ts';

test.each([
  [{ a: 1 }, { a: 1 }, {}],
  [{ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 1, d: 3 } }, { b: { d: 3 } }],
  [{ a: 1, b: { c: 1 } }, { b: {} }, { a: null, b: { c: null } }],
  [{ list: ['a', 'b'] }, { list: ['a'] }, { list: ['a'] }],
  [{ list: ['a', 'b'] }, { list: ['a', 'b'] }, {}],
  [{ a: null }, {}, {}],
  [{ a: null }, { a: { b: 1 } }, { a: { b: 1 } }],
])('%j to %j is %j', (before, after, patch) => {
  expect(mergeDiff(before, after)).toEqual(patch);
  // The API's own merge makes of it what was wanted.
  const merged = mergePatch(before, mergeDiff(before, after)) as object;
  expect(mergeDiff(merged as Record<string, unknown>, after)).toEqual({});
});
