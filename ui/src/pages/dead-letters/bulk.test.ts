import { expect, test } from '@jest/globals';
import { filterOf, lettersText, operationOf, operationText, resultLines, shareOf } from './bulk.ts';
import { deadLetterSearch } from './search.ts';

const progress = {
  id: 'x',
  phase: 'running' as const,
  matched: 10,
  done: 4,
  failed: 1,
  refused: 0,
  under_way: 3,
  left: 2,
  workflow: { id: 'dead-letter-bulk/x', url: null },
};

test('the filters of the URL are those of the operation', () => {
  const search = deadLetterSearch({ endpoint: 'we_1', reason: 'http_404', status: 'waiting', after: 'abc', bulk: 'x' });
  expect(filterOf(search)).toEqual({ endpoint_id: 'we_1', reason: 'http_404' });
  expect(filterOf(deadLetterSearch({}))).toEqual({});
});

test('an operation is kept in the URL, and what is none is left alone', () => {
  const operation = { decision: 'retry' as const, id: '0'.repeat(26) };
  expect(operationOf(operationText(operation))).toEqual(operation);
  for (const text of [undefined, '', 'retry', `keep-${'0'.repeat(26)}`, 'retry-../x']) {
    expect(operationOf(text)).toBeUndefined();
  }
});

test('what became of them is said in words', () => {
  expect(shareOf(progress)).toBe(50);
  expect(resultLines('retry', progress)).toEqual([
    '4 delivered, or closed meanwhile',
    '1 failed again and wait again: the list has the reason of each',
    '3 under way',
    '2 left',
  ]);
  expect(resultLines('discard', { ...progress, phase: 'cancelled', failed: 0 })).toContain('2 left as they were');
  const ended = { ...progress, phase: 'completed' as const, done: 0, failed: 0, under_way: 0, refused: 10, left: 0 };
  expect(resultLines('retry', ended)).toEqual([
    '0 delivered, or closed meanwhile',
    '10 not retried, for their endpoint is off: they wait on',
  ]);
  expect([lettersText(1), lettersText(500)]).toEqual(['1 dead letter', '500 dead letters']);
});
