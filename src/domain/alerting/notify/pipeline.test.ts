import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AlertState, advance } from '../advance.ts';
import { silenceFaults, silenceSchema } from '../silence-schema.ts';
import { entry, HOUR, MINUTE, SECOND, T0 } from '../test-entries.ts';
import { type NotifyPlan, planNotify } from '../trigger-plan.ts';
import { type MessageKind, newKeyState, newRuleState, type Silence, type Subject } from './message.ts';
import { decideMessage, dueMessage, nextMessageAt } from './pipeline.ts';
import { matches, matchesGlob } from './silence-stage.ts';

const subject: Subject = { rule: { id: 'ar_1', name: 'ETL failures' }, graphName: 'etl', labels: { team: 'data' } };
const silence = (matchers: Silence['matchers'], endsAt: number): Silence => ({
  id: 'sil_1',
  matchers,
  startsAt: T0,
  endsAt,
});

/** One rule with keys of its own, told as the service would. */
function teller(plan: Partial<NotifyPlan>, silences: Silence[] = []) {
  const whole = { ...planNotify(null), ...plan };
  const keys = new Map<string, ReturnType<typeof newKeyState>>();
  let rule = newRuleState();
  const told: { message: MessageKind; at: number; key: string; suppressed: number }[] = [];
  const held: { message: MessageKind; reason: string; again: boolean }[] = [];

  function ask(message: MessageKind, now: number, key = 'k') {
    const scene = { message, subject, silences, plan: whole, key: keys.get(key) ?? newKeyState(), rule, now };
    const verdict = decideMessage(scene);
    keys.set(key, verdict.key);
    rule = verdict.rule;
    if ('pass' in verdict) told.push({ message, at: now, key, suppressed: verdict.suppressedSinceLast });
    else held.push({ message, reason: verdict.reason, again: verdict.again });
    return verdict;
  }

  /** What time alone brings about until then. */
  function passUntil(until: number) {
    for (const key of keys.keys()) {
      for (let at = nextMessageAt(keys.get(key)!, whole); at !== null && at <= until; ) {
        ask(dueMessage(keys.get(key)!, whole, at)!, at, key);
        at = nextMessageAt(keys.get(key)!, whole);
      }
    }
  }
  const kinds = () => told.map(({ message }) => message);
  return { ask, passUntil, told, held, kinds, silences, state: () => ({ key: keys.get('k')!, rule }) };
}

describe('without bounds', () => {
  test('everything is told', () => {
    const { ask, kinds } = teller({});
    ask('firing', T0);
    ask('resolved', T0 + 1);
    ask('firing', T0 + 2);
    ask('resolved', T0 + 3);
    ask('notify', T0 + 4);
    expect(kinds()).toEqual(['firing', 'resolved', 'firing', 'resolved', 'notify']);
  });
});

describe('cooldown', () => {
  test('holds the next firing of the key and its resolve; another key is not concerned', () => {
    const { ask, kinds, held } = teller({ cooldownMs: 5 * MINUTE });
    ask('firing', T0);
    ask('resolved', T0 + 1);
    ask('firing', T0 + 2);
    ask('resolved', T0 + 3);
    ask('firing', T0 + 4, 'other');
    expect(kinds()).toEqual(['firing', 'resolved', 'firing']);
    expect(held).toEqual([
      { message: 'firing', reason: 'cooldown', again: false },
      { message: 'resolved', reason: 'firing_was_held_back', again: false },
    ]);
  });

  test('a firing that goes on is told when the cooldown is over, with what was held back', () => {
    const { ask, told, held, passUntil, state } = teller({ cooldownMs: 12 * MINUTE });
    ask('firing', T0);
    ask('resolved', T0 + 1);
    ask('firing', T0 + 2);
    passUntil(T0 + HOUR);
    expect(told.at(-1)).toEqual({ message: 'firing', at: T0 + 12 * MINUTE, key: 'k', suppressed: 1 });
    expect(held.filter(({ again }) => !again)).toHaveLength(1);
    ask('resolved', T0 + 2 * HOUR);
    expect(told.at(-1)?.message).toBe('resolved');
    expect(state().key.heldBack).toBe(0);
  });

  test('of an event rule: one message for each cooldown, with the number of those between', () => {
    const { ask, told } = teller({ cooldownMs: MINUTE });
    for (let second = 0; second < 120; second++) ask('notify', T0 + second * SECOND);
    expect(told.map(({ at, suppressed }) => [at - T0, suppressed])).toEqual([
      [0, 0],
      [MINUTE, 59],
    ]);
  });
});

