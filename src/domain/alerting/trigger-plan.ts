import { parseDuration } from '../duration.ts';
import type { Notify, Trigger } from './trigger-schema.ts';

/** A trigger as decisions use it: durations in ms. What it watches is not here but in `watched-types.ts`. */
export interface CountPlan {
  kind: 'count';
  threshold: number;
  windowMs: number;
}
export interface ConsecutivePlan {
  kind: 'consecutive';
  threshold: number;
}
export interface RatioPlan {
  kind: 'ratio';
  bound: { at_least: number } | { below: number };
  windowMs: number;
  minSamples: number;
}
export interface DurationPlan {
  kind: 'duration';
  longerThanMs: number;
}
export interface AbsencePlan {
  kind: 'absence';
  due: { withinMs: number } | { by: string; timezone: string };
  graceMs: number;
  /** Whether state is kept for values of `per`: such a key may be gone for good. */
  keyed: boolean;
}

/** The plans of the kinds that keep state. */
export type TriggerPlan = CountPlan | ConsecutivePlan | RatioPlan | DurationPlan | AbsencePlan;

/**
 * A checked trigger as a plan.
 *
 * @returns null for `event`, which keeps no state
 */
export function planTrigger(trigger: Trigger): TriggerPlan | null {
  switch (trigger.kind) {
    case 'event':
      return null;
    case 'count':
      return { kind: 'count', threshold: trigger.threshold, windowMs: parseDuration(trigger.window) };
    case 'consecutive':
      return { kind: 'consecutive', threshold: trigger.threshold };
    case 'ratio':
      return {
        kind: 'ratio',
        bound: trigger.at_least === undefined ? { below: trigger.below! } : { at_least: trigger.at_least },
        windowMs: parseDuration(trigger.window),
        minSamples: trigger.min_samples,
      };
    case 'duration':
      return { kind: 'duration', longerThanMs: parseDuration(trigger.longer_than) };
    case 'absence':
      return {
        kind: 'absence',
        due:
          trigger.within === undefined
            ? { by: trigger.by!, timezone: trigger.timezone! }
            : { withinMs: parseDuration(trigger.within) },
        graceMs: trigger.grace === undefined ? 0 : parseDuration(trigger.grace),
        keyed: trigger.per.length > 0,
      };
  }
}

/** `notify` of a rule with durations in ms; null: no such bound. */
export interface NotifyPlan {
  cooldownMs: number | null;
  repeatEveryMs: number | null;
  maxPerHour: number | null;
}

/** A checked `notify`, or none, as a plan. */
export function planNotify(notify: Notify | null | undefined): NotifyPlan {
  return {
    cooldownMs: notify?.cooldown === undefined ? null : parseDuration(notify.cooldown),
    repeatEveryMs: notify?.repeat_every === undefined ? null : parseDuration(notify.repeat_every),
    maxPerHour: notify?.max_per_hour ?? null,
  };
}
