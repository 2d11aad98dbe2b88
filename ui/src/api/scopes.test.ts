import { expect, test } from '@jest/globals';
import { allows, type Scope } from './scopes.ts';

test.each<[string[], Scope, boolean]>([
  [['admin'], 'rules:write', true],
  [['admin'], 'admin', true],
  [['rules:read'], 'rules:read', true],
  [['rules:write'], 'rules:read', true],
  [['rules:read'], 'rules:write', false],
  [['webhooks:write', 'events:write'], 'deliveries:read', false],
  [['deliveries:write'], 'admin', false],
  [[], 'rules:read', false],
])('a key with %j asks for %s: %s', (held, asked, isAllowed) => {
  expect(allows(held, asked)).toBe(isAllowed);
});
