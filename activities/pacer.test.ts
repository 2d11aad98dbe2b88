import { expect, test } from '@jest/globals';
import { createPacer, type Pacer } from './pacer.ts';

const LIMITS = { leastPerSecond: 1, mostPerSecond: 10, burst: 3 };

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
