import { expect, test } from '@jest/globals';
import { addressOf, targetOf } from './temporal-diagnosis.ts';

test.each([
  ['temporal.example:7000', 'temporal.example', 'temporal.example:7000'],
  ['temporal.example', 'temporal.example', 'temporal.example:7233'],
  ['127.0.0.1', '127.0.0.1', '127.0.0.1:7233'],
  ['[::1]:7000', '::1', '[::1]:7000'],
  ['[::1]', '::1', '[::1]:7233'],
  ['', 'localhost', 'localhost:7233'],
  [undefined, 'localhost', 'localhost:7233'],
])('%s is looked for where the SDK looks, and named with its port', (address, host, named) => {
  const target = targetOf(address);
  expect([target.host, addressOf(target)]).toEqual([host, named]);
});
