import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { absenceSince } from './absence.ts';
import { type AlertState, advance } from './advance.ts';
import type { Transition } from './decision.ts';
import type { Entry } from './entry.ts';
import { outline, SECOND, T0, watch } from './test-entries.ts';
import { type Modelled, modelAbsence, modelConsecutive, modelCount, modelRatio } from './test-models.ts';
import { batchesOf, cuts, roughStreamOf, streamOf } from './test-streams.ts';
import type { TriggerPlan } from './trigger-plan.ts';
import type { Side } from './watched-types.ts';

const WINDOW = 10 * SECOND;
const threshold = fc.integer({ min: 1, max: 5 });
const bound = fc.oneof(
  fc.record({ below: fc.constantFrom(0.3, 0.5, 0.95, 1) }),
  fc.record({ at_least: fc.constantFrom(0.1, 0.5, 1) }),
);

interface Kind {
  name: string;
  plan: fc.Arbitrary<TriggerPlan>;
  sides: Side[][];
  initial: AlertState | null;
}

const kinds: Kind[] = [
  {
    name: 'count',
    plan: threshold.map((threshold) => ({ kind: 'count', threshold, windowMs: WINDOW })),
    sides: [['match'], ['match'], ['match'], ['resolve'], ['match', 'resolve']],
    initial: null,
  },
  {
    name: 'consecutive',
    plan: threshold.map((threshold) => ({ kind: 'consecutive', threshold })),
    sides: [['match'], ['match'], ['match'], ['reset'], ['match', 'reset']],
    initial: null,
  },
  {
    name: 'ratio',
    plan: fc
      .record({ bound, minSamples: threshold })
      .map(({ bound, minSamples }) => ({ kind: 'ratio', bound, windowMs: WINDOW, minSamples })),
    sides: [['of', 'against'], ['against']],
    initial: null,
  },
  {
    name: 'duration',
    plan: fc.constant({ kind: 'duration', longerThanMs: WINDOW }),
    sides: [['started'], ['ended']],
    initial: null,
  },
  {
    name: 'absence within',
    plan: fc
      .constantFrom(0, 2_000)
      .map((graceMs) => ({ kind: 'absence', due: { withinMs: WINDOW }, graceMs, keyed: false })),
    sides: [['seen']],
    initial: absenceSince(T0),
  },
  {
    name: 'absence within, for each key',
    plan: fc.constant({ kind: 'absence', due: { withinMs: WINDOW }, graceMs: 0, keyed: true }),
    sides: [['seen']],
    initial: null,
  },
  {
    name: 'absence by a time of day',
    plan: fc.constant({ kind: 'absence', due: { by: '12:01', timezone: 'UTC' }, graceMs: 0, keyed: false }),
    sides: [['seen']],
    initial: absenceSince(T0),
  },
];

const endOf = (stream: readonly Entry[]) => (stream.at(-1)?.receivedAt ?? T0) + 15 * SECOND;

function runOver(
  plan: TriggerPlan,
  initial: AlertState | null,
  batches: readonly Entry[][],
  end: number,
): Transition[] {
  const watched = watch(plan, initial);
  for (const batch of batches) watched.look(batch.at(-1)!.receivedAt, ...batch);
  watched.look(end);
  return watched.transitions;
}

const inOrder = kinds.filter(({ name }) => name !== 'duration');

