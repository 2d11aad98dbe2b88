import { expect, test } from '@jest/globals';
import { hasItsBrackets } from './visibility-query.ts';

test.each([
  "WorkflowType = 'a' OR (WorkflowType = 'b' AND (CustomKeywordField IN ('x', 'y')))",
  "WorkflowId = ')' OR WorkflowId = 'it''s )' OR WorkflowId = 'it\\'s )'",
  'WorkflowId = ")" OR `Custom(Field` = 1',
])('%s is one condition within brackets too', (query) => {
  expect(hasItsBrackets(query)).toBe(true);
});

test.each([
  "WorkflowType = 'a') OR (WorkflowType = 'b'",
  "(WorkflowType = 'a'",
  "WorkflowId = '\\') OR (' OR 'x') OR (",
])('%s is not', (query) => {
  expect(hasItsBrackets(query)).toBe(false);
});
