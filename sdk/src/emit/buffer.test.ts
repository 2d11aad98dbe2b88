import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createBuffer } from './buffer.ts';
import type { Entry } from './entry.ts';

/* Whatever is done to it in whatever order: a plain list, shortened by hand, holds the same. */

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 6 }), bytes: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ keep: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }) }) },
);

test('it holds what a plain list would, within its bounds', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200 }),
      fc.constantFrom('oldest' as const, 'newest' as const),
      (steps, drop) => {
        const limits = { maxEvents: 8, maxBytes: 60, drop };
        const buffer = createBuffer(limits);
        let list: Entry[] = [];
        let underWay: Entry[] = [];
        let place = 0;
        for (const one of steps) {
          if ('add' in one) {
            const entry: Entry = { id: `e${place}`, json: '', bytes: one.add, place: place++ };
            const dropped = buffer.add(entry);
            list = [...list, entry].filter((other) => !dropped.includes(other));
            for (const lost of dropped) expect(underWay).not.toContain(lost);
          } else if ('take' in one && underWay.length === 0) {
            underWay = buffer.take(one.take, one.bytes);
            expect(underWay).toEqual(list.slice(0, underWay.length));
            expect(underWay.length).toBeGreaterThanOrEqual(Math.min(1, list.length));
          } else if ('keep' in one) {
            const kept = underWay.filter((_, at) => one.keep[at]);
            buffer.putBack(kept);
            list = [...kept, ...list.slice(underWay.length)];
            underWay = [];
          }
          const bytes = list.reduce((sum, entry) => sum + entry.bytes, 0);
          expect([buffer.size, buffer.bytes]).toEqual([list.length, bytes]);
          expect(buffer.size <= limits.maxEvents && buffer.bytes <= limits.maxBytes).toBe(true);
          expect(buffer.isDoneTo(list[0]?.place ?? place)).toBe(list.length === 0);
        }
        expect(buffer.clear()).toEqual(list);
        expect([buffer.size, buffer.bytes]).toEqual([0, 0]);
      },
    ),
  );
});

test('many thousands pass through it', () => {
  const buffer = createBuffer({ maxEvents: 5_000, maxBytes: 1e9, drop: 'oldest' });
  let dropped = 0;
  for (let place = 0; place < 20_000; place++) dropped += buffer.add({ id: '', json: '', bytes: 1, place }).length;
  const places: number[] = [];
  while (buffer.size > 0) {
    places.push(...buffer.take(500, 1e6).map(({ place }) => place));
    buffer.putBack([]);
  }
  expect(dropped).toBe(15_000);
  expect(places).toEqual(Array.from({ length: 5_000 }, (_, n) => 15_000 + n));
});