test.each(inOrder)('$name: events in order lead to the same, however they are split over looks', (kind) => {
  fc.assert(
    fc.property(kind.plan, streamOf(...kind.sides), cuts, (plan, stream, cutAfter) => {
      const whole = outline(runOver(plan, kind.initial, stream.length > 0 ? [stream] : [], endOf(stream)));
      const split = outline(runOver(plan, kind.initial, batchesOf(stream, cutAfter), endOf(stream)));
      expect(split).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});

test('duration: until its limit comes, events lead to the same in whatever way they are split, in order or not', () => {
  const plan: TriggerPlan = { kind: 'duration', longerThanMs: 86_400_000 };
  fc.assert(
    fc.property(roughStreamOf(['started'], ['ended']), cuts, (stream, cutAfter) => {
      const watched = watch(plan);
      for (const batch of batchesOf(stream, cutAfter)) watched.look(batch.at(-1)!.receivedAt, ...batch);
      expect(watched.state).toEqual(advance(null, stream, endOf(stream), plan).state);
    }),
    { numRuns: 300 },
  );
});

describe.each(kinds)('$name, whatever the way of its events', (kind) => {
  const rough = fc.record({ plan: kind.plan, stream: roughStreamOf(...kind.sides), cutAfter: cuts });

  test('a firing is resolved once before the next one, and a resolve tells which it ends', () => {
    fc.assert(
      fc.property(rough, ({ plan, stream, cutAfter }) => {
        const transitions = runOver(plan, kind.initial, batchesOf(stream, cutAfter), endOf(stream));
        for (const [index, { kind: what, startedAt, causeRef, at }] of transitions.entries()) {
          expect(what).toBe(index % 2 === 0 ? 'fire' : 'resolve');
          const before = transitions[index - 1];
          if (what === 'resolve') {
            expect({ startedAt, causeRef }).toEqual(pick(before!));
            expect(at).toBeGreaterThanOrEqual(before!.at);
          }
          expect(at).toBeLessThanOrEqual(endOf(stream));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the time it names for its next look is the first at which time alone changes anything', () => {
    fc.assert(
      fc.property(rough, fc.integer({ min: 0, max: 60_000 }), ({ plan, stream }, wait) => {
        const now = endOf(stream);
        const { state, nextLookAt } = advance(kind.initial, stream, now, plan);
        const until = nextLookAt === null ? now + wait : Math.min(now + wait, nextLookAt - 1);
        expect(advance(state, [], until, plan).transitions).toEqual([]);
        if (nextLookAt === null || state === null) return;
        expect(nextLookAt).toBeGreaterThan(now);
        const { transitions, notes, state: after } = advance(state, [], nextLookAt, plan);
        const changed = transitions.length + notes.length > 0 || JSON.stringify(after) !== JSON.stringify(state);
        expect(changed).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('looking again at what is known changes nothing', () => {
    fc.assert(
      fc.property(rough, ({ plan, stream }) => {
        const now = endOf(stream);
        const { state, notes } = advance(kind.initial, stream.slice(-16), now, plan);
        // A key that was dropped is forgotten, and begins anew.
        if (state === null || notes.some(({ code }) => code === 'key_dropped')) return;
        const again = advance(state, stream.slice(-16), now, plan);
        expect(again.transitions).toEqual([]);
        expect(again.state).toEqual(state);
      }),
      { numRuns: 200 },
    );
  });

  test('its state is plain JSON', () => {
    fc.assert(
      fc.property(rough, ({ plan, stream }) => {
        const { state } = advance(kind.initial, stream, endOf(stream), plan);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 100 },
    );
  });
});

describe('decisions are those of a plain model of the contract over the whole history', () => {
  const outlineOf = (transitions: readonly Transition[]): Modelled[] =>
    transitions.map(({ kind, at, endedBy, causeRef, reason }) => ({
      kind,
      at,
      by: kind === 'resolve' ? (endedBy ?? null) : reason === 'absent' ? null : causeRef,
    }));

  test('count', () => {
    const plans = threshold.map((threshold) => ({ kind: 'count' as const, threshold, windowMs: WINDOW }));
    fc.assert(
      fc.property(plans, streamOf(['match'], ['match'], ['resolve']), cuts, (plan, stream, cutAfter) => {
        const transitions = runOver(plan, null, batchesOf(stream, cutAfter), endOf(stream));
        expect(outlineOf(transitions)).toEqual(modelCount(plan, stream, endOf(stream)));
      }),
      { numRuns: 500 },
    );
  });

  test('consecutive', () => {
    const plans = threshold.map((threshold) => ({ kind: 'consecutive' as const, threshold }));
    fc.assert(
      fc.property(plans, streamOf(['match'], ['match'], ['reset'], ['match', 'reset']), cuts, (plan, stream, cut) => {
        const transitions = runOver(plan, null, batchesOf(stream, cut), endOf(stream));
        expect(outlineOf(transitions)).toEqual(modelConsecutive(plan, stream));
      }),
      { numRuns: 500 },
    );
  });

  test('ratio', () => {
    const plans = fc
      .record({ bound, minSamples: threshold })
      .map(({ bound, minSamples }) => ({ kind: 'ratio' as const, bound, windowMs: WINDOW, minSamples }));
    fc.assert(
      fc.property(plans, streamOf(['of', 'against'], ['against']), cuts, (plan, stream, cutAfter) => {
        const transitions = runOver(plan, null, batchesOf(stream, cutAfter), endOf(stream));
        // What time alone brings about has a cause too, the last event; the model names none.
        const told = modelRatio(plan, stream, endOf(stream));
        expect(transitions.map(({ kind, at }) => ({ kind, at }))).toEqual(told.map(({ kind, at }) => ({ kind, at })));
      }),
      { numRuns: 500 },
    );
  });

  test('absence', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 2_000), streamOf(['seen']), cuts, (graceMs, stream, cutAfter) => {
        const plan = { kind: 'absence' as const, due: { withinMs: WINDOW }, graceMs, keyed: false };
        const transitions = runOver(plan, absenceSince(T0), batchesOf(stream, cutAfter), endOf(stream));
        expect(outlineOf(transitions)).toEqual(modelAbsence(WINDOW + graceMs, T0, stream, endOf(stream)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the state stays small under 20,000 events', () => {
  test.each<[TriggerPlan, Side[][], number]>([
    [{ kind: 'count', threshold: 1_000, windowMs: 86_400_000 }, [['match']], 16_000],
    [{ kind: 'count', threshold: 3, windowMs: 86_400_000 }, [['match']], 1_000],
    [{ kind: 'consecutive', threshold: 1_000 }, [['match']], 16_000],
    [
      { kind: 'ratio', bound: { below: 0.5 }, windowMs: 60_000, minSamples: 5 },
      [['of', 'against'], ['against']],
      2_500,
    ],
    [{ kind: 'duration', longerThanMs: 60_000 }, [['started']], 1_500],
    [{ kind: 'duration', longerThanMs: 60_000 }, [['ended']], 1_500],
    [{ kind: 'absence', due: { withinMs: 60_000 }, graceMs: 0, keyed: true }, [['seen']], 1_000],
  ])('%j', (plan, sides, limit) => {
    const watched = watch(plan);
    const stream = Array.from({ length: 20_000 }, (_, order): Entry => {
      const time = T0 + order * 37 - (order % 7) * 100;
      return { ref: `ev_${order}`, time, receivedAt: T0 + order * 37, order, sides: sides[order % sides.length]! };
    });
    for (let from = 0; from < stream.length; from += 500) {
      const batch = stream.slice(from, from + 500);
      watched.look(batch.at(-1)!.receivedAt, ...batch);
      expect(JSON.stringify(watched.state).length).toBeLessThan(limit);
    }
  });
});

const pick = ({ startedAt, causeRef }: Transition) => ({ startedAt, causeRef });
