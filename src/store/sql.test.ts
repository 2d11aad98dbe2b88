import { expect, test } from '@jest/globals';
import { BEFORE_PARTITIONS, isDataError } from './sql.ts';

test.each([
  ['a check of the row', { code: '23514', constraint: 'events_status_check' }, true],
  ['text that is no number', { code: '22P02' }, true],
  ['a row that is too long for an index', { code: '54000' }, true],
  ['a table that is being partitioned', { code: '23514', constraint: BEFORE_PARTITIONS }, false],
  ['a table that has no partition for it', { code: '23514' }, false],
  ['a name that is taken', { code: '23505', constraint: 'alert_rules_name_unique' }, false],
  ['a server that stops', { code: '57P01' }, false],
  ['an error of another kind', new Error('no'), false],
  ['nothing', undefined, false],
])('%s: whether the same row would be refused for ever', (_what, error, expected) => {
  expect(isDataError(error)).toBe(expected);
});
