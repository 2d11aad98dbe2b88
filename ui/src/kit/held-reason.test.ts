import { expect, test } from '@jest/globals';
import { deliveryWhy, heldText } from './held-reason.ts';

test('what held a message back is said in words', () => {
  expect(heldText('silenced: silence sil_1, until 2026-11-28T14:00:00.000Z')).toBe(
    'Held back: silence until 2026-11-28 14:00:00 UTC',
  );
  expect(heldText('silenced')).toBe('Held back: a silence');
  expect(heldText('cooldown: 5m')).toBe('Held back: The cooldown of the rule held it back. (5m)');
  expect(deliveryWhy('skipped', 'endpoint_switched_off')).toBe('A person had switched the endpoint off.');
  expect(deliveryWhy('succeeded', null)).toBe('');
});
