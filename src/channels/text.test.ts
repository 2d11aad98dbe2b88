import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linksOf } from './links.ts';
import { clean, cut, joinWithin, oneLine, textOf } from './text.ts';

describe('cut', () => {
  test.each<[text: string, max: number, expected: string]>([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a b c', 3, 'a…'],
    ['😀😀', 4, '😀😀'],
    ['😀😀', 3, '😀…'],
    ['😀', 1, '…'],
    ['', 5, ''],
  ])('%j to %i', (text, max, expected) => expect(cut(text, max)).toBe(expected));

  test('counts what the escapes make of a character, and cuts none of them', () => {
    const amp = (character: string) => (character === '&' ? '&amp;' : character);
    expect(cut('&&', 10, amp)).toBe('&amp;&amp;');
    expect(cut('&&', 9, amp)).toBe('&amp;…');
    expect(cut('&', 4, amp)).toBe('…');
  });

  test('is never longer than asked, and never holds half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
        const result = cut(text, max);
        expect(result.length).toBeLessThanOrEqual(max);
        expect(result.isWellFormed()).toBe(true);
        expect(text.length > max || result === text).toBe(true);
      }),
    );
  });
});

test.each<[text: string, expected: string]>([
  [' a\r\nb\rc\u2028d ', 'a\nb\nc\nd'],
  ['a\u0000\u0007\u001B[0m\u007F\u009Fb', 'a[0mb'],
  ['\u202Eabc\u202C\u2066d\u2069\uFEFF', 'abcd'],
  ['\uD83D broken', 'broken'],
  ['שלום', 'שלום'],
])('clean %j', (text, expected) => expect(clean(text)).toBe(expected));

test('a text is looked at in its beginning alone', () => {
  expect(clean('😀'.repeat(50_000)).length).toBe(20_000);
  expect(clean(`a${'😀'.repeat(50_000)}`).isWellFormed()).toBe(true);
  expect(oneLine('a\n\n b\tc')).toBe('a b c');
});

test('what reads as a text', () => {
  const values = ['a', 5, true, JSON.rawJSON('1e400'), null, undefined, {}, []];
  expect(values.map(textOf)).toEqual(['a', '5', 'true', '1e400', '', '', '', '']);
});

test('joins what fits', () => {
  expect(joinWithin(['aa', 'bbbbb', 'c'], '-', 5)).toBe('aa-c');
  expect(joinWithin(['toolong'], '-', 5)).toBe('');
});

describe('links', () => {
  test.each<[url: unknown, href: string | undefined]>([
    ['https://a.example/x?y=1&z=2', 'https://a.example/x?y=1&z=2'],
    ['http://a.example', 'http://a.example/'],
    ['https://a.example/(x)|<y>"', 'https://a.example/%28x%29%7C%3Cy%3E%22'],
    ['https://a.example/\u202Egnp', 'https://a.example/%E2%80%AEgnp'],
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['https://bank.example@evil.example/', undefined],
    ['/relative', undefined],
    ['', undefined],
    [5, undefined],
    [null, undefined],
    [`https://a.example/${'a'.repeat(2_000)}`, undefined],
    [`https://a.example/${'é'.repeat(500)}`, undefined],
  ])('of %j', (url, href) => {
    expect(linksOf({ name: url })).toEqual(href === undefined ? [] : [{ text: 'name', href }]);
  });

  test('at most five, each with a name', () => {
    const urls = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`${index}`, 'https://a.example/']));
    expect(linksOf(urls)).toHaveLength(5);
    expect(linksOf({ ' \u0007 ': 'https://a.example/' })).toMatchObject([{ text: 'Link' }]);
    expect(linksOf({ ['x'.repeat(100)]: 'https://a.example/' })[0]?.text).toHaveLength(60);
  });
});
