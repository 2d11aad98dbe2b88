import { describe, expect, test } from '@jest/globals';
import { alertSummary } from './alert-text.ts';
import { entry, HOUR, MINUTE, T0, watch } from './test-entries.ts';

const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const LIMIT = 30 * MINUTE;
const plan = { kind: 'duration' as const, longerThanMs: LIMIT };
const started = (time: number, more = {}) => entry('started', time, more);
const ended = (time: number, more = {}) => entry('ended', time, more);
/** When an alert of a run that started at T0 is given up. */
const GONE = T0 + LIMIT + WEEK;

/** A run that started at T0, whose end was lost, and that was given up at `GONE`. */
function givenUp(more = {}) {
  const watched = watch(plan);
  const start = started(T0, more);
  watched.each(start);
  watched.passUntil(GONE);
  expect(watched.kinds).toEqual(['fire', 'resolve']);
  return { watched, start };
}

describe('a run whose end is lost', () => {
  test.each([
    ['a week, where 7 times the limit is less', LIMIT, WEEK],
    ['7 times the limit, where that is more', 2 * DAY, 14 * DAY],
  ])('is given up after its firing by %s', (_, longerThanMs, goneMs) => {
    const watched = watch({ ...plan, longerThanMs });
    const start = started(T0);
    watched.each(start);
    watched.passUntil(T0 + longerThanMs);
    const gone = T0 + longerThanMs + goneMs;
    expect(watched.next).toBe(gone);
    watched.look(gone - 1);
    expect(watched.kinds).toEqual(['fire']);
    expect(watched.notes).toEqual([]);
    watched.passUntil(gone);
    expect(watched.transitions[1]).toEqual({
      kind: 'resolve',
      at: gone,
      startedAt: T0 + longerThanMs,
      endedAt: gone,
      value: longerThanMs + goneMs,
      threshold: longerThanMs,
      reason: 'key_gone',
      causeRef: start.ref,
      endedBy: null,
    });
    expect(watched.notes).toMatchObject([{ code: 'key_dropped', count: 1 }]);
    expect(watched.next).toBeNull();
  });

  test('people are told that it was given up, not that it ended', () => {
    const { watched } = givenUp();
    const event = { type: 'workflow.started', data: { graph_name: 'etl', run_id: '5f0e' } } as never;
    expect(alertSummary('Long runs', plan, watched.transitions[1]!, 'run_id=5f0e', event)).toBe(
      'Long runs: given up, no end was heard within 7d of its start and it may be running still (run_id=5f0e): workflow.started — etl run 5f0e',
    );
  });

  test('its state is kept for an hour more, small, and may then be dropped without a look', () => {
    const { watched } = givenUp();
    expect(watched.state).toMatchObject({ firing: null, open: [], ended: { time: T0 } });
    expect(watched.forgetAt).toBe(GONE + HOUR);
  });

  test('a start that was heard late is given up a week after it fired', () => {
    const watched = watch(plan);
    const heard = T0 + 3 * DAY;
    watched.each(started(T0, { receivedAt: heard }));
    watched.passUntil(heard + 5_000 + WEEK);
    expect(watched.transitions).toMatchObject([
      { kind: 'fire', at: heard + 5_000 },
      { kind: 'resolve', reason: 'key_gone', at: heard + 5_000 + WEEK, value: 10 * DAY + 5_000 },
    ]);
  });

  test('its end in the last ms ends it; one that is known at the late look which would give it up, too', () => {
    const inTime = watch(plan);
    inTime.each(started(T0));
    inTime.passUntil(GONE - 1);
    inTime.each(ended(GONE - 1));
    const lateLook = watch(plan);
    lateLook.each(started(T0));
    lateLook.passUntil(T0 + LIMIT);
    lateLook.look(GONE + HOUR, ended(GONE - 1));
    for (const watched of [inTime, lateLook]) {
      watched.passUntil(GONE + 9 * DAY);
      expect(watched.transitions.map(({ reason }) => reason)).toEqual(['still_running', 'ended']);
      expect(watched.notes).toEqual([]);
    }
  });
});

describe.each([
  ['by run_epoch', 4],
  ['by time', null],
])('after it was given up, tries told apart %s', (_, epoch) => {
  test.each([
    ['within the hour', MINUTE],
    ['when its state is dropped', 2 * HOUR],
  ])('its end %s changes nothing, and wakes nothing', (_when, later) => {
    const { watched } = givenUp({ epoch });
    const state = later > HOUR ? null : watched.state;
    const after = watch(plan, state);
    after.each(ended(GONE + later, { epoch }), ended(T0 + HOUR, { epoch, receivedAt: GONE + later + 1 }));
    after.passUntil(GONE + 9 * DAY);
    expect(after.transitions).toEqual([]);
    expect(after.next).toBeNull();
  });

  test('a repeat of its start does not fire again, alone or in the very look that gives it up', () => {
    const { watched, start } = givenUp({ epoch });
    watched.each({ ...start, receivedAt: GONE + 1 }, started(T0, { epoch, receivedAt: GONE + MINUTE }));
    const together = watch(plan);
    together.each(started(T0, { epoch }));
    together.passUntil(T0 + LIMIT);
    together.look(GONE + MINUTE, started(T0, { epoch, receivedAt: GONE + MINUTE }));
    for (const each of [watched, together]) {
      each.passUntil(GONE + 9 * DAY);
      expect(each.kinds).toEqual(['fire', 'resolve']);
      expect(each.next).toBeNull();
    }
  });

  test('a newer start is a run of its own, with a limit, an alert and an end of its own', () => {
    const { watched } = givenUp({ epoch });
    const next = epoch === null ? null : epoch + 1;
    const begun = GONE + MINUTE;
    watched.each(started(begun, { epoch: next }));
    expect(watched.next).toBe(begun + LIMIT);
    watched.passUntil(begun + LIMIT);
    watched.each(ended(begun + HOUR, { epoch: next }));
    expect(watched.transitions.slice(2)).toMatchObject([
      { kind: 'fire', at: begun + LIMIT },
      { kind: 'resolve', reason: 'ended', value: HOUR },
    ]);
  });

  test('tries that were too long with it are given up with it, a younger one goes on', () => {
    const watched = watch(plan);
    const epochOf = (index: number) => (epoch === null ? null : epoch + index);
    watched.each(started(T0, { epoch: epochOf(0) }));
    watched.passUntil(T0 + LIMIT);
    watched.each(started(T0 + HOUR, { epoch: epochOf(1) }), started(GONE - MINUTE, { epoch: epochOf(2) }));
    watched.passUntil(GONE);
    expect(watched.kinds).toEqual(['fire', 'resolve']);
    expect(watched.next).toBe(GONE - MINUTE + LIMIT);
    watched.passUntil(GONE + HOUR);
    expect(watched.transitions.slice(2)).toMatchObject([{ kind: 'fire', at: GONE - MINUTE + LIMIT }]);
  });
});
