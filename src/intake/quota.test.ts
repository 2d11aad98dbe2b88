import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createQuota } from './quota.ts';

function quotaOf(perSecond: number) {
  const clock = { now: 1_000_000 };
  return { clock, quota: createQuota(perSecond, () => clock.now) };
}

test('ten seconds’ worth may come at once, then so many a second', () => {
  const { clock, quota } = quotaOf(5);
  for (let event = 0; event < 50; event += 1) expect(quota.take('a', 1)).toBe(0);
  expect(quota.take('a', 1)).toBe(200);
  clock.now += 200;
  expect(quota.take('a', 1)).toBe(0);
  expect(quota.waitMs('a')).toBe(200);
  clock.now += 60_000;
  for (let event = 0; event < 50; event += 1) expect(quota.take('a', 1)).toBe(0);
  expect(quota.take('a', 1)).toBe(200);
});

test('another namespace has its own', () => {
  const { quota } = quotaOf(1);
  quota.take('a', 1_000);
  expect(quota.take('a', 1)).toBeGreaterThan(0);
  expect(quota.waitMs('b')).toBe(0);
  expect(quota.take('b', 1)).toBe(0);
});

test('a batch larger than the room is let in whole, and owed; what is refused is not counted', () => {
  const { clock, quota } = quotaOf(1);
  expect(quota.take('a', 500)).toBe(0);
  expect(quota.waitMs('a')).toBe(491_000);
  expect(quota.take('a', 500)).toBe(491_000);
  clock.now += 490_999;
  expect(quota.take('a', 1)).toBe(1);
  clock.now += 1;
  expect(quota.take('a', 1)).toBe(0);
});

test('what is given back was not counted, and is no more than what was taken', () => {
  const { clock, quota } = quotaOf(1);
  quota.take('a', 500);
  quota.giveBack('a', 499);
  expect(quota.waitMs('a')).toBe(0);
  quota.giveBack('a', 1);
  // Who comes back after a long time has the room of ten seconds and no more.
  clock.now += 60_000;
  quota.giveBack('b', 1_000);
  for (const namespace of ['a', 'b']) {
    for (let event = 0; event < 10; event += 1) expect(quota.take(namespace, 1)).toBe(0);
    expect(quota.take(namespace, 1)).toBe(1_000);
  }
});

test('0 is no limit', () => {
  const { quota } = quotaOf(0);
  for (let round = 0; round < 100; round += 1) expect(quota.take('a', 500)).toBe(0);
});

test('whatever comes when, no namespace gets more in than its room, its rate, and one batch', () => {
  const step = fc.record({
    namespace: fc.constantFrom('a', 'b', 'c'),
    events: fc.integer({ min: 1, max: 500 }),
    afterMs: fc.integer({ min: 0, max: 3_000 }),
    /** Of the events, in hundredths: those that do not get in, and how long it takes until that is known. */
    lost: fc.constantFrom(0, 0, 50, 100),
    lostAfterMs: fc.integer({ min: 0, max: 10_000 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.array(step, { maxLength: 200 }), (perSecond, steps) => {
      const { clock, quota } = quotaOf(perSecond);
      const began = clock.now;
      const taken = new Map<string, number>();
      const onTheirWay: { namespace: string; events: number; at: number }[] = [];
      const giveBack = () => {
        for (const one of onTheirWay.filter(({ at }) => at <= clock.now)) {
          onTheirWay.splice(onTheirWay.indexOf(one), 1);
          quota.giveBack(one.namespace, one.events);
        }
      };
      for (const { namespace, events, afterMs, lost, lostAfterMs } of steps) {
        clock.now += afterMs;
        giveBack();
        const wait = quota.waitMs(namespace);
        expect(quota.take(namespace, events)).toBe(wait);
        if (wait > 0) continue;
        const lostEvents = Math.floor((events * lost) / 100);
        onTheirWay.push({ namespace, events: lostEvents, at: clock.now + lostAfterMs });
        taken.set(namespace, (taken.get(namespace) ?? 0) + events - lostEvents);
        const allowed = perSecond * (10 + (clock.now - began) / 1000) + 500;
        expect(taken.get(namespace)).toBeLessThanOrEqual(allowed);
      }
      for (const namespace of taken.keys()) {
        clock.now += quota.waitMs(namespace) + 0.001;
        expect(quota.take(namespace, 1)).toBe(0);
      }
    }),
  );
});
