import { describe, expect, test } from '@jest/globals';
import { absenceSince } from './absence.ts';
import { entry, HOUR, MINUTE, T0, watch } from './test-entries.ts';

const seen = (time: number, more = {}) => entry('seen', time, more);
const within = { kind: 'absence' as const, due: { withinMs: HOUR }, graceMs: 0, keyed: false };

describe('absence within a time', () => {
  test('the clock starts when the rule is saved', () => {
    const watched = watch(within, absenceSince(T0));
    watched.look(T0);
    expect(watched.next).toBe(T0 + HOUR);
    expect(watched.look(T0 + HOUR - 1)).toEqual([]);
    expect(watched.look(T0 + HOUR)).toEqual([
      {
        kind: 'fire',
        at: T0 + HOUR,
        startedAt: T0 + HOUR,
        value: HOUR,
        threshold: HOUR,
        reason: 'absent',
        causeRef: null,
      },
    ]);
  });

  test('each event puts it off; it fires once and resolves at the next one', () => {
    const watched = watch(within, absenceSince(T0));
    const [last, next] = [seen(T0 + 59 * MINUTE), seen(T0 + 10 * HOUR)];
    watched.each(last);
    watched.passUntil(T0 + 9 * HOUR);
    watched.each(next);
    expect(watched.transitions).toMatchObject([
      { kind: 'fire', at: T0 + HOUR + 59 * MINUTE, causeRef: last.ref },
      { kind: 'resolve', at: T0 + 10 * HOUR, endedBy: next.ref, value: 10 * HOUR - 59 * MINUTE, reason: 'seen' },
    ]);
    expect(watched.next).toBe(T0 + 11 * HOUR);
  });

  test('grace is waited for beyond the limit', () => {
    const watched = watch({ ...within, graceMs: 10 * MINUTE }, absenceSince(T0));
    watched.look(T0 + 69 * MINUTE);
    watched.each(seen(T0 + 69 * MINUTE));
    expect(watched.transitions).toEqual([]);
    watched.passUntil(T0 + 5 * HOUR);
    expect(watched.transitions).toMatchObject([{ at: T0 + 139 * MINUTE, startedAt: T0 + 129 * MINUTE }]);
  });

  test('an event that is too old to end it leaves it firing, and an older one than the last is nothing', () => {
    const watched = watch(within, absenceSince(T0));
    watched.each(seen(T0 + MINUTE));
    watched.passUntil(T0 + 5 * HOUR);
    watched.each(seen(T0 + 2 * MINUTE, { receivedAt: T0 + 6 * HOUR }), seen(T0, { receivedAt: T0 + 6 * HOUR }));
    expect(watched.kinds).toEqual(['fire']);
    expect(watched.notes.map(({ code }) => code)).toEqual(['outdated_end', 'late_ignored']);
  });

  test('a key that is gone for 7 times the limit is resolved and dropped with a notice', () => {
    const watched = watch({ ...within, keyed: true });
    watched.each(seen(T0));
    watched.passUntil(T0 + 10 * HOUR);
    expect(watched.transitions).toMatchObject([
      { kind: 'fire', at: T0 + HOUR },
      { kind: 'resolve', at: T0 + 7 * HOUR, reason: 'key_gone', endedBy: null },
    ]);
    expect(watched.notes).toMatchObject([{ code: 'key_dropped' }]);
    expect(watched.state).toBeNull();
    expect(watched.next).toBeNull();
    // Seen again: it begins anew.
    watched.each(seen(T0 + 20 * HOUR));
    expect(watched.next).toBe(T0 + 21 * HOUR);
  });

  test('a rule without per stays, however long', () => {
    const watched = watch(within, absenceSince(T0));
    watched.look(T0 + 1_000 * HOUR);
    expect(watched.kinds).toEqual(['fire']);
    expect(watched.next).toBeNull();
  });

  test('an outage of ours: what came in time and is read late is no absence; what did not come is one', () => {
    const watched = watch(within, absenceSince(T0));
    watched.look(T0 + 3 * HOUR, seen(T0 + 50 * MINUTE), seen(T0 + 100 * MINUTE), seen(T0 + 175 * MINUTE));
    expect(watched.transitions).toMatchObject([
      { kind: 'fire', at: T0 + 160 * MINUTE },
      { kind: 'resolve', at: T0 + 175 * MINUTE },
    ]);
  });

  test('an event that is older but was received later lets no time pass that the newer one has put off', () => {
    const watched = watch({ ...within, due: { withinMs: MINUTE } }, absenceSince(T0));
    watched.look(T0 + 100_000, seen(T0, { receivedAt: T0 + 100_000 }), seen(T0 + 50_000));
    expect(watched.transitions).toEqual([]);
  });

  test.each([-5 * MINUTE, 5 * MINUTE])('a clock off by %d ms: the limit counts from the hearing', (skew) => {
    const watched = watch(within, absenceSince(T0));
    watched.each(seen(T0 + MINUTE + skew, { receivedAt: T0 + MINUTE }));
    expect(watched.next).toBe(T0 + MINUTE + HOUR);
  });
});

