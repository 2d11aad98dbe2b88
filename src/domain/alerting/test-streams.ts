import fc from 'fast-check';
import type { Entry } from './entry.ts';
import { T0 } from './test-entries.ts';
import type { Side } from './watched-types.ts';

/** Gaps in ms that meet limits of about 10 s from both sides, and exactly. */
const gap = fc.oneof(
  fc.constantFrom(0, 1, 999, 1_000, 4_999, 5_000, 9_999, 10_000, 10_001, 20_000),
  fc.integer({ min: 0, max: 15_000 }),
);

/** Events in order, each received when it happened. */
export const streamOf = (...sides: Side[][]) =>
  fc.array(fc.record({ gap, side: fc.constantFrom(...sides) }), { maxLength: 60 }).map((steps) => {
    let time = T0;
    return steps.map(({ gap, side }, order): Entry => {
      time += gap;
      return { ref: `ev_${order}`, time, receivedAt: time, order, sides: side };
    });
  });

/** Where a stream is cut into looks: after an entry, yes or no. */
export const cuts = fc.array(fc.boolean(), { maxLength: 60 });

/** The looks of a stream that is cut so: each at the time of its last entry. */
export function batchesOf(stream: readonly Entry[], cutAfter: readonly boolean[]): Entry[][] {
  const batches: Entry[][] = [[]];
  for (const [index, entry] of stream.entries()) {
    batches.at(-1)!.push(entry);
    if (cutAfter[index]) batches.push([]);
  }
  return batches.filter((batch) => batch.length > 0);
}

/** The same events on bad ways: late by up to half an hour, clocks off by up to 5 minutes, some twice. */
export const roughStreamOf = (...sides: Side[][]) =>
  fc
    .array(
      fc.record({
        gap,
        side: fc.constantFrom(...sides),
        skew: fc.oneof(fc.constant(0), fc.integer({ min: -300_000, max: 300_000 })),
        delay: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_800_000 })),
        twice: fc.boolean(),
      }),
      { maxLength: 60 },
    )
    .map((steps) => {
      let at = T0;
      const sent = steps.flatMap(({ gap, side, skew, delay, twice }, index) => {
        at += gap;
        const one = { ref: `ev_${index}`, time: at + skew, receivedAt: at + delay, sides: side };
        return twice ? [one, one] : [one];
      });
      return sent.sort((a, b) => a.receivedAt - b.receivedAt).map((one, order): Entry => ({ ...one, order }));
    });
