import { describe, expect, test } from '@jest/globals';
import { entry, HOUR, MINUTE, T0, watch } from './test-entries.ts';

const LIMIT = 30 * MINUTE;
const plan = { kind: 'duration' as const, longerThanMs: LIMIT };
const started = (time: number, more = {}) => entry('started', time, more);
const ended = (time: number, more = {}) => entry('ended', time, more);

describe('duration', () => {
  test('a start from long ago does not take the place of the one that fires: its end still resolves', () => {
    const watched = watch(plan);
    const firing = started(T0, { epoch: 10 });
    watched.each(firing);
    watched.passUntil(T0 + LIMIT);
    for (let index = 1; index <= 3; index += 1) watched.each(started(T0 + LIMIT + index, { epoch: 10 + index }));
    watched.each(started(T0 - MINUTE, { epoch: 9, receivedAt: T0 + LIMIT + 10 }));
    watched.each(ended(T0 + HOUR, { epoch: 10 }));
    expect(watched.transitions.map(({ kind, causeRef }) => [kind, causeRef])).toEqual([
      ['fire', firing.ref],
      ['resolve', firing.ref],
    ]);
  });

  test('fires while still running, at the limit; resolves at the end with the real duration', () => {
    const watched = watch(plan);
    const [start, end] = [started(T0), ended(T0 + HOUR)];
    watched.each(start);
    expect(watched.next).toBe(T0 + LIMIT);
    watched.look(T0 + LIMIT - 1);
    expect(watched.transitions).toEqual([]);
    watched.passUntil(T0 + LIMIT);
    watched.each(end);
    expect(watched.transitions).toEqual([
      {
        kind: 'fire',
        at: T0 + LIMIT,
        startedAt: T0 + LIMIT,
        value: LIMIT,
        threshold: LIMIT,
        reason: 'still_running',
        causeRef: start.ref,
      },
      {
        kind: 'resolve',
        at: T0 + HOUR,
        startedAt: T0 + LIMIT,
        endedAt: T0 + HOUR,
        value: HOUR,
        threshold: LIMIT,
        reason: 'ended',
        causeRef: start.ref,
        endedBy: end.ref,
      },
    ]);
  });

  test.each([
    [LIMIT - 1, []],
    [LIMIT + 1, ['fire', 'resolve']],
  ])('a run that ends %d ms after its start', (lasted, kinds) => {
    const watched = watch(plan);
    watched.each(started(T0));
    watched.passUntil(T0 + lasted);
    watched.each(ended(T0 + lasted));
    watched.passUntil(T0 + 10 * HOUR);
    expect(watched.kinds).toEqual(kinds);
  });

  test('a run that ended before anybody looked is not running: no alert, but a note', () => {
    const watched = watch(plan);
    watched.each(started(T0));
    watched.look(T0 + 2 * HOUR, ended(T0 + HOUR));
    expect(watched.transitions).toEqual([]);
    expect(watched.notes).toMatchObject([{ code: 'ended_over_limit' }]);
  });

  test('the end before the start, in one look or in two: never fires', () => {
    const [start, end] = [started(T0, { receivedAt: T0 + 2_000 }), ended(T0 + 1_000)];
    const apart = watch(plan);
    apart.each(end, start);
    const together = watch(plan);
    together.look(T0 + 2_000, end, start);
    for (const watched of [apart, together]) {
      watched.passUntil(T0 + 10 * HOUR);
      expect(watched.transitions).toEqual([]);
      expect(watched.next).toBeNull();
    }
  });

  test('an end that is told late resolves, with the duration it really had', () => {
    const watched = watch(plan);
    watched.each(started(T0));
    watched.passUntil(T0 + LIMIT);
    watched.each(ended(T0 + MINUTE, { receivedAt: T0 + HOUR }));
    expect(watched.transitions[1]).toMatchObject({ kind: 'resolve', value: MINUTE, at: T0 + HOUR });
  });

  test('duplicates × 10 of start and end: one alert, one resolve, and no start after the end wakes it', () => {
    const watched = watch(plan);
    const start = started(T0);
    watched.look(T0, ...Array(10).fill(start));
    watched.passUntil(T0 + LIMIT);
    const end = ended(T0 + HOUR);
    watched.look(T0 + HOUR, ...Array(10).fill(end), start);
    watched.each(started(T0, { receivedAt: T0 + HOUR + 1 }));
    watched.passUntil(T0 + 10 * HOUR);
    expect(watched.kinds).toEqual(['fire', 'resolve']);
  });

  test('a start heard after its limit waits a moment for an end that may be right behind it', () => {
    const watched = watch(plan);
    watched.each(started(T0, { receivedAt: T0 + HOUR }));
    expect(watched.transitions).toEqual([]);
    expect(watched.next).toBe(T0 + HOUR + 5_000);
    watched.passUntil(T0 + 2 * HOUR);
    expect(watched.transitions).toMatchObject([{ kind: 'fire', at: T0 + HOUR + 5_000, startedAt: T0 + LIMIT }]);
  });

  test.each([
    ['5 minutes behind', -5 * MINUTE, -5 * MINUTE],
    ['5 minutes ahead', 5 * MINUTE, 5 * MINUTE],
    ['start ahead, end behind', 5 * MINUTE, -5 * MINUTE],
    ['start behind, end ahead', -5 * MINUTE, 5 * MINUTE],
  ])('clocks %s: a run of a minute never fires', (_, startSkew, endSkew) => {
    const start = started(T0 + startSkew, { receivedAt: T0 });
    const end = ended(T0 + MINUTE + endSkew, { receivedAt: T0 + MINUTE });
    const apart = watch(plan);
    apart.each(start, end);
    const together = watch(plan);
    together.look(T0 + MINUTE, end, start);
    for (const watched of [apart, together]) {
      watched.passUntil(T0 + 10 * HOUR);
      expect(watched.transitions).toEqual([]);
    }
  });
});

