import fc from 'fast-check';

const fields = fc.constantFrom(
  ...['event.type', 'event.id', 'event.source', 'event.subject', 'event.time', 'event.data', 'event.data.n'],
  ...['event.data.graph_name', 'event.data.labels', 'event.data.labels["a"]', 'event.data.counts.failed'],
  ...['event.data.error.message', 'event.data.duration_ms', 'event.data.list', 'event.data.nope', 'event.data["🦊"]'],
);
const literals = fc.constantFrom(
  ...['1', '-1', '0u', '1.5', '1e400', '9223372036854775808', '"a"', "'\\ud800'", 'b"\\x00"', 'true', 'null'],
  ...['[]', '{}', '[1, "a"]', '{"a": 1}', 'duration("1h")', 'timestamp("2026-01-01T00:00:00Z")', 'r"(a+)+$"'],
);
const binary = fc.constantFrom('==', '!=', '<', '>=', '&&', '||', 'in', '+', '-', '*', '/', '%');
const functions = fc.constantFrom('size', 'string', 'int', 'double', 'type', 'has', 'dyn', 'bytes', 'duration', 'uint');
const methods = fc.constantFrom(
  'startsWith',
  'matches',
  'contains',
  'endsWith',
  'getHours',
  'size',
  'all',
  'exists',
  'map',
);

/** Texts that look like CEL, more or less: some hold, most break a rule of types, of names or of grammar. */
const expressions = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fields,
    literals,
    fc.tuple(tie('any'), binary, tie('any')).map(([left, by, right]) => `(${left} ${by} ${right})`),
    fc.tuple(functions, tie('any')).map(([name, of]) => `${name}(${of})`),
    fc.tuple(tie('any'), methods, tie('any')).map(([on, name, of]) => `${on}.${name}(${of})`),
    fc.tuple(fields, tie('any')).map(([on, of]) => `${on}.exists(x, ${of})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([is, then, or]) => `(${is} ? ${then} : ${or})`),
    tie('any').map((of) => `!${of}`),
  ),
})).any;

/** What an engine could be hung, crashed or bloated by. */
const hostile = fc.constantFrom(
  `${'('.repeat(500)}true${')'.repeat(500)}`,
  `${'!'.repeat(1_000)}true`,
  `${'-'.repeat(1_000)}1 == 1`,
  `[${'1,'.repeat(300)}1].exists(x, x == 2)`,
  'event.data.list.all(a, event.data.list.all(b, event.data.list.all(c, a == b)))',
  'event.type.matches("(a+)+$")',
  'event.type.matches("(((a{1,100}){1,100}){1,100})")',
  'event.type.matches(event.data.graph_name)',
  'event.type.matches("[")',
  '"x"'.padEnd(1_025, ' '),
  `"${'\\u0000'.repeat(20)}" == event.type`,
  'event["__proto__"] == null',
  'event.constructor.constructor("return process")()',
  'event.__proto__.polluted == 1',
  'this == event',
  '1 / 0 == 1',
  'event.time < timestamp("9999-12-31T23:59:59.999999999Z") + duration("999999h")',
  'has(event.data.a.b.c.d.e)',
  '',
  '// only a comment',
  '"unterminated',
);

/** Conditions of rules, good and bad. */
export const conditions: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('event.type == "custom.fuzz"', 'event.data.n > 1.0', 'has(event.data.a) && event.data.a == "b"'),
  expressions.map((text) => (text.length > 2_000 ? text.slice(0, 2_000) : text)),
  hostile,
);
