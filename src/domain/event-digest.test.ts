import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contentDigest, eventDigest } from './event-digest.ts';
import { parseLossless } from './lossless-json.ts';

const { vectors } = JSON.parse(
  readFileSync(new URL('../../integration-tests/data/event-digest-vectors.json', import.meta.url), 'utf8'),
) as { vectors: { source: string; id: string; digest: string }[] };

describe('the digest of an identity', () => {
  test.each(vectors)('of $source and $id is $digest', ({ source, id, digest }) => {
    expect(eventDigest(source, id)).toBe(digest);
  });

  test('tells apart what a join without separator would not', () => {
    expect(eventDigest('ab', 'c')).not.toBe(eventDigest('a', 'bc'));
  });
});

describe('the digest of what an event says', () => {
  test('is 32 hex characters', () => {
    expect(contentDigest('t', { a: 1 })).toMatch(/^[0-9a-f]{32}$/);
  });

  test('does not depend on the order of keys, at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(contentDigest('t', reversed(value))).toBe(contentDigest('t', value));
      }),
    );
  });

  test('differs when the value does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const same = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
        expect(contentDigest('t', left) === contentDigest('t', right)).toBe(same);
      }),
    );
  });

  test.each<[string, unknown, unknown]>([
    ['the order of a list', [1, 2], [2, 1]],
    ['the spelling of a number', parseLossless('1.0'), parseLossless('1')],
    ['a large integer', parseLossless('9007199254740993'), parseLossless('9007199254740992')],
    ['a number and a map that looks like how it is kept', parseLossless('1.0'), { rawJSON: '1.0' }],
    ['a text and a number', '1', 1],
    ['null and no data', null, undefined],
    ['an absent key and null', {}, { a: null }],
    ['a list and a map', [], {}],
    ['where a map ends', { a: { b: 1 } }, { a: {}, b: 1 }],
    ['a key with a quote in it', { 'a":1,"b': 2 }, { a: 1, b: 2 }],
  ])('sees %s', (_name, left, right) => {
    expect(contentDigest('t', left)).not.toBe(contentDigest('t', right));
  });

  test('sees the type', () => {
    expect(contentDigest('a', {})).not.toBe(contentDigest('b', {}));
  });
});

function mapMembers(value: unknown, order: (entries: [string, unknown][]) => [string, unknown][]): unknown {
  if (Array.isArray(value)) return value.map((item) => mapMembers(item, order));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, member] of order(Object.entries(value))) copy[key] = mapMembers(member, order);
  return copy;
}

const reversed = (value: unknown) => mapMembers(value, (entries) => entries.reverse());
const sorted = (value: unknown) =>
  mapMembers(value, (entries) => entries.sort(([left], [right]) => (left < right ? -1 : 1)));
