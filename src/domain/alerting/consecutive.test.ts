import { expect, test } from '@jest/globals';
import { entry, MINUTE, T0, watch } from './test-entries.ts';

const plan = { kind: 'consecutive' as const, threshold: 3 };
const match = (time: number, more = {}) => entry('match', time, more);
const success = (time: number, more = {}) => entry('reset', time, more);

test('fires at the third in a row, resolves at the reset with how many there were', () => {
  const watched = watch(plan);
  const [third, good] = [match(T0 + 2), success(T0 + 10)];
  watched.each(match(T0), match(T0 + 1), third, match(T0 + 3), match(T0 + 4), good);
  expect(watched.transitions).toMatchObject([
    { kind: 'fire', value: 3, causeRef: third.ref, startedAt: T0 + 2 },
    { kind: 'resolve', value: 5, reason: 'reset_event', endedBy: good.ref, endedAt: T0 + 10, startedAt: T0 + 2 },
  ]);
});

test('a success between begins anew', () => {
  const watched = watch(plan);
  watched.each(match(T0), match(T0 + 1), success(T0 + 2), match(T0 + 3), match(T0 + 4));
  expect(watched.transitions).toEqual([]);
});

test('a row has no time limit', () => {
  const watched = watch(plan);
  watched.each(match(T0), match(T0 + 86_400_000), match(T0 + 10 * 86_400_000));
  expect(watched.kinds).toEqual(['fire']);
});

test('events of one ms count in the order in which they were recorded, in one look or in several', () => {
  const words = () => [match(T0), match(T0), success(T0), match(T0), match(T0), match(T0), success(T0)];
  const together = watch(plan);
  together.look(T0, ...words());
  const apart = watch(plan);
  apart.each(...words());
  expect(together.kinds).toEqual(['fire', 'resolve']);
  expect(apart.kinds).toEqual(['fire', 'resolve']);
});

test('out of order in one look: the success lies between by its own time', () => {
  const watched = watch({ ...plan, threshold: 2 });
  watched.look(T0 + 10, match(T0), match(T0 + 4), success(T0 + 2));
  expect(watched.transitions).toEqual([]);
});

test('a reset that comes late does not un-fire, and late matches from before a reset do not fire again', () => {
  const watched = watch(plan);
  watched.each(match(T0), match(T0 + 10), match(T0 + 20), success(T0 + 15, { receivedAt: T0 + 30 }));
  expect(watched.kinds).toEqual(['fire']);
  watched.each(success(T0 + 40));
  watched.each(...[21, 22, 23, 24].map((ms) => match(T0 + ms, { receivedAt: T0 + 50 })));
  expect(watched.kinds).toEqual(['fire', 'resolve']);
});

test('a late reset that enough matches follow leaves the alert as it is', () => {
  const watched = watch(plan);
  watched.each(...[0, 1, 2, 10, 11, 12].map((ms) => match(T0 + ms)));
  watched.each(success(T0 + 5, { receivedAt: T0 + 20 }));
  expect(watched.kinds).toEqual(['fire']);
  watched.each(success(T0 + 30));
  expect(watched.kinds).toEqual(['fire', 'resolve']);
});

test('flapping at 1 Hz for an hour: a row of one each time, so nothing fires', () => {
  const watched = watch(plan);
  for (let second = 0; second < 3_600; second++) {
    watched.each(second % 2 === 0 ? match(T0 + second * 1_000) : success(T0 + second * 1_000));
  }
  expect(watched.transitions).toEqual([]);
});

test('fail, then success by another try of the run: nothing fires', () => {
  const watched = watch({ ...plan, threshold: 2 });
  watched.each(match(T0, { epoch: 0 }), success(T0 + MINUTE, { epoch: 1 }), match(T0 + 2 * MINUTE, { epoch: 0 }));
  expect(watched.transitions).toEqual([]);
});

test('a clock that is 5 minutes off, either way, changes nothing for one sender', () => {
  for (const skew of [-5 * MINUTE, 5 * MINUTE]) {
    const watched = watch(plan);
    const at = (ms: number) => ({ receivedAt: T0 + ms });
    watched.each(...[0, 1, 2].map((ms) => match(T0 + ms + skew, at(ms))), success(T0 + 3 + skew, at(3)));
    expect(watched.kinds).toEqual(['fire', 'resolve']);
  }
});
