import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLanes } from './lanes.ts';

const namespaceOf = (key: string) => key.split(' ')[0] as string;

function lanesAt() {
  const clock = { now: 1_000_000 };
  return { clock, lanes: createLanes<string, string>(namespaceOf, () => clock.now) };
}

test('whatever came when, a namespace has others exactly if one has come in the last ten seconds', () => {
  const step = fc.record({
    key: fc.constantFrom('a 1', 'a 2', 'b 1', 'c 1', 'd 1'),
    afterMs: fc.constantFrom(0, 10, 3_000, 9_999, 10_000, 25_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { clock, lanes } = lanesAt();
      const usedAt = new Map<string, number>();
      for (const { key, afterMs } of steps) {
        clock.now += afterMs;
        const namespace = namespaceOf(key);
        usedAt.set(namespace, clock.now);
        const { share } = lanes.use(key);
        const others = [...usedAt].filter(([other, at]) => other !== namespace && clock.now - at < 10_000);
        expect(lanes.hasOthersThan(share)).toBe(others.length > 0);
      }
    }),
  );
});

test('it is also so for one that has not come last', () => {
  const { clock, lanes } = lanesAt();
  const { share } = lanes.use('a 1');
  expect(lanes.hasOthersThan(share)).toBe(false);
  lanes.use('b 1');
  lanes.use('b 2');
  expect(lanes.hasOthersThan(share)).toBe(true);
  clock.now += 10_000;
  expect(lanes.hasOthersThan(share)).toBe(false);
});

test('keys that are gone for long are forgotten, but not while there is something of theirs', () => {
  const { clock, lanes } = lanesAt();
  for (let key = 0; key < 100; key += 1) lanes.use(`gone ${key}`);
  lanes.use('working 1').working = 1;
  lanes.use('committing 1').runs = 1;
  const waiting = { item: 'one', bytes: 1, at: clock.now, resolve: () => {}, reject: () => {} };
  lanes.use('waiting 1').queue.push(waiting);
  expect(lanes.known()).toBe(103);
  clock.now += 10_001;
  lanes.use('new 1');
  expect(lanes.known()).toBe(4);
  // A namespace whose keys are forgotten is a new one when it comes again.
  expect(lanes.use('gone 1').share).toMatchObject({ keys: 1, heldItems: 0 });
});
