import { describe, expect, test } from '@jest/globals';
import { advance, reset } from './advance.ts';
import { entry, HOUR, MINUTE, SECOND, T0, watch } from './test-entries.ts';

const plan = { kind: 'count' as const, threshold: 3, windowMs: MINUTE };
const match = (time: number, more = {}) => entry('match', time, more);

describe('count', () => {
  test('fires at the Nth match, with it as the cause, and is quiet after the window', () => {
    const watched = watch(plan);
    const third = match(T0 + 30_000);
    watched.each(match(T0), match(T0 + 10_000));
    expect(watched.transitions).toEqual([]);
    watched.each(third);
    expect(watched.transitions).toEqual([
      {
        kind: 'fire',
        at: T0 + 30_000,
        startedAt: T0 + 30_000,
        value: 3,
        threshold: 3,
        reason: 'threshold_reached',
        causeRef: third.ref,
      },
    ]);
    expect(watched.next).toBe(T0 + 90_000);
    expect(watched.look(T0 + 89_999)).toEqual([]);
    expect(watched.look(T0 + 90_000)).toMatchObject([
      { kind: 'resolve', at: T0 + 90_000, reason: 'quiet', value: 3, endedBy: null, causeRef: third.ref },
    ]);
    expect(watched.next).toBeNull();
  });

  test.each([
    [MINUTE - 1, ['fire']],
    [MINUTE, ['fire']],
    [MINUTE + 1, []],
  ])('matches %d ms apart, with a window of a minute', (apart, kinds) => {
    const watched = watch(plan);
    watched.each(match(T0), match(T0 + 1), match(T0 + apart));
    expect(watched.kinds).toEqual(kinds);
  });

  test('a thousand more matches while it fires are one alert, and the resolve tells how many there were', () => {
    const watched = watch(plan);
    for (let second = 0; second < 1_000; second++) watched.each(match(T0 + second * SECOND));
    expect(watched.kinds).toEqual(['fire']);
    watched.passUntil(T0 + 2 * HOUR);
    expect(watched.transitions[1]).toMatchObject({ kind: 'resolve', at: T0 + 999 * SECOND + MINUTE, value: 1_000 });
  });

  test('50 failing states of one run are one alert: count them for each run, with a threshold of 1', () => {
    const watched = watch({ ...plan, threshold: 1 });
    const states = Array.from({ length: 50 }, (_, index) => match(T0 + index * 100));
    watched.look(T0 + 5_000, ...states.slice(0, 20));
    watched.look(T0 + 6_000, ...states.slice(20));
    expect(watched.kinds).toEqual(['fire']);
    watched.each(entry('resolve', T0 + 7_000));
    watched.passUntil(T0 + HOUR);
    expect(watched.kinds).toEqual(['fire', 'resolve']);
  });

  test('duplicates × 10 of each match count once, in one look or in ten', () => {
    const [first, second] = [match(T0), match(T0 + 1)];
    const together = watch(plan);
    together.look(T0 + 10, ...Array(10).fill(first), ...Array(10).fill(second));
    const apart = watch(plan);
    for (let turn = 0; turn < 10; turn++) apart.look(T0 + 10 + turn, first, second);
    expect([...together.transitions, ...apart.transitions]).toEqual([]);
    expect(together.notes).toEqual([{ code: 'repeated', count: 18, detail: expect.any(String) }]);
  });

  test('out of order within the window: matches count by their own times', () => {
    const watched = watch(plan);
    const late = match(T0 + 10_000, { receivedAt: T0 + 50_000 });
    watched.each(match(T0 + 40_000), match(T0 + 45_000), late);
    expect(watched.transitions).toMatchObject([
      { kind: 'fire', at: T0 + 50_000, startedAt: T0 + 45_000, causeRef: late.ref },
    ]);
  });

  test('late matches from before the resolve do not bring the alert back', () => {
    const watched = watch(plan);
    watched.each(match(T0), match(T0 + 1), match(T0 + 2), entry('resolve', T0 + 10_000));
    expect(watched.kinds).toEqual(['fire', 'resolve']);
    watched.each(...[3, 4, 5, 6].map((ms) => match(T0 + ms, { receivedAt: T0 + 20_000 })));
    expect(watched.kinds).toEqual(['fire', 'resolve']);
    expect(watched.notes.every(({ code }) => code === 'late_ignored')).toBe(true);
    watched.each(...[30_000, 30_001, 30_002].map((ms) => match(T0 + ms)));
    expect(watched.kinds).toEqual(['fire', 'resolve', 'fire']);
  });

  test('nor do those that were late for the quiet that resolved it', () => {
    const watched = watch(plan);
    watched.each(match(T0), match(T0 + 1), match(T0 + 2));
    watched.passUntil(T0 + HOUR);
    watched.each(...[30_000, 30_001, 30_002].map((ms) => match(T0 + ms, { receivedAt: T0 + 2 * MINUTE })));
    expect(watched.kinds).toEqual(['fire', 'resolve']);
  });

  test('a resolve event that is older than the Nth match does not end what it knew nothing of', () => {
    const watched = watch(plan);
    watched.each(match(T0), match(T0 + 100), match(T0 + 200));
    watched.each(entry('resolve', T0 + 150, { receivedAt: T0 + 300 }));
    expect(watched.kinds).toEqual(['fire']);
    expect(watched.notes).toMatchObject([{ code: 'outdated_end' }]);
  });

  test('matches that come after the event that made them good do not fire', () => {
    const watched = watch(plan);
    watched.each(match(T0), entry('resolve', T0 + 1_000));
    watched.each(...[100, 200].map((ms) => match(T0 + ms, { receivedAt: T0 + 2_000 })));
    expect(watched.transitions).toEqual([]);
    expect(watched.notes).toMatchObject([{ code: 'over_before_known' }]);
  });

  test.each([-5 * MINUTE, 5 * MINUTE])('a clock off by %d ms: fires, waits the whole window, fires again', (skew) => {
    const watched = watch(plan);
    const skewed = (at: number) => match(at + skew, { receivedAt: at });
    watched.each(skewed(T0), skewed(T0 + 1_000), skewed(T0 + 2_000));
    expect(watched.kinds).toEqual(['fire']);
    expect(watched.next).toBe(T0 + 2_000 + MINUTE);
    watched.passUntil(T0 + HOUR);
    watched.each(...[0, 1_000, 2_000].map((ms) => skewed(T0 + 2 * MINUTE + ms)));
    expect(watched.kinds).toEqual(['fire', 'resolve', 'fire']);
  });

  test('failed, then good by another try: counts for each try (run_id and run_epoch) never reach 2', () => {
    const perTry = { ...plan, threshold: 2 };
    const first = watch(perTry);
    first.each(match(T0));
    const second = watch(perTry);
    second.each(entry('resolve', T0 + 1_000));
    expect([...first.transitions, ...second.transitions]).toEqual([]);
  });

  test('an idle state may be forgotten once nothing in it counts', () => {
    const { state, nextLookAt, forgetAt } = advance(null, [match(T0)], T0, plan);
    expect({ nextLookAt, forgetAt }).toEqual({ nextLookAt: null, forgetAt: T0 + MINUTE });
    expect(reset(state, 'rule_changed', T0)).toEqual([]);
  });
});

