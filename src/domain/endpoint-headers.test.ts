import { validateHeaderName, validateHeaderValue } from 'node:http';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkHeader } from './endpoint-headers.ts';

test.each([
  ['authorization', 'Bearer abc.def-ghi'],
  ['X-Api-Key', 'k'],
  ['x-tenant', 'a, b; c="d"'],
  ["!#$%&'*+-.^_`|~09azAZ", 'every kind of character that a name may have'],
  ['x-empty', ''],
  ['x-tabbed', 'a\tb'],
  ['accept', '*/*'],
  ['webhooks', 'no hyphen after webhook'],
  ['n'.repeat(100), 'v'.repeat(4_096)],
])('%s is allowed', (name, value) => {
  expect(checkHeader(name, value)).toBeUndefined();
});

test.each([
  ...['host', 'content-length', 'transfer-encoding', 'connection', 'content-type', 'content-encoding', 'user-agent'],
  ...['te', 'trailer', 'upgrade', 'keep-alive', 'expect', 'webhook-id', 'webhook-signature', 'webhook-x'],
  ...['x-exosphere-signature', 'x-exosphere-anything', 'proxy-authorization', 'proxy-connection'],
])('%s is the service’s own, in any case', (name) => {
  expect(checkHeader(name, 'v')).toMatch(/set by the service/);
  expect(checkHeader(name.toUpperCase(), 'v')).toMatch(/set by the service/);
});

test.each([
  '',
  ' ',
  'a b',
  'a:',
  ':authority',
  'a\r\nb',
  'a\0',
  'é',
  'a(b)',
  'a,b',
  '"a"',
  ' host',
  'host ',
  'n'.repeat(101),
])('the name %j is refused', (name) => {
  expect(checkHeader(name, 'v')).toMatch(/^the name must/);
});

test.each(['a\r\nx: y', 'a\nb', 'a\rb', 'a\0b', 'a\u001fb', 'a\u007fb', 'é', '€', '\u2028', 'v'.repeat(4_097)])(
  'the value %j is refused and not repeated',
  (value) => {
    const reason = checkHeader('x-a', value);
    expect(reason).toMatch(/^the value must/);
    expect(reason).not.toContain(value);
  },
);

test('what is allowed, Node sends', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, (name, value) => {
      if (checkHeader(name, value) !== undefined) return;
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }),
    { numRuns: 2_000 },
  );
});
