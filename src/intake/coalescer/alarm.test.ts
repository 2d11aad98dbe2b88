import { expect, test } from '@jest/globals';
import { pass, useFakeClock } from '../test-coalescer.ts';
import { createAlarm } from './alarm.ts';

useFakeClock();

function alarm() {
  const rung: number[] = [];
  const began = Date.now();
  const setAlarm = createAlarm(Date.now, () => rung.push(Date.now() - began));
  return { rung, set: (ms: number) => setAlarm(began + ms) };
}

test('it rings once, at the time that was set last', async () => {
  const { rung, set } = alarm();
  set(50);
  set(30);
  set(30);
  set(80);
  await pass(1_000);
  expect(rung).toEqual([80]);
});

test('never is never, and what is past is at once', async () => {
  const { rung, set } = alarm();
  set(50);
  set(Number.POSITIVE_INFINITY);
  await pass(1_000);
  expect(rung).toEqual([]);
  set(20);
  await pass(1);
  expect(rung).toEqual([1_001]);
  // It may be set for the same time again once it has rung.
  set(20);
  await pass(1);
  expect(rung).toEqual([1_001, 1_002]);
});
