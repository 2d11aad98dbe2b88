import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { sha256 } from './sha256.ts';

const reference = (text: string) => createHash('sha256').update(text).digest('hex');

test('gives what Node gives, at every length around its blocks', () => {
  for (let length = 0; length < 200; length++) expect(sha256('a'.repeat(length))).toBe(reference('a'.repeat(length)));
});

test.each(['', 'abc', 'urn:ünï:cödé\nid with spaces', '😀'.repeat(1000), '\ud800'])('of %j too', (text) => {
  expect(sha256(text)).toBe(reference(text));
});