describe('a run that is tried again under the same id', () => {
  test('each try has its own limit', () => {
    const watched = watch(plan);
    const half = LIMIT * 0.75;
    watched.each(started(T0), ended(T0 + half), started(T0 + half + 1));
    watched.passUntil(T0 + half + LIMIT);
    expect(watched.transitions).toEqual([]);
    watched.passUntil(T0 + half + 1 + LIMIT);
    watched.each(ended(T0 + 2 * HOUR));
    expect(watched.transitions).toMatchObject([{ kind: 'fire' }, { kind: 'resolve', value: 2 * HOUR - half - 1 }]);
  });

  test('the late end of the first try, told apart by run_epoch, leaves the second one running', () => {
    const watched = watch(plan);
    watched.each(
      started(T0, { epoch: 0 }),
      started(T0 + MINUTE, { epoch: 1 }),
      ended(T0 + 50_000, { epoch: 0, receivedAt: T0 + 2 * MINUTE }),
    );
    watched.passUntil(T0 + MINUTE + LIMIT);
    expect(watched.transitions).toMatchObject([{ kind: 'fire', startedAt: T0 + MINUTE + LIMIT }]);
    watched.each(ended(T0 + HOUR, { epoch: 1 }));
    expect(watched.kinds).toEqual(['fire', 'resolve']);
  });

  test('without run_epoch it is told apart by time', () => {
    const watched = watch(plan);
    watched.each(started(T0), started(T0 + MINUTE), ended(T0 + 50_000, { receivedAt: T0 + 2 * MINUTE }));
    watched.passUntil(T0 + 10 * HOUR);
    expect(watched.transitions).toMatchObject([{ kind: 'fire', startedAt: T0 + MINUTE + LIMIT }]);
  });

  test('all in one ms: start, end, start again', () => {
    const watched = watch(plan);
    watched.look(T0, started(T0), ended(T0), started(T0));
    watched.passUntil(T0 + LIMIT);
    expect(watched.kinds).toEqual(['fire']);
  });
});
