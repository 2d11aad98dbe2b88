import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextDeadline } from './time-of-day.ts';

const iso = (after: string, by: string, timezone: string) => {
  const { at, from } = nextDeadline(Date.parse(after), by, timezone);
  return [new Date(at).toISOString(), new Date(from).toISOString()];
};

test.each([
  [
    'an ordinary day',
    '2026-06-01T03:00:00Z',
    '06:00',
    'Europe/Berlin',
    '2026-06-01T04:00:00.000Z',
    '2026-05-31T22:00:00.000Z',
  ],
  [
    'exactly then: the next day',
    '2026-06-01T06:00:00Z',
    '06:00',
    'UTC',
    '2026-06-02T06:00:00.000Z',
    '2026-06-02T00:00:00.000Z',
  ],
  [
    'a day of 23 hours',
    '2026-03-29T00:00:00Z',
    '06:00',
    'Europe/Berlin',
    '2026-03-29T04:00:00.000Z',
    '2026-03-28T23:00:00.000Z',
  ],
  [
    'a day of 25 hours',
    '2026-10-25T00:00:00Z',
    '06:00',
    'Europe/Berlin',
    '2026-10-25T05:00:00.000Z',
    '2026-10-24T22:00:00.000Z',
  ],
  [
    'a time that the clock leaves out',
    '2026-03-29T00:00:00Z',
    '02:30',
    'Europe/Berlin',
    '2026-03-29T01:30:00.000Z',
    '2026-03-28T23:00:00.000Z',
  ],
  [
    'a time that comes twice: the first',
    '2026-10-24T12:00:00Z',
    '02:30',
    'Europe/Berlin',
    '2026-10-25T00:30:00.000Z',
    '2026-10-24T22:00:00.000Z',
  ],
  [
    'midnight ends the day before',
    '2026-06-01T12:00:00Z',
    '00:00',
    'America/New_York',
    '2026-06-02T04:00:00.000Z',
    '2026-06-01T04:00:00.000Z',
  ],
  [
    'a zone with quarter hours',
    '2026-06-01T00:00:00Z',
    '06:00',
    'Asia/Kathmandu',
    '2026-06-01T00:15:00.000Z',
    '2026-05-31T18:15:00.000Z',
  ],
  [
    'a midnight that is left out',
    '2026-04-23T22:30:00Z',
    '06:00',
    'Africa/Cairo',
    '2026-04-24T03:00:00.000Z',
    '2026-04-23T22:00:00.000Z',
  ],
  [
    'the far side of the date line',
    '2026-06-01T00:00:00Z',
    '06:00',
    'Pacific/Kiritimati',
    '2026-06-01T16:00:00.000Z',
    '2026-06-01T10:00:00.000Z',
  ],
])('%s', (_, after, by, timezone, at, from) => {
  expect(iso(after, by, timezone)).toEqual([at, from]);
});

test('the next deadline is after the moment, within 25 hours and a half, and shows that time on the wall', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Cairo'];
  const minute = fc.integer({ min: 0, max: 1439 });
  const moment = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) });
  fc.assert(
    fc.property(moment, minute, fc.constantFrom(...zones), (after, minutes, timezone) => {
      const by = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
      const { at, from } = nextDeadline(after, by, timezone);
      expect(at).toBeGreaterThan(after);
      expect(at - after).toBeLessThanOrEqual(25.5 * 3_600_000);
      expect(from).toBeLessThan(at);
      const wall = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit' }).format(
        at,
      );
      // Where the clock leaves the time out, it shows a later one.
      if (wall !== by) expect(wall > by).toBe(true);
    }),
    { numRuns: 300 },
  );
});
