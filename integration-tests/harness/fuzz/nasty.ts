import fc from 'fast-check';

const nested = (depth: number): unknown =>
  depth === 0 ? 1 : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) };

/** Texts at and beyond every bound of the contract, and those that languages and databases trip over. */
export const nastyTexts: string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'a\udfffb',
  '\u2028\u202e\ufeff',
  '\r\nx-injected: 1',
  '٣',
  '🦊'.repeat(50),
  ...[100, 101, 128, 200, 201, 255, 500, 501, 1_000, 1_001, 1_024, 1_025, 2_048, 2_049, 4_097, 70_000, 262_145].map(
    (length) => 'x'.repeat(length),
  ),
  '\u0301'.repeat(300),
  '__proto__',
  'constructor',
  "'; drop table events; --",
  '{{7*7}}<script>%00%s%n',
  '../../etc/passwd',
  'null',
  'NaN',
  '-1',
  '1e999',
  '9'.repeat(400),
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T00:00:00+99:99',
  'http://127.0.0.1:22/',
  'http://[::1',
  'javascript:alert(1)',
  'whsec_',
  `${'9'.repeat(30)}d`,
];

const nastyNumbers: unknown[] = [
  ...[0, -1, 1, 0.1, 201, 255, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 1.7e308, 5e-324],
  // As text: JSON.stringify would write them otherwise.
  ...['1e400', '-1e400', '-0', '1.0', '12345678901234567890', '1'.repeat(400)].map((source) => JSON.rawJSON(source)),
];

/** Values of every type, in sizes that nobody expects. */
const nastyValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...nastyTexts),
  fc.constantFrom(...nastyNumbers),
  fc.constantFrom(null, true, false, [], {}, [[]], [null], { a: null }, JSON.parse('{"__proto__":{"polluted":1}}')),
  fc.constantFrom(nested(63), nested(64), nested(65), nested(1_000)),
  fc.constantFrom(
    Array(1_001).fill('x'),
    Array(11_000).fill(0),
    Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`k${index}`, index])),
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.jsonValue(),
);

/** Keys that no schema knows, and those that a JavaScript object has from the start. */
export const nastyKeys = fc.constantFrom(
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON', 'rawJSON', 'unknown'],
  ...['', ' ', '\0', '\ud800', 'id', 'namespace', 'created_by', '$ne', '0', 'x'.repeat(300), 'naïve', 'a.b[0]'],
);

/** One change of a value: at the `at`-th place in it, counted round. */
interface Mutation {
  at: number;
  how: 'replace' | 'remove' | 'add' | 'add to the whole';
  key: string;
  value: unknown;
}

const mutations: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(1_000),
  how: fc.constantFrom('replace', 'replace', 'remove', 'add', 'add to the whole'),
  key: nastyKeys,
  value: nastyValues,
});

/** The values as they are, or with one or two places made nasty. */
export function mutated(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const changes = fc.array(mutations, { maxLength: 2, size: 'max' });
  return fc.tuple(values, changes).map(([value, list]) => list.reduce(mutate, value));
}

type Path = (string | number)[];

function mutate(value: unknown, { at, how, key, value: put }: Mutation): unknown {
  const paths = pathsOf(value);
  const path = how === 'add to the whole' ? [] : (paths[at % paths.length] as Path);
  return changeAt(value, path, (node) => {
    if (how === 'remove') return undefined;
    if (how === 'replace') return put;
    if (Array.isArray(node)) return [...node, put];
    return isObject(node) ? Object.fromEntries([...Object.entries(node), [key, put]]) : put;
  });
}

function pathsOf(node: unknown, path: Path = []): Path[] {
  if (path.length > 4) return [path];
  const members: [string | number, unknown][] = Array.isArray(node)
    ? [...node.slice(0, 5).entries()]
    : isObject(node)
      ? Object.entries(node).slice(0, 40)
      : [];
  return [path, ...members.flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function changeAt(node: unknown, [key, ...rest]: Path, change: (node: unknown) => unknown): unknown {
  if (key === undefined) return change(node);
  if (Array.isArray(node)) return node.map((item, index) => (index === key ? changeAt(item, rest, change) : item));
  return Object.fromEntries(
    Object.entries(node as object).map(([name, member]) => [
      name,
      name === key ? changeAt(member, rest, change) : member,
    ]),
  );
}

const isObject = (node: unknown): node is object => typeof node === 'object' && node !== null && !JSON.isRawJSON(node);
