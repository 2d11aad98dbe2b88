import { expect, test } from '@jest/globals';
import { localText, momentOfLocal, zoneText } from './local-time.ts';

test('a moment is the same after it was a text of the field, and a year is taken once it is whole', () => {
  const at = '2026-07-01T10:03:00.000Z';
  expect(momentOfLocal(localText(at))).toBe(at);
  expect(localText(undefined)).toBe('');
  expect(momentOfLocal('')).toBeUndefined();
  for (const year of ['0002', '0020', '0202', '12026']) expect(momentOfLocal(`${year}-11-28T14:03`)).toBe('unfinished');
  expect(momentOfLocal('2026-11-28T14:03')).toMatch(/^2026-11-2\dT/);
});

test('the zone is said by its distance from UTC', () => {
  const at = (offset: number) => zoneText({ getTimezoneOffset: () => offset } as Date);
  expect([0, -120, 210, -330, 480].map(at)).toEqual(['UTC', 'UTC+2', 'UTC−3:30', 'UTC+5:30', 'UTC−8']);
});
