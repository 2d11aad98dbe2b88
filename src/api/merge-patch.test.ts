import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergePatch, patchFields } from './merge-patch.ts';

describe('the cases of RFC 7396, appendix A', () => {
  test.each<[original: unknown, patch: unknown, result: unknown]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (original, patch, result) => {
    expect(mergePatch(original, patch)).toEqual(result);
  });
});

test('a member of a member that the patch does not name stays', () => {
  expect(mergePatch({ a: { b: 1, c: { d: 2 } } }, { a: { b: 3, c: { e: 4 } } })).toEqual({
    a: { b: 3, c: { d: 2, e: 4 } },
  });
});

test('neither argument is changed', () => {
  const target = { a: { b: 1 }, c: [1] };
  const patch = { a: { b: null, d: { e: null } }, f: 1 };
  const [targetBefore, patchBefore] = [structuredClone(target), structuredClone(patch)];
  mergePatch(target, patch);
  expect([target, patch]).toEqual([targetBefore, patchBefore]);
});

test('a patch that is applied twice changes nothing the second time', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
      const once = mergePatch(target, patch);
      expect(mergePatch(once, patch)).toEqual(once);
    }),
  );
});

test('a member called __proto__ is a member like any other, and nobody inherits from it', () => {
  const patch = JSON.parse('{"__proto__":{"polluted":true},"toString":{"a":1}}') as object;
  const merged = mergePatch({}, patch) as Record<string, unknown>;
  expect(Object.keys(merged)).toEqual(['__proto__', 'toString']);
  expect(merged.polluted).toBeUndefined();
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

describe('a patch over all fields there can be', () => {
  test.each<[patch: Record<string, unknown>, result: unknown]>([
    [{ name: 'b' }, { name: 'b', headers: { x: '1' } }],
    [{ headers: null }, { name: 'a' }],
    [{ headers: { x: null, y: null } }, { name: 'a', headers: {} }],
    [{ unknown: null }, { name: 'a', headers: { x: '1' }, unknown: null }],
    [{ unknown: 1 }, { name: 'a', headers: { x: '1' }, unknown: 1 }],
    [{ constructor: null }, { name: 'a', headers: { x: '1' }, constructor: null }],
  ])('%j leaves what is unknown to be named: %j', (patch, result) => {
    expect(patchFields({ name: 'a', headers: { x: '1' } }, patch)).toEqual(result);
  });
});