describe('edits while it fires', () => {
  const firing = () => {
    const watched = watch(plan);
    watched.each(match(T0), match(T0 + 1), match(T0 + 2));
    return watched.state!;
  };

  test('a change of meaning resolves with the reason', () => {
    const before = structuredClone(firing());
    const state = firing();
    expect(reset(state, 'rule_changed', T0 + 5_000)).toMatchObject([
      {
        kind: 'resolve',
        reason: 'rule_changed',
        at: T0 + 5_000,
        startedAt: T0 + 2,
        value: 3,
        threshold: 3,
        endedBy: null,
      },
    ]);
    expect(state.firing).toEqual({ ...before.firing, causeRef: state.firing!.causeRef });
  });

  test('switched off and deleted are reasons too', () => {
    expect(reset(firing(), 'rule_disabled', T0 + 5_000)).toMatchObject([{ reason: 'rule_disabled' }]);
    expect(reset(firing(), 'rule_deleted', T0 + 5_000)).toMatchObject([{ reason: 'rule_deleted' }]);
    expect(reset(null, 'rule_deleted', T0)).toEqual([]);
  });

  test('a state of another kind resolves and begins anew, should one be left over', () => {
    const { state, transitions, notes } = advance(firing(), [match(T0 + 5_000)], T0 + 5_000, {
      kind: 'consecutive',
      threshold: 1,
    });
    expect(transitions).toMatchObject([{ kind: 'resolve', reason: 'rule_changed' }, { kind: 'fire' }]);
    expect(state?.kind).toBe('consecutive');
    expect(notes).toMatchObject([{ code: 'state_reset' }]);
  });
});