describe('absence by a time of day', () => {
  const bySix = { ...within, due: { by: '06:00', timezone: 'Europe/Berlin' } };
  const at = (text: string) => Date.parse(text);

  test('fires at that time if there was none since local midnight; once for any number of days', () => {
    const watched = watch(bySix, absenceSince(at('2026-06-01T12:00:00+02:00')));
    watched.each(seen(at('2026-06-01T23:50:00+02:00')));
    expect(watched.next).toBe(at('2026-06-02T06:00:00+02:00'));
    watched.passUntil(at('2026-06-05T00:00:00+02:00'));
    expect(watched.transitions).toMatchObject([{ kind: 'fire', at: at('2026-06-02T06:00:00+02:00') }]);
    watched.each(seen(at('2026-06-05T08:00:00+02:00')));
    expect(watched.kinds).toEqual(['fire', 'resolve']);
    // That one was for the day before: the next day wants its own.
    watched.passUntil(at('2026-06-06T06:00:00+02:00'));
    expect(watched.kinds).toEqual(['fire', 'resolve', 'fire']);
  });

  test('one in time is enough, and the next day is looked at again', () => {
    const watched = watch(bySix, absenceSince(at('2026-06-01T12:00:00+02:00')));
    watched.each(seen(at('2026-06-02T05:59:59.999+02:00')));
    watched.passUntil(at('2026-06-02T12:00:00+02:00'));
    expect(watched.transitions).toEqual([]);
    expect(watched.next).toBe(at('2026-06-03T06:00:00+02:00'));
  });

  test('grace: one that comes within it was in time', () => {
    const watched = watch({ ...bySix, graceMs: 30 * MINUTE }, absenceSince(at('2026-06-01T12:00:00+02:00')));
    watched.each(seen(at('2026-06-02T06:20:00+02:00')));
    watched.passUntil(at('2026-06-02T12:00:00+02:00'));
    expect(watched.transitions).toEqual([]);
    watched.passUntil(at('2026-06-03T12:00:00+02:00'));
    expect(watched.transitions).toMatchObject([
      { at: at('2026-06-03T06:30:00+02:00'), startedAt: at('2026-06-03T06:00:00+02:00') },
    ]);
  });

  test('on the days that have 23 and 25 hours it is 6:00 by the clock on the wall', () => {
    for (const [saved, due] of [
      ['2026-03-28T12:00:00Z', '2026-03-29T04:00:00Z'],
      ['2026-10-24T12:00:00Z', '2026-10-25T05:00:00Z'],
    ] as const) {
      const watched = watch(bySix, absenceSince(at(saved)));
      watched.look(at(saved));
      expect(watched.next).toBe(at(due));
    }
  });
});
