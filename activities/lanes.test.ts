import { expect, test } from '@jest/globals';
import { createLanes, type Lanes } from './lanes.ts';

const never = new AbortController().signal;

/** Enters many times; gives those that got in so far, in order, with what they leave by. */
function enterAll(lanes: Lanes, endpoints: string[], signal = never) {
  const inside: { endpoint: string; leave: () => void }[] = [];
  const withdrawn: string[] = [];
  for (const endpoint of endpoints) {
    void lanes.enter(endpoint, signal).then((leave) => {
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
  for (let count = 0; count < 100; count += 1) lanes.occupy('retried');
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
  const leave = lanes.occupy('a');
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
  const leave = lanes.occupy('a');
  expect(lanes.isSlow('a')).toBe(false);
  now += 501;
  expect(lanes.isSlow('a')).toBe(true);
  leave();
  expect(lanes.isSlow('a')).toBe(true);
  now += 30_000;
  expect(lanes.isSlow('a')).toBe(false);
});
