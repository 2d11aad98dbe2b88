import { expect, test } from '@jest/globals';
import { redact } from './redact.ts';

const MASK = '••••••••';

test.each([
  ['x-token: SUPERSECRET, ok', ['SUPERSECRET'], `x-token: ${MASK}, ok`],
  ['authorization: Bearer abcdef123', ['Bearer abcdef123'], `authorization: ${MASK}`],
  ['{"token":"abcdef123"}', ['Bearer abcdef123'], `{"token":"${MASK}"}`],
  ['cut in the middle: SUPERSEC', ['SUPERSECRET'], `cut in the middle: ${MASK}`],
  ['one within another: abcdefgh', ['abcdef', 'abcdefgh'], `one within another: ${MASK}`],
  ['short: ok', ['ok'], 'short: ok'],
  ['nothing to hide', [], 'nothing to hide'],
])('%s', (text, values, expected) => {
  expect(redact(text, values)).toBe(expected);
});
