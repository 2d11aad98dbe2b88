import { expect, test } from '@jest/globals';
import { createSleep } from './sleep.ts';

const LONG_MS = 3_600_000;
const sleep = createSleep(Date.now);

test('a sleeper wakes by itself when its time is over', async () => {
  expect(await sleep.for('a', 5)).toBe(true);
});

test('a sleeper is woken by its id, others are not', async () => {
  const [one, other] = [sleep.for('a', LONG_MS), sleep.for('b', LONG_MS)];
  sleep.wake('a');
  expect(await one).toBe(false);
  expect(await Promise.race([other, Promise.resolve('asleep')])).toBe('asleep');
  sleep.wake('b');
  expect(await other).toBe(false);
});

test('one that sleeps to its end is not woken', async () => {
  const sleeper = sleep.for('a', 5, 'to its end');
  sleep.wake('a');
  expect(await sleeper).toBe(true);
});

test('a clock that is put forward ends a sleep', async () => {
  let aheadMs = 0;
  const { for: sleepFor } = createSleep(() => Date.now() + aheadMs);
  const sleeper = sleepFor('a', LONG_MS);
  aheadMs = LONG_MS;
  expect(await sleeper).toBe(true);
});

test('closed: all wake, whatever they sleep for, and nobody sleeps any more', async () => {
  const closing = createSleep(Date.now);
  const sleepers = [closing.for('a', LONG_MS), closing.for('b', LONG_MS, 'to its end')];
  closing.close();
  expect(await Promise.all([...sleepers, closing.for('c', LONG_MS)])).toEqual([false, false, false]);
});