describe('repeat_every', () => {
  test('tells again while it fires, and no more when it is over', () => {
    const { ask, told, passUntil } = teller({ repeatEveryMs: HOUR });
    ask('firing', T0);
    passUntil(T0 + 3 * HOUR);
    ask('resolved', T0 + 3.5 * HOUR);
    passUntil(T0 + 10 * HOUR);
    expect(told.map(({ message, at }) => [message, (at - T0) / HOUR])).toEqual([
      ['firing', 0],
      ['repeat', 1],
      ['repeat', 2],
      ['repeat', 3],
      ['resolved', 3.5],
    ]);
  });

  test('asked too early, it is not due, and that is no suppression', () => {
    const { ask, state } = teller({ repeatEveryMs: HOUR });
    ask('firing', T0);
    expect(ask('repeat', T0 + HOUR - 1)).toMatchObject({ held: true, reason: 'not_due' });
    expect(state().key.heldBack).toBe(0);
    expect(ask('repeat', T0 + HOUR)).toMatchObject({ pass: true });
  });
});

describe('silences', () => {
  test('hold what they match until they end; then what still fires is told', () => {
    const { ask, told, passUntil } = teller({}, [silence({ rule_id: 'ar_1' }, T0 + HOUR)]);
    expect(ask('firing', T0)).toMatchObject({ reason: 'silenced', detail: expect.stringContaining('sil_1') });
    passUntil(T0 + 2 * HOUR);
    expect(told).toEqual([{ message: 'firing', at: T0 + HOUR, key: 'k', suppressed: 1 }]);
  });

  test('a resolve of what was told passes a silence, one of what was not told does not', () => {
    const tell = teller({});
    tell.ask('firing', T0);
    tell.silences.push(silence({ graph_name: 'etl' }, T0 + HOUR));
    tell.ask('resolved', T0 + 1);
    tell.ask('firing', T0 + 2);
    tell.ask('resolved', T0 + 3);
    expect(tell.kinds()).toEqual(['firing', 'resolved']);
  });

  test('one that is lifted early is noticed within 5 minutes', () => {
    const tell = teller({}, [silence({ rule_id: 'ar_1' }, T0 + 24 * HOUR)]);
    tell.ask('firing', T0);
    tell.silences.length = 0;
    tell.passUntil(T0 + HOUR);
    expect(tell.told).toMatchObject([{ message: 'firing', at: T0 + 5 * MINUTE }]);
  });

  test.each<[Silence['matchers'], boolean]>([
    [{ rule_id: 'ar_1' }, true],
    [{ rule_id: 'ar_2' }, false],
    [{ rule_name: 'ETL*' }, true],
    [{ rule_name: 'etl*' }, false],
    [{ graph_name: 'etl', labels: { team: 'da*' } }, true],
    [{ graph_name: 'etl', labels: { team: 'web' } }, false],
    [{ labels: { other: '*' } }, false],
    [{ labels: { constructor: '*' } }, false],
  ])('%j', (matchers, expected) => {
    expect(matches(matchers, subject)).toBe(expected);
  });

  test('a pattern is as a regular expression would read it', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const plain = text.replaceAll('*', 'c');
        expect(matchesGlob(pattern, plain)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(plain));
      }),
      { numRuns: 2_000 },
    );
  });

  test('what a person writes: at least one matcher, and an end that is to come', () => {
    const write = (value: unknown) => silenceSchema.safeParse(value);
    const ends_at = new Date(T0 + HOUR).toISOString();
    expect(write({ matchers: { rule_id: 'ar_1' }, ends_at }).success).toBe(true);
    for (const bad of [
      { matchers: {}, ends_at },
      { matchers: { labels: {} }, ends_at },
      { matchers: { rule: 'x' }, ends_at },
      { matchers: { rule_id: 'ar_1' } },
      { matchers: { rule_id: 'ar_1' }, ends_at: 'tomorrow' },
    ]) {
      expect(write(bad).success).toBe(false);
    }
    const times = (starts_at: string | undefined, ends: number) =>
      silenceFaults(
        { matchers: { rule_id: 'a' }, starts_at, ends_at: new Date(ends).toISOString(), comment: null },
        T0,
      );
    expect(times(undefined, T0 + 1)).toEqual([]);
    expect(times(undefined, T0)).toMatchObject([{ path: 'ends_at' }]);
    expect(times(new Date(T0 + 2 * HOUR).toISOString(), T0 + HOUR)).toMatchObject([
      { message: 'must be after starts_at' },
    ]);
    expect(times(undefined, T0 + 400 * 24 * HOUR)).toHaveLength(1);
  });
});

