import { expect, test } from '@jest/globals';
import { uiUrlOf } from './ui-url.ts';

const OWN = { address: 'temporal:7233', uiUrl: 'https://ui.own' };

test.each([
  ['shop.example:7233', 'https://ui.example/', 'https://ui.example'],
  ['temporal:7233', null, 'https://ui.own'],
  ['shop.abc12.tmprl.cloud:7233', null, 'https://cloud.temporal.io'],
  ['eu-west-1.aws.api.temporal.io:7233', null, 'https://cloud.temporal.io'],
  ['127.0.0.1:7233', null, 'http://127.0.0.1:8233'],
  ['127.0.0.1:7300', null, 'http://127.0.0.1:8300'],
  ['[::1]:7233', null, 'http://[::1]:8233'],
  ['LOCALHOST:7233', null, 'http://localhost:8233'],
  ['shop.example:7233', null, null],
  ['nottmprl.cloud.example:7233', null, null],
])('%s with %s is shown by %s', (address, ui_url, shown) => {
  expect(uiUrlOf({ address, ui_url }, OWN)).toBe(shown);
});
