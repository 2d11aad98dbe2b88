import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createFairSlots } from './fair-slots.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function slotsOf(overall: number) {
  const enter = createFairSlots(overall);
  const inside: { namespace: string; leave: () => void }[] = [];
  const order: string[] = [];
  const come = (namespace: string) =>
    void enter(namespace).then((leave) => {
      inside.push({ namespace, leave });
      order.push(namespace);
    });
  return { come, inside, order };
}

test('a namespace alone has three quarters, and another finds a slot at once', async () => {
  const { come, inside } = slotsOf(8);
  for (let index = 0; index < 20; index += 1) come('noisy');
  await settled();
  expect(inside).toHaveLength(6);
  come('quiet');
  await settled();
  expect(inside.at(-1)?.namespace).toBe('quiet');
});

test('a free slot goes to the namespaces in turn, and is given back once', async () => {
  const { come, inside, order } = slotsOf(1);
  for (const namespace of ['a', 'a', 'a', 'a', 'b', 'b']) come(namespace);
  await settled();
  for (let index = 0; index < 6; index += 1) {
    inside[index]?.leave();
    inside[index]?.leave();
    await settled();
  }
  expect(order).toEqual(['a', 'a', 'b', 'a', 'b', 'a']);
});

test('whoever comes and goes, none is kept out while there is room, and one that has nothing waits for nobody', async () => {
  const step = fc.oneof(fc.record({ come: fc.constantFrom('a', 'b', 'c') }), fc.record({ leave: fc.nat(20) }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const { come, inside } = slotsOf(8);
      const asked = new Map<string, number>();
      const count = (namespace: string, by: number) => asked.set(namespace, (asked.get(namespace) ?? 0) + by);
      for (const one of steps) {
        if ('come' in one) {
          come(one.come);
          count(one.come, 1);
        } else {
          const [gone] = inside.splice(one.leave % Math.max(1, inside.length), 1);
          if (gone) count(gone.namespace, -1);
          gone?.leave();
        }
        await settled();
        expect(inside.length).toBeLessThanOrEqual(8);
        for (const [namespace, there] of asked) {
          const busy = inside.filter((other) => other.namespace === namespace).length;
          if (there > busy) expect(busy).toBeGreaterThanOrEqual(3 * (8 - inside.length));
          if (there > 0) expect(busy).toBeGreaterThan(0);
        }
      }
    }),
  );
});
