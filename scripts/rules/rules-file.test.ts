import { describe, expect, test } from '@jest/globals';
import { RulesFileError, readRulesFile, writeRulesFile } from './rules-file.ts';

const read = (text: string) => readRulesFile(text, 'rules.yaml');
const faultOf = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(RulesFileError);
    return (error as Error).message;
  }
  throw new Error('It was read.');
};

test('what was written reads back as it was, sorted by name', () => {
  const rules = new Map([
    ['late: runs', { condition: 'event.type == "a"', trigger: { kind: 'event' }, webhook_endpoints: ['b', 'a'] }],
    ['Ärger', { condition: null, webhook_endpoints: ['a'] }],
    ['on', { description: 'two\nlines', severity: 'error', webhook_endpoints: ['no'] }],
  ]);
  const text = writeRulesFile(rules);
  expect(read(text)).toEqual(rules);
  expect(text.indexOf('late')).toBeLessThan(text.indexOf('on:'));
  expect(writeRulesFile(new Map([...rules].reverse()))).toBe(text);
});

test('a service without rules gives a file without rules', () => {
  expect(read(writeRulesFile(new Map()))).toEqual(new Map());
});

describe('a file that cannot be used is told with its place', () => {
  test.each([
    ['rules:\n  a: [', /line \d/],
    ['rules:\n  a: {webhook_endpoints: []}\n  a: {webhook_endpoints: []}\n', /unique.*line 3/s],
    ['', /must be a map with `rules:`/],
    ['- a\n', /must be a map with `rules:`/],
    ['rules: 3\n', /must be a map with `rules:`/],
    ['rules: {}\nversion: 1\n', /`version` is unknown/],
    ['rules:\n  a: x\n', /rule "a" must be a map/],
    ['rules:\n  a: {event_type: x}\n', /rule "a" needs `webhook_endpoints`/],
    ['rules:\n  a: {webhook_endpoints: [1]}\n', /rule "a" needs `webhook_endpoints`/],
    ['rules:\n  a: {webhook_endpoints: [x], name: b}\n', /rule "a": `name` is given by/],
    ['rules:\n  a: {webhook_endpoints: [x], webhook_endpoint_id: we_1}\n', /`webhook_endpoint_id` is given by/],
    ['rules:\n  a: *b\n', /alias/i],
    [`a: &a [x,x]\n${bomb()}rules: {}\n`, /alias/i],
  ])('%j', (text, message) => {
    const fault = faultOf(text);
    expect(fault).toMatch(message);
    expect(fault).toMatch(/^rules\.yaml: /);
  });

  /** Aliases that multiply to far more than any file of rules holds. */
  function bomb(): string {
    const names = 'abcdefghij';
    return [...names]
      .slice(1)
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${names[index]}`).join(',')}]\n`)
      .join('');
  }
});
