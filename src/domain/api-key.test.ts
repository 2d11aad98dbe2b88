import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { apiKeyHint, keyIdOf, makeApiKey } from './api-key.ts';
import { allows, type RequiredScope, scopes } from './scope.ts';

describe('a key', () => {
  test('has the form exo_<8>_<43>, and its middle part finds it', () => {
    const { key, keyId } = makeApiKey(randomBytes);
    expect(key).toMatch(/^exo_[0-9a-hjkmnp-tv-z]{8}_[A-Za-z0-9_-]{43}$/);
    expect(keyIdOf(key)).toBe(keyId);
    expect(apiKeyHint(keyId)).toBe(`exo_${keyId}_…`);
  });

  test('is made of what the source gives, and of all of it', () => {
    const made = new Set(Array.from({ length: 200 }, () => makeApiKey(randomBytes).key));
    expect(made.size).toBe(200);
    const ofZeros = makeApiKey((size) => new Uint8Array(size));
    expect(ofZeros).toEqual({ key: `exo_00000000_${'A'.repeat(43)}`, keyId: '00000000' });
    expect(makeApiKey((size) => new Uint8Array(size).fill(255)).key).toBe(`exo_zzzzzzzz_${'_'.repeat(42)}8`);
  });

  test.each([
    '',
    'exo_',
    'exo_0123456_'.padEnd(55, 'a'),
    'EXO_01234567_'.padEnd(56, 'a'),
    'exo_01234567_'.padEnd(55, 'a'),
    'exo_01234567_'.padEnd(57, 'a'),
    ' exo_01234567_'.padEnd(57, 'a'),
    `${'exo_01234567_'.padEnd(56, 'a')}\n`,
    'exo_0123456\0_'.padEnd(56, 'a'),
    `exo_${'0f'.repeat(24)}`,
  ])('%j is none', (text) => expect(keyIdOf(text)).toBeUndefined());
});

describe('scopes', () => {
  const required: RequiredScope[] = [...scopes, 'any'];
  const covers = (held: string) => required.filter((scope) => allows([held], scope));

  test.each([
    ['webhooks:read', ['webhooks:read', 'any']],
    ['webhooks:write', ['webhooks:read', 'webhooks:write', 'any']],
    ['rules:read', ['rules:read', 'any']],
    ['rules:write', ['rules:read', 'rules:write', 'any']],
    ['events:write', ['events:write', 'any']],
    ['deliveries:read', ['deliveries:read', 'any']],
    ['deliveries:write', ['deliveries:read', 'deliveries:write', 'any']],
    ['admin', required],
  ])('%s is %j', (held, expected) => expect(covers(held)).toEqual(expected));

  test('a key has all that any of its scopes gives', () => {
    expect(allows(['events:write', 'rules:write'], 'rules:read')).toBe(true);
    expect(allows(['events:write', 'rules:write'], 'webhooks:read')).toBe(false);
    expect(allows([], 'any')).toBe(true);
  });
});
