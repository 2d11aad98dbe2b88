import { describe, expect, test } from '@jest/globals';
import { compileCondition } from '../../../../src/domain/condition.ts';
import { explain, fixOf, rangeOf } from './condition-faults.ts';

const faultOf = (source: string) => {
  const compiled = compileCondition(source);
  if (compiled.ok) throw new Error(`${source} has no fault`);
  return compiled.errors[0]!;
};

describe('the commonest slips, as the service itself reports them', () => {
  test.each([
    ['event.type = "a"', '==', 'event.type == "a"'],
    ['event.data.a === 1', '==', 'event.data.a == 1'],
    ['event.data.a <> 1', '!=', 'event.data.a != 1'],
    ['event.type == "a" and event.data.duration_ms > 3', '&&', 'event.type == "a" && event.data.duration_ms > 3'],
    ['event.type == "a" or event.type == "b"', '||', 'event.type == "a" || event.type == "b"'],
    ['not has(event.data.x)', '!', '!has(event.data.x)'],
    ['(event.data.duration_ms > 3', ')', '(event.data.duration_ms > 3)'],
    ['event.typ == "a"', 'type', 'event.type == "a"'],
    ['event.data.graph_name.startWith("x")', 'startsWith', 'event.data.graph_name.startsWith("x")'],
    ['data.graph_name == "x"', 'event', 'event.data.graph_name == "x"'],
  ])('%s is mended', (source, words, mended) => {
    const fault = faultOf(source);
    expect(explain(source, fault)).toContain(words);
    const fix = fixOf(source, fault)!;
    expect(source.slice(0, fix.from) + fix.insert + source.slice(fix.to)).toBe(mended);
    expect(compileCondition(mended)).toMatchObject({ ok: true });
  });

  test.each([
    ['event.type == "abc', 'not closed'],
    ['event.data.duration_ms > "5"', 'no quotes'],
    ['event.data.graph_name', 'compare it with something'],
    ['event.data.labels.env == prod', 'A text is in quotes'],
    ['event.data.duration_ms > 5 &&', 'must follow'],
  ])('%s is explained', (source, words) => {
    expect(explain(source, faultOf(source))).toContain(words);
    expect(fixOf(source, faultOf(source))).toBeUndefined();
  });
});

test('a fault underlines a name, an operator, or the last character', () => {
  expect(rangeOf('event.typ == "a"', 6)).toEqual({ from: 6, to: 9 });
  expect(rangeOf('a >= 1', 2)).toEqual({ from: 2, to: 4 });
  expect(rangeOf('(a', 2)).toEqual({ from: 1, to: 2 });
  expect(rangeOf('', 0)).toEqual({ from: 0, to: 0 });
});
