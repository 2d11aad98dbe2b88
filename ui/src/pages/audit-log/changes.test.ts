import { expect, test } from '@jest/globals';
import { changesOf, textOf } from './changes.ts';

test('what differs, and nothing else, nor the time of the change', () => {
  const before = { id: 'we_1', name: 'a', headers: { 'x-team': '***' }, updated_at: '1' };
  const after = { id: 'we_1', name: 'b', headers: { 'x-team': '***' }, updated_at: '2', secret_shown: true };
  expect(changesOf(before, after)).toEqual([
    { field: 'name', before: 'a', after: 'b' },
    { field: 'secret_shown', before: undefined, after: true },
  ]);
});

test('of what is made or gone, every field that says something', () => {
  expect(changesOf(null, { name: 'a', description: null })).toEqual([{ field: 'name', before: undefined, after: 'a' }]);
  expect(changesOf({ name: 'a' }, null)).toEqual([{ field: 'name', before: 'a', after: undefined }]);
  expect(changesOf(null, null)).toEqual([]);
});

test('values are told as text', () => {
  expect(['a', 1, true, null, undefined, ['b']].map(textOf)).toEqual(['a', '1', 'true', '–', '–', '[\n "b"\n]']);
});
