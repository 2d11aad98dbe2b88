import { expect, test } from '@jest/globals';
import { createLanes } from './lanes.ts';
import { createRoom } from './room.ts';

const LIMITS = { maxHeldItems: 10, maxHeldBytes: 1_000 };

function roomFor<Names extends string[]>(...names: Names) {
  const lanes = createLanes<string, string>(
    (key) => key,
    () => 0,
  );
  return { room: createRoom(LIMITS), shares: names.map((name) => lanes.use(name).share) };
}

test('a namespace has as many as it leaves to others, and gives back what it had', () => {
  const { room, shares } = roomFor('a', 'b');
  const [a, b] = shares as [(typeof shares)[0], (typeof shares)[0]];
  for (let item = 0; item < 5; item += 1) {
    expect(room.isThere(a, 1)).toBe(true);
    room.take(a, 1);
  }
  expect(room.isThere(a, 1)).toBe(false);
  expect(room.isThere(b, 1)).toBe(true);
  room.giveBack(a, [{ bytes: 1 }, { bytes: 1 }]);
  expect(a).toMatchObject({ heldItems: 3, heldBytes: 3 });
  expect(room.isThere(a, 1)).toBe(true);
});

test('so it is of bytes, to the last one', () => {
  const { room, shares } = roomFor('a', 'b');
  const [a, b] = shares as [(typeof shares)[0], (typeof shares)[0]];
  expect(room.isThere(a, 500)).toBe(true);
  expect(room.isThere(a, 501)).toBe(false);
  room.take(a, 400);
  expect(room.isThere(a, 100)).toBe(true);
  expect(room.isThere(a, 101)).toBe(false);
  expect(room.isThere(b, 300)).toBe(true);
  expect(room.isThere(b, 301)).toBe(false);
});
