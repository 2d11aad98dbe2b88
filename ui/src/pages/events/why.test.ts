import { expect, test } from '@jest/globals';
import { decisionText } from './why.ts';

test('decisions are said in words', () => {
  expect(decisionText({ outcome: 'not_matched', reason: 'condition_false' })).toBe('Not fired: condition false');
  expect(decisionText({ outcome: 'matched', reason: 'no_condition' })).toBe('Matched: the rule has no condition');
  expect(decisionText({ outcome: 'not_matched', reason: 'new_word', detail: 'x' })).toBe('Not fired: new_word (x)');
});
