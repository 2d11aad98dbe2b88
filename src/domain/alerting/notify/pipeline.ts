import type { NotifyPlan } from '../trigger-plan.ts';
import { cooldownStage } from './cooldown-stage.ts';
import { countTold, hourlyCapStage } from './hourly-cap-stage.ts';
import type { HoldReason, KeyNotifyState, MessageKind, RuleNotifyState, Scene, StageAnswer } from './message.ts';
import { repeatStage } from './repeat-stage.ts';
import { resolveStage } from './resolve-stage.ts';
import { silenceStage } from './silence-stage.ts';

/**
 * What stands between an alert and a message, in this order. The first stage that holds a message back says why; the
 * cap is last, so that what others hold back uses nothing of it.
 */
const stages: readonly ((scene: Scene) => StageAnswer)[] = [
  resolveStage,
  repeatStage,
  silenceStage,
  cooldownStage,
  hourlyCapStage,
];

/** A silence may be lifted before its end: a firing that was held back is tried again this often at least. */
const RETRY_MS = 5 * 60_000;

/** Told, or held back with a reason that becomes a record; with the states to store either way. */
export type Verdict = { key: KeyNotifyState; rule: RuleNotifyState } & (
  | { pass: true; suppressedSinceLast: number }
  /** `again`: this very firing was held back before; it has its record. */
  | { held: true; reason: HoldReason; detail: string; again: boolean }
);

/**
 * Decides whether a message goes out. A firing that is held back and goes on is to be asked for again when
 * `dueMessage` says so: nobody may sleep through an incident because it began within a cooldown.
 */
export function decideMessage(scene: Scene): Verdict {
  for (const stage of stages) {
    const answer = stage(scene);
    if ('held' in answer) return held(scene, answer);
  }
  return told(scene);
}

function told({ message, key, rule, plan, now }: Scene): Verdict {
  if (message === 'resolved') return { pass: true, suppressedSinceLast: 0, key: { ...key, open: null }, rule };
  const open = message === 'notify' ? key.open : { told: true, lastAt: now, held: null };
  const toldAt = message === 'repeat' ? key.toldAt : now;
  return {
    pass: true,
    suppressedSinceLast: key.heldBack + rule.heldBack,
    key: { ...key, toldAt, open, heldBack: 0 },
    rule: { v: 1, minutes: plan.maxPerHour === null ? [] : countTold(rule, now), heldBack: 0 },
  };
}

function held(scene: Scene, { reason, detail, retryAt }: Extract<StageAnswer, { held: true }>): Verdict {
  const { message, key, rule, now } = scene;
  const again = message === 'firing' && key.open !== null && !key.open.told;
  // What people are told of later are alerts that they missed, not their ends, nor each try of the same one.
  const counts = message !== 'resolved' && reason !== 'not_due' && !again ? 1 : 0;
  const byCap = reason === 'max_per_hour';
  return {
    held: true,
    reason,
    detail,
    again,
    key: { ...key, open: openAfter(), heldBack: key.heldBack + (byCap ? 0 : counts) },
    rule: byCap ? { ...rule, heldBack: rule.heldBack + counts } : rule,
  };

  function openAfter(): KeyNotifyState['open'] {
    if (message === 'resolved') return null;
    if (message === 'firing') {
      const retry = Math.min(retryAt ?? now + RETRY_MS, now + RETRY_MS);
      return { told: false, lastAt: now, held: { reason, retryAt: retry } };
    }
    return message === 'repeat' && reason !== 'not_due' && key.open ? { ...key.open, lastAt: now } : key.open;
  }
}

/**
 * When a key has something to tell by time alone: a firing that was held back, or a repeat.
 *
 * @returns ms, or null
 */
export function nextMessageAt({ open }: KeyNotifyState, { repeatEveryMs }: NotifyPlan): number | null {
  if (open === null) return null;
  if (!open.told) return open.held?.retryAt ?? open.lastAt;
  return repeatEveryMs === null ? null : open.lastAt + repeatEveryMs;
}

/** What a key has to tell now by time alone. */
export function dueMessage(key: KeyNotifyState, plan: NotifyPlan, now: number): MessageKind | null {
  const at = nextMessageAt(key, plan);
  if (at === null || at > now) return null;
  return key.open?.told ? 'repeat' : 'firing';
}
