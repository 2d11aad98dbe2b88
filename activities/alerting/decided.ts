import type { AlertState } from '../../src/domain/alerting/advance.ts';
import type { Note, Transition } from '../../src/domain/alerting/decision.ts';
import type { LockedState, LookedRule, TakenEntry } from '../../src/store/alert-look-rows.ts';

/** What a look has decided for one key, before anybody is told. */
export interface Decided {
  locked: LockedState;
  /** Undefined where it was deleted. */
  rule: LookedRule | undefined;
  state: AlertState | null;
  transitions: Transition[];
  /** Matches of an event rule, oldest first: each is an alert of its own. */
  matches: TakenEntry[];
  /** When time alone may change the state, ms. */
  nextLookAt: number | null;
  /** From when on the state need not be kept, ms. */
  forgetAt: number | null;
  /** What was not counted, and why. */
  notes: Note[];
}
