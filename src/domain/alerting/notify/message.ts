import type { SilenceMatchers } from '../silence-schema.ts';
import type { NotifyPlan } from '../trigger-plan.ts';

/**
 * What is to be told: `notify` is an event rule's match, which nothing resolves; `repeat` tells again of what still
 * fires.
 */
export type MessageKind = 'notify' | 'firing' | 'repeat' | 'resolved';

/** What stages look at besides the bounds. */
export interface Subject {
  rule: { id: string; name: string };
  /** Of the event that caused the alert; null and empty where there was none. */
  graphName: string | null;
  labels: Readonly<Record<string, string>>;
}

/** A silence as stored; times in ms. */
export interface Silence {
  id: string;
  matchers: SilenceMatchers;
  startsAt: number;
  endsAt: number;
}

/** What is remembered of a rule and key. Plain JSON. */
export interface KeyNotifyState {
  v: 1;
  /** When a firing (or `notify`) was last told, ms. */
  toldAt: number | null;
  /** What fires now. */
  open: OpenFiring | null;
  /** Messages held back since the last that was told, other than by the cap. */
  heldBack: number;
}

export interface OpenFiring {
  told: boolean;
  /** When it was last told, or last tried as a repeat, ms. */
  lastAt: number;
  /** Why it was not told, and when that may be over, ms. */
  held: { reason: HoldReason; retryAt: number } | null;
}

/** What is remembered of a rule as a whole; only rules with `max_per_hour` need it. Plain JSON, at most 61 minutes. */
export interface RuleNotifyState {
  v: 1;
  /** Messages told in each minute since the epoch. */
  minutes: [minute: number, told: number][];
  /** Messages that the cap held back since the last that was told. */
  heldBack: number;
}

export const newKeyState = (): KeyNotifyState => ({ v: 1, toldAt: null, open: null, heldBack: 0 });
export const newRuleState = (): RuleNotifyState => ({ v: 1, minutes: [], heldBack: 0 });

export type HoldReason = 'silenced' | 'cooldown' | 'max_per_hour' | 'firing_was_held_back' | 'not_due';

/** All that a stage may look at. Stages change nothing. */
export interface Scene {
  message: MessageKind;
  subject: Subject;
  silences: readonly Silence[];
  plan: NotifyPlan;
  key: KeyNotifyState;
  rule: RuleNotifyState;
  /** The service's clock, ms. */
  now: number;
}

/** A stage's answer. `retryAt`: when what held it back may be over, ms. */
export type StageAnswer = { pass: true } | { held: true; reason: HoldReason; detail: string; retryAt: number | null };

export const PASS: StageAnswer = { pass: true };
