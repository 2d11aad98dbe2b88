import { expect, test } from '@jest/globals';
import { dataFrom } from './sample.ts';

test('data is a JSON object; anything else is said in words', () => {
  expect(dataFrom('{"a": 1}')).toEqual({ data: { a: 1 } });
  expect(dataFrom('[1]')).toEqual({ fault: expect.stringContaining('must be a JSON object') });
  expect(dataFrom('null')).toEqual({ fault: expect.stringContaining('must be a JSON object') });
  expect(dataFrom('{a}')).toEqual({ fault: expect.stringContaining('is not JSON') });
});
