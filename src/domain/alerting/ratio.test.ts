import { expect, test } from '@jest/globals';
import { entry, HOUR, MINUTE, SECOND, T0, watch } from './test-entries.ts';

const plan = { kind: 'ratio' as const, bound: { below: 0.95 }, windowMs: HOUR, minSamples: 5 };
const good = (time: number, more = {}) => entry(['of', 'against'], time, more);
const bad = (time: number, more = {}) => entry('against', time, more);

test('a success rate under the bound fires once there are enough samples, and resolves when it is back', () => {
  const watched = watch(plan);
  watched.each(bad(T0), good(T0 + 1), good(T0 + 2), good(T0 + 3));
  expect(watched.transitions).toEqual([]);
  const fifth = good(T0 + 4);
  watched.each(fifth);
  expect(watched.transitions).toMatchObject([
    { kind: 'fire', value: 0.8, threshold: 0.95, reason: 'share_crossed', causeRef: fifth.ref },
  ]);
  for (let sample = 5; sample < 19; sample++) watched.each(good(T0 + sample));
  expect(watched.kinds).toEqual(['fire']);
  // 19 of 20: exactly the bound is not below it.
  watched.each(good(T0 + 20));
  expect(watched.transitions[1]).toMatchObject({ kind: 'resolve', value: 0.95, reason: 'share_back' });
});

test('a share that is exactly the bound counts as written: 7 of 100 is at least 0.07', () => {
  const watched = watch({ ...plan, bound: { at_least: 0.07 }, minSamples: 100 });
  for (let sample = 0; sample < 93; sample++) watched.each(bad(T0 + sample));
  for (let sample = 93; sample < 100; sample++) watched.each(good(T0 + sample));
  expect(watched.transitions).toMatchObject([{ kind: 'fire', value: 0.07 }]);
});

test('by time alone: old successes leave the window and the share crosses; then all leave', () => {
  const watched = watch({ ...plan, bound: { below: 0.5 } });
  for (let sample = 0; sample < 10; sample++) watched.each(good(T0 + sample));
  for (let sample = 0; sample < 6; sample++) watched.each(bad(T0 + 30 * MINUTE + sample));
  expect(watched.transitions).toEqual([]);
  // A step of a minute: what came at T0 leaves within a minute after an hour.
  expect(watched.next).toBe(T0 + HOUR + MINUTE);
  watched.passUntil(T0 + HOUR + MINUTE);
  expect(watched.transitions).toMatchObject([{ kind: 'fire', value: 0, at: T0 + HOUR + MINUTE }]);
  watched.passUntil(T0 + 3 * HOUR);
  expect(watched.transitions[1]).toMatchObject({ kind: 'resolve', reason: 'window_empty', at: T0 + 91 * MINUTE });
  expect(watched.next).toBeNull();
});

test('fewer samples than min_samples do not resolve by themselves: what is left has to be good', () => {
  const watched = watch({ ...plan, windowMs: MINUTE });
  for (let second = 0; second < 5; second++) watched.each(bad(T0 + second * 10 * SECOND));
  expect(watched.kinds).toEqual(['fire']);
  watched.look(T0 + 100 * SECOND);
  expect(watched.kinds).toEqual(['fire']);
  watched.passUntil(T0 + HOUR);
  expect(watched.transitions[1]).toMatchObject({ kind: 'resolve', reason: 'window_empty', at: T0 + 101 * SECOND });
});

test.each([-5 * MINUTE, 5 * MINUTE])(
  'a clock off by %d ms: samples of a short window are there all the same',
  (skew) => {
    const watched = watch({ ...plan, windowMs: MINUTE });
    for (let second = 0; second < 5; second++) {
      watched.each(bad(T0 + second * SECOND + skew, { receivedAt: T0 + second * SECOND }));
    }
    expect(watched.kinds).toEqual(['fire']);
  },
);

test('an event from before the window does not count', () => {
  const watched = watch({ ...plan, windowMs: MINUTE, minSamples: 1 });
  watched.each(bad(T0 - HOUR, { receivedAt: T0 }));
  expect(watched.transitions).toEqual([]);
  expect(watched.notes).toMatchObject([{ code: 'late_ignored' }]);
});
