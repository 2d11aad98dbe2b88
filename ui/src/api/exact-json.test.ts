import { expect, test } from '@jest/globals';
import { parseExactly } from './exact-json.ts';

test('numbers are written as they came, and those that a double holds are numbers', () => {
  const text = '{"order":12345678901234567890,"share":0.10000000000000000001,"whole":1.0,"count":3,"text":"1.0"}';
  const read = parseExactly(text) as Record<string, unknown>;
  expect(JSON.stringify(read)).toBe(text);
  expect([read.count, read.text]).toEqual([3, '1.0']);
  expect(() => parseExactly('{')).toThrow(SyntaxError);
});
