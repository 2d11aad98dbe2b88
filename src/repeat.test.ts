import { describe, expect, test } from '@jest/globals';
import { repeat } from './repeat.ts';

const HOUR = 3_600_000;

describe('work that is repeated', () => {
  test('begins at once, goes on while there is more, then rests until it is nudged', async () => {
    const more = [true, true, false, false];
    const rounds: (() => void)[] = [];
    let count = 0;
    const round = (number: number) =>
      new Promise<void>((resolve) => {
        if (count >= number) resolve();
        else rounds[number] = resolve;
      });
    const repeating = repeat({
      async work() {
        count += 1;
        rounds[count]?.();
        return more.shift() ?? false;
      },
      everyMs: HOUR,
      pauseMs: HOUR,
      tellFailure: () => {},
    });
    await round(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(count).toBe(3);
    repeating.nudge();
    await round(4);
    await repeating.stop();
    expect(count).toBe(4);
  });

  test('a nudge during a round is not lost', async () => {
    let count = 0;
    let release = () => {};
    const second = Promise.withResolvers<void>();
    const repeating = repeat({
      async work() {
        count += 1;
        if (count === 2) second.resolve();
        else await new Promise<void>((resolve) => (release = resolve));
        return false;
      },
      everyMs: HOUR,
      pauseMs: HOUR,
      tellFailure: () => {},
    });
    repeating.nudge();
    release();
    await second.promise;
    await repeating.stop();
  });

  test('a failure is told, and another round follows', async () => {
    const failures: unknown[] = [];
    const twice = Promise.withResolvers<void>();
    const repeating = repeat({
      async work() {
        if (failures.length === 2) twice.resolve();
        else throw new Error('away');
        return false;
      },
      everyMs: HOUR,
      pauseMs: 1,
      tellFailure: (error) => void failures.push(error),
    });
    await twice.promise;
    await repeating.stop();
    expect(failures).toHaveLength(2);
  });
});