describe('max_per_hour', () => {
  test('caps a rule over all its keys, and the next one tells how many were held back', () => {
    const { ask, told } = teller({ maxPerHour: 3 });
    for (let key = 0; key < 1_000; key++) ask('firing', T0 + key, `k${key}`);
    expect(told).toHaveLength(3);
    ask('firing', T0 + 2 * HOUR, 'last');
    expect(told.at(-1)).toMatchObject({ key: 'last', suppressed: 997 });
  });

  test('no hour has more, wherever it begins; no message is lost from the count', () => {
    const steps = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 20 * MINUTE }), key: fc.nat({ max: 3 }) }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 4 }),
        fc.option(fc.constant(10 * MINUTE)),
        (steps, max, cooldown) => {
          const { ask, told, held, state } = teller({ maxPerHour: max, cooldownMs: cooldown });
          let now = T0;
          for (const { gap } of steps) {
            now += gap;
            ask('firing', now);
            ask('resolved', now);
          }
          const firings = told.filter(({ message }) => message === 'firing').map(({ at }) => at);
          for (const at of firings) {
            expect(firings.filter((other) => other >= at && other < at + HOUR).length).toBeLessThanOrEqual(max);
          }
          const { key, rule } = state() as Partial<ReturnType<typeof state>>;
          const counted = told.reduce(
            (sum, { suppressed }) => sum + suppressed,
            (key?.heldBack ?? 0) + (rule?.heldBack ?? 0),
          );
          expect(counted).toBe(held.filter(({ message, again }) => message === 'firing' && !again).length);
          expect(told.filter(({ message }) => message === 'resolved')).toHaveLength(firings.length);
          expect(rule?.minutes.length ?? 0).toBeLessThanOrEqual(61);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('flapping at 1 Hz for an hour', () => {
  /** A count with a threshold of 1 that each good run resolves: fires and resolves every two seconds. */
  function flap(plan: Partial<NotifyPlan>) {
    const tell = teller(plan);
    let state: AlertState | null = null;
    let fired = 0;
    for (let second = 0; second < 3_600; second++) {
      const now = T0 + second * SECOND;
      const one = entry(second % 2 === 0 ? 'match' : 'resolve', now);
      const advanced = advance(state, [one], now, { kind: 'count', threshold: 1, windowMs: HOUR });
      state = advanced.state;
      tell.passUntil(now);
      for (const { kind } of advanced.transitions) {
        fired += kind === 'fire' ? 1 : 0;
        tell.ask(kind === 'fire' ? 'firing' : 'resolved', now);
      }
    }
    expect(fired).toBe(1_800);
    return tell;
  }

  test('a cooldown of an hour: exactly one firing and exactly one resolved', () => {
    const { kinds, held } = flap({ cooldownMs: HOUR });
    expect(kinds()).toEqual(['firing', 'resolved']);
    expect(held).toHaveLength(2 * 1_799);
  });

  test.each<[Partial<NotifyPlan>, number]>([
    [{ cooldownMs: 10 * MINUTE }, 6],
    [{ maxPerHour: 4 }, 4],
    [{ cooldownMs: 10 * MINUTE, maxPerHour: 3 }, 3],
  ])('%j: the bound holds, and each firing that was told is resolved once', (plan, most) => {
    const messages = flap(plan).kinds();
    expect(messages).toEqual(Array.from({ length: most }, () => ['firing', 'resolved']).flat());
  });
});
