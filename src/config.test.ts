import { expect, test } from '@jest/globals';
import { loadConfig } from './config.ts';

const key = 'k'.repeat(32);

test('the key of the operator is taken without what a file or a secret store adds at its end', () => {
  expect(loadConfig({ EXOSPHERE_API_KEY: `${key}\n` }, '.data').apiKey).toBe(key);
});

test.each([
  ['too short', 'k'.repeat(31)],
  ['with a space, which would not come through a header', `${'k'.repeat(16)} ${'k'.repeat(16)}`],
  ['with a letter that no header carries as it is', `${key}ü`],
])('a key that is %s stops the start with its name', (_how, given) => {
  expect(() => loadConfig({ EXOSPHERE_API_KEY: given }, '.data')).toThrow(/EXOSPHERE_API_KEY/);
});
