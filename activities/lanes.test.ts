import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLanes, type Lanes } from './lanes.ts';

const never = new AbortController().signal;

/** `team/endpoint`, or an endpoint of `n`. */
const namespaceOf = (endpoint: string) => (endpoint.includes('/') ? endpoint.replace(/\/.*/, '') : 'n');

/** Enters many times; gives those that got in so far, in order, with what they leave by. */
function enterAll(lanes: Lanes, endpoints: string[], signal = never) {
  const inside: { endpoint: string; leave: () => void }[] = [];
  const withdrawn: string[] = [];
  for (const endpoint of endpoints) {
    void lanes.enter(namespaceOf(endpoint), endpoint, signal).then((leave) => {
      if (leave) inside.push({ endpoint, leave });
      else withdrawn.push(endpoint);
    });
  }
  return { inside, withdrawn };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('an endpoint has no more than its own slots, and others are not kept waiting by it', async () => {
  const lanes = createLanes(Date.now, { perEndpoint: 2, overall: 10 });
  const { inside } = enterAll(lanes, ['slow', 'slow', 'slow', 'slow', 'quick']);
  await settled();
  expect(inside.map(({ endpoint }) => endpoint)).toEqual(['slow', 'slow', 'quick']);
  expect(lanes.waiting('slow')).toBe(2);
  inside[0]?.leave();
  await settled();
  expect(inside.map(({ endpoint }) => endpoint)).toEqual(['slow', 'slow', 'quick', 'slow']);
});

test('when all slots are taken, a free one goes to the endpoints in turn', async () => {
  const lanes = createLanes(Date.now, { perEndpoint: 10, overall: 1 });
  const { inside } = enterAll(lanes, ['x', 'a', 'a', 'a', 'b', 'b']);
  for (let index = 0; index < 5; index += 1) {
    await settled();
    inside[index]?.leave();
  }
  await settled();
  expect(inside.map(({ endpoint }) => endpoint)).toEqual(['x', 'a', 'b', 'a', 'b', 'a']);
});

test('who gives up waiting holds no slot, and a slot is given back once', async () => {
  const lanes = createLanes(Date.now, { perEndpoint: 1, overall: 5 });
  const first = enterAll(lanes, ['a']);
  const impatient = new AbortController();
  const late = enterAll(lanes, ['a', 'a'], impatient.signal);
  await settled();
  impatient.abort();
  await settled();
  expect(late).toEqual({ inside: [], withdrawn: ['a', 'a'] });
  expect(lanes.waiting('a')).toBe(0);
  first.inside[0]?.leave();
  first.inside[0]?.leave();
  const { inside } = enterAll(lanes, ['a', 'a']);
  await settled();
  expect(inside).toHaveLength(1);
});

test('slow endpoints, however many, leave half of the slots to the others; so do attempts that are bounded elsewhere', async () => {
  let now = 0;
  const lanes = createLanes(() => now, { perEndpoint: 4, overall: 16 });
  const slow = ['a', 'b', 'c', 'd', 'e'];
  enterAll(
    lanes,
    slow.flatMap((endpoint) => [endpoint, endpoint, endpoint, endpoint]),
  );
  for (let count = 0; count < 100; count += 1) lanes.occupy('n', 'retried');
  await settled();
  now += 600;
  const late = enterAll(
    lanes,
    slow.flatMap((endpoint) => [endpoint, endpoint]),
  );
  const healthy = enterAll(lanes, ['healthy', 'other']);
  await settled();
  expect(late.inside).toHaveLength(0);
  expect(healthy.inside.map(({ endpoint }) => endpoint)).toEqual(['healthy', 'other']);
});

test('an attempt that is bounded elsewhere does not wait, but counts', async () => {
  const lanes = createLanes(Date.now, { perEndpoint: 1, overall: 5 });
  const leave = lanes.occupy('n', 'a');
  const { inside } = enterAll(lanes, ['a']);
  await settled();
  expect(inside).toHaveLength(0);
  leave();
  await settled();
  expect(inside).toHaveLength(1);
});

test('an endpoint is slow while a request of it is out for long, and a while after it answered late', () => {
  let now = 0;
  const lanes = createLanes(() => now, { perEndpoint: 5, overall: 5 });
  expect(lanes.isSlow('a')).toBe(false);
  const leave = lanes.occupy('n', 'a');
  expect(lanes.isSlow('a')).toBe(false);
  now += 501;
  expect(lanes.isSlow('a')).toBe(true);
  leave();
  expect(lanes.isSlow('a')).toBe(true);
  now += 30_000;
  expect(lanes.isSlow('a')).toBe(false);
});

test("a namespace's endpoints, however many, leave a quarter of the slots to other namespaces", async () => {
  const lanes = createLanes(Date.now, { perEndpoint: 16, overall: 32 });
  const many = Array.from({ length: 40 }, (_, index) => `noisy/${index}`);
  const noisy = enterAll(lanes, many);
  await settled();
  expect(noisy.inside).toHaveLength(24);
  const quiet = enterAll(lanes, ['quiet/a', 'quiet/b', 'other/a']);
  await settled();
  expect(quiet.inside).toHaveLength(3);
});

test('so do its slow ones, of the half that slow ones have', async () => {
  let now = 0;
  const lanes = createLanes(() => now, { perEndpoint: 16, overall: 32 });
  const many = Array.from({ length: 20 }, (_, index) => `noisy/${index}`);
  const { inside } = enterAll(lanes, [...many, 'quiet/a']);
  await settled();
  now += 600;
  for (const { leave } of inside) leave();
  const noisy = enterAll(lanes, many);
  await settled();
  expect(noisy.inside).toHaveLength(12);
  const quiet = enterAll(lanes, ['quiet/a', 'quiet/a', 'quiet/a']);
  await settled();
  expect(quiet.inside).toHaveLength(3);
});

test('a namespace that has nothing gets one slot for its slow endpoint, also when slow ones have all of their half', async () => {
  let now = 0;
  const lanes = createLanes(() => now, { perEndpoint: 4, overall: 16 });
  const many = Array.from({ length: 40 }, (_, index) => `team-${index}/a`);
  const leaves = many.map((endpoint) => lanes.occupy(namespaceOf(endpoint), endpoint));
  const { inside } = enterAll(lanes, ['x/1', 'x/2', 'x/3', 'y/1', 'y/2', 'y/3', 'z/1', 'z/2']);
  now += 600;
  for (const leave of leaves) leave();
  const quiet = enterAll(lanes, ['team-0/a', 'team-0/a', 'team-0/b', 'team-1/a', 'team-1/a', 'team-1/a']);
  await settled();
  expect(inside).toHaveLength(8);
  // One each; and another only where it is to an endpoint that is not slow.
  expect(quiet.inside.map(({ endpoint }) => endpoint)).toEqual(['team-0/a', 'team-0/b', 'team-1/a']);
  const all = enterAll(lanes, [...many, ...many]);
  await settled();
  // However many there are, the bound over all holds, and none of them has two.
  expect(all.inside.map(({ endpoint }) => endpoint)).toEqual(many.slice(2, 7));
});

test('an endpoint that was slow is forgotten in time, whether or not it is heard of again', () => {
  let now = 0;
  const lanes = createLanes(() => now, { perEndpoint: 4, overall: 16 });
  const late = Array.from({ length: 10 }, (_, index) => lanes.occupy('n', `slow-${index}`));
  lanes.occupy('n', 'quick')();
  now += 600;
  for (const leave of late) leave();
  expect(lanes.known()).toBe(10);
  now += 31_000;
  lanes.occupy('n', 'next');
  expect(lanes.known()).toBe(1);
});

test('a free slot goes to the namespaces in turn, however many endpoints of one wait', async () => {
  const lanes = createLanes(Date.now, { perEndpoint: 10, overall: 1 });
  const { inside } = enterAll(lanes, ['x', 'noisy/1', 'noisy/2', 'noisy/3', 'noisy/4', 'quiet/1', 'quiet/1']);
  for (let index = 0; index < 6; index += 1) {
    await settled();
    inside[index]?.leave();
  }
  await settled();
  const order = ['x', 'noisy/1', 'quiet/1', 'noisy/2', 'quiet/1', 'noisy/3', 'noisy/4'];
  expect(inside.map(({ endpoint }) => endpoint)).toEqual(order);
});

test('whatever comes and goes, bounds hold, whoever has room is let in, and a namespace that has nothing finds a slot', async () => {
  const endpoints = ['a/1', 'a/2', 'a/3', 'a/4', 'b/1', 'b/2', 'c/1'];
  const enter = fc.record({ kind: fc.constant('enter' as const), endpoint: fc.constantFrom(...endpoints) });
  const leave = fc.record({ kind: fc.constant('leave' as const), which: fc.nat(50) });
  // A request that is out for so long, and its answer, make the endpoint slow; after two of the longest it is not.
  const pass = fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(100, 501, 20_000) });
  const step = fc.oneof(
    { weight: 5, arbitrary: enter },
    { weight: 2, arbitrary: leave },
    { weight: 1, arbitrary: pass },
  );
  await fc.assert(
    fc.asyncProperty(fc.subarray(endpoints), fc.array(step, { maxLength: 120, size: 'max' }), async (slow, steps) => {
      const limits = { perEndpoint: 6, overall: 12 };
      let now = 0;
      // One with as many as its eighth has what there is of the first half.
      const lanes = createLanes(() => now, limits);
      const late = slow.map((endpoint) => lanes.occupy(namespaceOf(endpoint), endpoint));
      now += 501;
      for (const leave of late) leave();
      const inside: { endpoint: string; leave: () => void }[] = [];
      const asked = new Map<string, number>();
      for (const one of steps) {
        if (one.kind === 'enter') {
          asked.set(one.endpoint, (asked.get(one.endpoint) ?? 0) + 1);
          const { endpoint } = one;
          void lanes.enter(namespaceOf(endpoint), endpoint).then((leave) => leave && inside.push({ endpoint, leave }));
        } else if (one.kind === 'pass') now += one.ms;
        else {
          const [gone] = inside.splice(one.which % Math.max(1, inside.length), 1);
          if (gone) asked.set(gone.endpoint, (asked.get(gone.endpoint) ?? 0) - 1);
          gone?.leave();
        }
        await settled();
        expect(inside.length).toBeLessThanOrEqual(limits.overall);
        for (const [endpoint, count] of asked) {
          const busy = inside.filter((other) => other.endpoint === endpoint).length;
          expect(busy).toBeLessThanOrEqual(limits.perEndpoint);
          expect(lanes.waiting(endpoint)).toBe(count - busy);
          const own = inside.filter((other) => namespaceOf(other.endpoint) === namespaceOf(endpoint)).length;
          if (own === 0) expect(lanes.waiting(endpoint)).toBe(0);
        }
      }
    }),
    { numRuns: 100 },
  );
});
