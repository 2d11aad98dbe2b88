import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPacer, type Pacer } from './pacer.ts';

const LIMITS = { leastPerSecond: 1, mostPerSecond: 10, burst: 3, namespaceBurst: 8 };

function pacerAt() {
  const clock = { now: 1_000_000 };
  return { clock, pacer: createPacer(() => clock.now, LIMITS) };
}

/** `team/endpoint`, or an endpoint of `n`. */
const of = (endpoint: string) => {
  const [namespace = '', endpointId] = endpoint.includes('/') ? endpoint.split('/') : ['n', endpoint];
  return { namespace, endpointId: endpointId as string };
};

const turns = (pacer: Pacer, endpoint: string, count: number, notBeforeMs = 0) =>
  Array.from({ length: count }, () => pacer.reserve(of(endpoint), notBeforeMs, 60_000));

test('a few start at once, the others one after the other', () => {
  const { pacer } = pacerAt();
  expect(turns(pacer, 'a', 6)).toEqual([0, 0, 0, 500, 1_000, 1_500]);
});

test('a turn is not before the attempt is due, and those due together do not start together', () => {
  const { pacer } = pacerAt();
  expect(turns(pacer, 'a', 5, 5_000)).toEqual([5_000, 5_000, 5_000, 5_500, 6_000]);
});

test('none is promised further ahead than asked', () => {
  const { pacer } = pacerAt();
  const within = () => pacer.reserve(of('a'), 0, 900);
  expect([within(), within(), within(), within(), within()]).toEqual([0, 0, 0, 500, undefined]);
  // What was refused took nobody's turn.
  expect(pacer.reserve(of('a'), 0, 60_000)).toBe(1_000);
});

test("an endpoint's flood does not put off another endpoint's first", () => {
  const { pacer } = pacerAt();
  turns(pacer, 'flooded', 50);
  expect(turns(pacer, 'other', 3)).toEqual([0, 0, 0]);
});

test("a namespace's many endpoints in trouble do not put off another namespace's more than one of them would", () => {
  const inTrouble = (endpoints: number) => {
    const { pacer } = pacerAt();
    for (let index = 0; index < endpoints; index += 1) turns(pacer, `noisy/${index}`, 5);
    return turns(pacer, 'quiet/a', 6);
  };
  expect(inTrouble(1).slice(0, 3)).toEqual([0, 0, 0]);
  expect(inTrouble(100)).toEqual(inTrouble(1));
});

test("a namespace's many endpoints start a few at once, and the others one after the other like a single endpoint's", () => {
  const { clock, pacer } = pacerAt();
  const startedBy = (endpoints: number) =>
    Array.from({ length: endpoints }, (_, index) => turns(pacer, `down/${index}`, 3)).flat() as number[];
  const starts = startedBy(20);
  expect(starts.filter((start) => start === 0)).toHaveLength(8);
  expect(starts.slice(8, 12)).toEqual([500, 1_000, 1_500, 2_000]);
  expect(starts.at(-1)).toBe(52 * 500);
  // They are a namespace in trouble, though none of its endpoints has a turn taken ahead of its own.
  clock.now += 5_000;
  const [fourth, fifth] = turns(pacer, 'other/a', 5).slice(3) as [number, number];
  expect(fifth - fourth).toBeCloseTo(2 * fourth, -1);
});

test('those due later take no turn of those due now, and do not start together either', () => {
  const { pacer } = pacerAt();
  const later = Array.from({ length: 10 }, (_, index) => turns(pacer, `down/${index}`, 1, 5_000)[0]);
  expect(later).toEqual([...Array<number>(8).fill(5_000), 5_500, 6_000]);
  expect(turns(pacer, 'down/now', 1)).toEqual([1_500]);
});

test('a thousand deliveries of two hundred endpoints start no faster than the rate and the burst say', () => {
  const clock = { now: 1_000_000 };
  const pacer = createPacer(() => clock.now);
  let started = 0;
  for (let index = 0; index < 200; index += 1) {
    started += turns(pacer, `down/${index}`, 5).filter((start) => start !== undefined && start <= 10_000).length;
  }
  // Two a second, as ever at the beginning.
  expect(started).toBeLessThanOrEqual(20 + 10 * 2);
});

test('whatever fails when, a namespace starts no more at once than its burst, and a quiet one does not wait', () => {
  // A rate that stays, so that it can be counted with: two a second.
  const limits = { ...LIMITS, mostPerSecond: 2 };
  const endpoints = ['noisy/1', 'noisy/2', 'noisy/3', 'noisy/4', 'noisy/5', 'other/1', 'other/2'];
  const step = fc.record({
    endpoint: fc.constantFrom(...endpoints),
    deliveries: fc.integer({ min: 1, max: 6 }),
    afterMs: fc.constantFrom(0, 0, 50, 400, 3_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const clock = { now: 1_000_000 };
      const pacer = createPacer(() => clock.now, limits);
      const began = clock.now;
      const startedAtOnce = new Map<string, number>();
      for (const { endpoint, deliveries, afterMs } of steps) {
        clock.now += afterMs;
        const { namespace } = of(endpoint);
        for (const start of turns(pacer, endpoint, deliveries)) {
          if (start === 0) startedAtOnce.set(namespace, (startedAtOnce.get(namespace) ?? 0) + 1);
        }
        const most = limits.namespaceBurst + ((clock.now - began) / 1000) * limits.mostPerSecond + 1;
        for (const count of startedAtOnce.values()) expect(count).toBeLessThanOrEqual(most);
      }
      expect(pacer.reserve(of('quiet/a'), 0, 60_000)).toBe(0);
    }),
  );
});

test('it rises while it is used and Temporal answers as ever, and falls when that answers late', () => {
  const { clock, pacer } = pacerAt();
  const ratePerSecond = () => 1000 / gapOf(pacer, clock.now);
  for (let second = 0; second < 10; second += 1) {
    pacer.reserve(of('a'), 0, 1e6);
    pacer.tell(5);
    clock.now += 1_000;
  }
  const risen = ratePerSecond();
  expect(risen).toBeGreaterThan(5);
  for (let second = 0; second < 4; second += 1) {
    pacer.tell(50);
    clock.now += 1_000;
  }
  expect(ratePerSecond()).toBeLessThan(risen / 4);
});

test('a rate that nobody used does not rise', () => {
  const { clock, pacer } = pacerAt();
  for (let second = 0; second < 60; second += 1) {
    pacer.tell(5);
    clock.now += 1_000;
  }
  expect(turns(pacer, 'a', 5)).toEqual([0, 0, 0, 500, 1_000]);
});

/** Ms between two turns of an endpoint that has used up its burst. */
function gapOf(pacer: Pacer, salt: number): number {
  const given = turns(pacer, `gap-${salt}`, LIMITS.burst + 2) as number[];
  return (given.at(-1) as number) - (given.at(-2) as number);
}
