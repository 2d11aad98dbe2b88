import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkJsonValue, isRawNumber, JsonDepthError, parseLossless, stringifyLossless } from './lossless-json.ts';

describe('a number leaves as it came', () => {
  test.each([
    '0',
    '-0',
    '1',
    '-1',
    '1.0',
    '1.50',
    '0.1',
    '0.0000001',
    '1e5',
    '1E5',
    '1e400',
    '-1e-400',
    '9007199254740991',
    '9007199254740993',
    '12345678901234567890',
    '123456789012345.6',
    '0.1234567890123456789',
    '100',
    '10.01',
  ])('%s', (number) => {
    for (const text of [number, `[${number}]`, `{"a":${number}}`, `{"a":[1,${number},"x"]}`]) {
      expect(stringifyLossless(parseLossless(text))).toBe(text);
    }
    expect(stringifyLossless(parseLossless(`[ ${number} ,\n${number}\t]`))).toBe(`[${number},${number}]`);
  });

  test('however it is spelt and wherever it stands', () => {
    const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
    const whole = fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,24}$/));
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        whole,
        fc.option(digits(24).map((text) => `.${text}`)),
        fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), digits(3)).map((parts) => parts.join(''))),
      )
      .map(([sign, integer, fraction, exponent]) => `${sign}${integer}${fraction ?? ''}${exponent ?? ''}`);
    const { json } = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        number,
        fc.string().map((text) => JSON.stringify(text)),
        fc.constantFrom('true', 'false', 'null'),
        fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
        fc
          .dictionary(fc.stringMatching(/^[a-z][a-z ]*$/), tie('json'), { maxKeys: 4 })
          .map((members) => `{${Object.entries(members).map(([key, item]) => `${JSON.stringify(key)}:${item}`)}}`),
      ),
    }));
    fc.assert(
      fc.property(json, (text) => {
        expect(stringifyLossless(parseLossless(text))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  test('and one that JavaScript keeps is a plain number', () => {
    expect(parseLossless('[1,0.5,-3,9007199254740991,1e21]')).toEqual([
      1,
      0.5,
      -3,
      9007199254740991,
      JSON.rawJSON('1e21'),
    ]);
    expect(isRawNumber(parseLossless('1.0'))).toBe(true);
    expect(isRawNumber(parseLossless('1.5'))).toBe(false);
  });
});

describe('everything else is as with JSON.parse', () => {
  test('values without odd numbers are equal', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        // Made by JSON.stringify, so all its numbers are as JavaScript writes them.
        expect(stringifyLossless(parseLossless(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('a number inside a string stays text', () => {
    expect(parseLossless('{"a":"1.0, 2.00","b":1.0}')).toMatchObject({ a: '1.0, 2.00' });
  });

  test.each(['{"__proto__":{"x":1}}', '{"__proto__":{"x":1.0}}'])('%s has an own key, not a prototype', (text) => {
    const value = parseLossless(text) as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('the last of repeated keys counts', () => {
    expect(parseLossless('{"a":1.0,"a":2}')).toEqual({ a: 2 });
  });

  test.each(['', '{', '01', '1.', '.5', '+1', 'NaN', '[1.0,]', '{"a":1.0,}', '1.0 2.0', "{'a':1.0}"])(
    '%j is a SyntaxError',
    (text) => {
      expect(() => parseLossless(text)).toThrow(SyntaxError);
    },
  );

  test.each([undefined, () => 1, Symbol('x')])('%p has no JSON form', (value) => {
    expect(() => stringifyLossless(value)).toThrow(TypeError);
  });

  test('nesting beyond the stack is an error of its own, with the way out', () => {
    const text = `${'['.repeat(200_000)}1.0${']'.repeat(200_000)}`;
    expect(() => parseLossless(text)).toThrow(JsonDepthError);
    let value: unknown = 1;
    for (let level = 0; level < 200_000; level++) value = [value];
    expect(() => stringifyLossless(value)).toThrow(JsonDepthError);
  });
});

describe('checkJsonValue', () => {
  const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
  const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]));

  test('finds nothing in a good value', () => {
    const value = { a: ['é😀', 1, null, true, JSON.rawJSON('1.0'), { 'b-c': '' }], __proto__: null };
    expect(checkJsonValue(value)).toEqual([]);
  });

  test.each<[name: string, value: unknown, path: string, message: RegExp]>([
    ['a nul at the top', '\0', '', /U\+0000/],
    ['a nul in a list', { a: ['x', 'y\0'] }, 'a[1]', /U\+0000/],
    ['a lone high surrogate', { a: { b: '\ud800' } }, 'a.b', /unpaired surrogate/],
    ['a lone low surrogate', { a: '\udc00x' }, 'a', /unpaired surrogate/],
    ['surrogates the wrong way round', { a: '\udc00\ud800' }, 'a', /unpaired surrogate/],
    ['a nul in a key', { a: { 'x\0': 1 } }, 'a["x\\u0000"]', /the key must not contain U\+0000/],
    ['a surrogate in a key', { '\ud800': 1 }, '["\\ud800"]', /the key/],
    ['an odd key on the way', { 'a b': { c: '\0' } }, '["a b"].c', /U\+0000/],
  ])('tells where %s is', (_name, value, path, message) => {
    expect(checkJsonValue(value)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  test('allows 64 levels, the value itself being the first', () => {
    expect(checkJsonValue(nested(64))).toEqual([]);
    expect(checkJsonValue(nested(65))).toEqual([
      { path: '[0]'.repeat(64), message: expect.stringContaining('64 levels') },
    ]);
    expect(checkJsonValue(nested(3), { maxDepth: 2 })).toHaveLength(1);
  });

  test('bounds its own recursion on a value of any depth', () => {
    let value: unknown = 1;
    for (let level = 0; level < 200_000; level++) value = [value];
    expect(checkJsonValue(value)).toHaveLength(1);
  });

  test('allows 10,000 keys in total', () => {
    expect(checkJsonValue({ a: keys(5_000), b: keys(4_998) })).toEqual([]);
    expect(checkJsonValue({ a: keys(5_000), b: keys(4_999) })).toEqual([
      { path: '', message: expect.stringContaining('10,000 keys') },
    ]);
  });

  test('refuses the key __proto__ where it is asked to, at any depth', () => {
    const value = JSON.parse('{"a":[{"__proto__":1}],"__proto__":null,"proto":2}');
    expect(checkJsonValue(value)).toEqual([]);
    expect(checkJsonValue(value, { protoKey: false }).map(({ path }) => path)).toEqual(['a[0].__proto__', '__proto__']);
  });

  test('stops at 100 faults', () => {
    expect(checkJsonValue(Array.from({ length: 500 }, () => '\0'))).toHaveLength(100);
  });
});
