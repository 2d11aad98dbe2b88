import { type AbsenceState, absenceMachine } from './absence.ts';
import { type ConsecutiveState, consecutiveMachine } from './consecutive.ts';
import { type CountState, countMachine } from './count.ts';
import type { Advanced, ResolveReason, Transition } from './decision.ts';
import { type DurationState, durationMachine } from './duration.ts';
import type { Entry } from './entry.ts';
import { type Machine, type Output, resolve, run } from './machine.ts';
import { type RatioState, ratioMachine } from './ratio.ts';
import type { TriggerPlan } from './trigger-plan.ts';

/** What is kept of one rule and key: plain JSON, bounded whatever the rate. */
export type AlertState = CountState | ConsecutiveState | RatioState | DurationState | AbsenceState;

/**
 * Looks at one key of a rule: what its new events and the time make of it. Pure; safe to repeat with the same state.
 *
 * @param state null for a key that was not seen before; one of another kind, or of another form, begins anew
 * @param entries those that no look has taken yet, in any order; may be none, where time alone is asked
 * @param now the service's clock, ms
 */
export function advance(
  state: AlertState | null,
  entries: readonly Entry[],
  now: number,
  plan: TriggerPlan,
): Advanced<AlertState> {
  if (state === null || (state.kind === plan.kind && state.v === 1)) {
    return run(machineOf(plan), state, entries, now);
  }
  const transitions = reset(state, 'rule_changed', now);
  const advanced = run(machineOf(plan), null, entries, now);
  const note = { code: 'state_reset' as const, count: 1, detail: `the state was of another kind (${state.kind})` };
  return { ...advanced, transitions: [...transitions, ...advanced.transitions], notes: [note, ...advanced.notes] };
}

/**
 * Gives up a state: after a change of meaning, or when the rule is switched off or deleted. The new one begins as null.
 *
 * @returns the resolve of what was firing, if anything was
 */
export function reset(
  state: AlertState | null,
  reason: Extract<ResolveReason, 'rule_changed' | 'rule_disabled' | 'rule_deleted'>,
  now: number,
): Transition[] {
  if (!state?.firing) return [];
  const { value } = state.firing;
  const out: Output = { transitions: [], note: () => undefined };
  resolve({ ...state }, { at: now, endedAt: now, value, reason, endedBy: null }, out);
  return out.transitions;
}

/** The state is of the plan's kind: `advance` has checked it. */
function machineOf(plan: TriggerPlan): Machine<AlertState> {
  switch (plan.kind) {
    case 'count':
      return countMachine(plan) as unknown as Machine<AlertState>;
    case 'consecutive':
      return consecutiveMachine(plan) as unknown as Machine<AlertState>;
    case 'ratio':
      return ratioMachine(plan) as unknown as Machine<AlertState>;
    case 'duration':
      return durationMachine(plan) as unknown as Machine<AlertState>;
    case 'absence':
      return absenceMachine(plan) as unknown as Machine<AlertState>;
  }
}
