import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EXCERPT_BYTES, makeExcerpt } from './excerpt.ts';

test.each([
  ['', null],
  ['ok', 'ok'],
  ['{"a":"é€😀"}', '{"a":"é€😀"}'],
  ['a\0b', 'a\uFFFDb'],
])('%j becomes %j', (body, excerpt) => {
  expect(makeExcerpt(Buffer.from(body))).toBe(excerpt);
});

test('wrong bytes are replaced', () => {
  expect(makeExcerpt(Buffer.from([0x61, 0xff, 0xc3, 0x62]))).toBe('a\uFFFD\uFFFDb');
});

test.each(['é', '€', '😀'])('a cut never falls into %s', (character) => {
  for (let start = 0; start < 4; start += 1) {
    const excerpt = makeExcerpt(Buffer.from('a'.repeat(start) + character.repeat(EXCERPT_BYTES)));
    expect(excerpt).toMatch(new RegExp(`^a{${start}}${character}+$`, 'u'));
    const length = Buffer.byteLength(excerpt ?? '');
    expect(length).toBeLessThanOrEqual(EXCERPT_BYTES);
    expect(length).toBeGreaterThan(EXCERPT_BYTES - 4);
  }
});

test('whatever the bytes are, PostgreSQL can store the excerpt and it keeps to its size', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 20_000, size: 'max' }),
    fc.string({ unit: 'binary', maxLength: 9_000, size: 'max' }).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, (body) => {
      const excerpt = makeExcerpt(body) ?? '';
      expect(excerpt).not.toContain('\0');
      expect(excerpt.isWellFormed()).toBe(true);
      expect(Buffer.byteLength(excerpt)).toBeLessThanOrEqual(EXCERPT_BYTES);
    }),
  );
});
