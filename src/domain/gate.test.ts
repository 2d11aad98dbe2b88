import { describe, expect, test } from '@jest/globals';
import { PROBE_MS } from './circuit.ts';
import { type Ask, decideGate, type GateState } from './gate.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const closed: GateState = {
  circuitUntil: null,
  circuitOpenings: 0,
  circuitProbe: null,
  tokens: null,
  tokensAt: null,
  queueUntil: null,
};
const ask = (id: string, fields: Partial<Ask> = {}): Ask => ({
  id,
  perSecond: null,
  turnAt: null,
  hasLookedAgain: false,
  deadline: NOW + 3_600_000,
  mayProbeEarly: false,
  ...fields,
});
const half = () => 0.5;
const decide = (state: GateState, asks: Ask[], now = NOW) => {
  const decided = decideGate(state, asks, now, half);
  return { state: decided.state, verdicts: Object.fromEntries(decided.verdicts) };
};

describe('a circuit', () => {
  const open = { ...closed, circuitUntil: NOW + 10_000, circuitOpenings: 2 };

  test('that is closed lets everybody through', () => {
    expect(decide(closed, [ask('a'), ask('b')])).toEqual({
      state: closed,
      verdicts: { a: { kind: 'go', afterMs: 0 }, b: { kind: 'go', afterMs: 0 } },
    });
  });

  test('that is open puts off until it is over, and a part of its length more', () => {
    expect(decide(open, [ask('a')])).toEqual({
      state: open,
      verdicts: { a: { kind: 'put_off', until: NOW + 10_000 + 2_500, waitsFor: 'circuit' } },
    });
  });

  test('whose time is over lets one through, and others wait for its answer', () => {
    const { state, verdicts } = decide({ ...open, circuitUntil: NOW }, [ask('c'), ask('b'), ask('a')]);
    expect(verdicts).toMatchObject({ a: { kind: 'go' }, b: { kind: 'put_off' }, c: { kind: 'put_off' } });
    expect(state).toMatchObject({ circuitProbe: 'a', circuitUntil: NOW + PROBE_MS });
    // No longer than the circuit was open: the answer is there long before the probe would count as lost.
    expect(verdicts.b).toMatchObject({ until: NOW + 10_000 + 2_500 });
  });

  test('does not stop the probe that comes again, and frees it by time if it never does', () => {
    const probing = { ...open, circuitUntil: NOW + PROBE_MS, circuitProbe: 'a' };
    expect(decide(probing, [ask('a')]).verdicts.a).toMatchObject({ kind: 'go' });
    expect(decide(probing, [ask('b')]).verdicts.b).toMatchObject({ kind: 'put_off' });
    expect(decide(probing, [ask('b')], NOW + PROBE_MS).verdicts.b).toMatchObject({ kind: 'go' });
  });

  test("lets a person's retry probe at once, but no two", () => {
    const { verdicts } = decide(open, [ask('a', { mayProbeEarly: true }), ask('b', { mayProbeEarly: true })]);
    expect(verdicts).toMatchObject({ a: { kind: 'go' }, b: { kind: 'put_off' } });
  });

  test('keeps maximum_elapsed: put off to the end of the time at most, and then given up', () => {
    const soon = ask('a', { deadline: NOW + 4_000 });
    expect(decide(open, [soon]).verdicts.a).toEqual({ kind: 'put_off', until: NOW + 4_000, waitsFor: 'circuit' });
    expect(decide(open, [soon], NOW + 4_000).verdicts.a).toEqual({ kind: 'give_up' });
    // At its end it may still find the circuit closed, or be the probe.
    expect(decide({ ...open, circuitUntil: NOW + 4_000 }, [soon], NOW + 4_000).verdicts.a).toMatchObject({
      kind: 'go',
    });
  });

  test('lets no probe through that the rate limit holds back', () => {
    const dry = { ...open, circuitUntil: NOW, tokens: 0, tokensAt: NOW };
    const { state, verdicts } = decide(dry, [ask('a', { perSecond: 0.1 })]);
    expect(verdicts.a).toMatchObject({ kind: 'put_off', waitsFor: 'rate_limit' });
    expect(state.circuitProbe).toBeNull();
  });
});

test('those whose turn it is come before newcomers, in order of turns', () => {
  const limited = { perSecond: 1 };
  const asks = [ask('a', limited), ask('b', { ...limited, turnAt: NOW }), ask('c', { ...limited, turnAt: NOW - 9 })];
  const { verdicts } = decide(closed, asks);
  expect(verdicts).toMatchObject({
    c: { kind: 'go', afterMs: 0 },
    b: { kind: 'go', afterMs: 1_000 },
    a: { kind: 'put_off', until: NOW + 2_000 },
  });
});
