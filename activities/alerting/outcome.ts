import type { KeyNotifyState, RuleNotifyState } from '../../src/domain/alerting/notify/message.ts';
import { planNotify } from '../../src/domain/alerting/trigger-plan.ts';
import type { AlertKey, LookedRule, NextState, StoredAlert } from '../../src/store/alert-look-rows.ts';
import type { Decided } from './decided.ts';
import type { PreparedRule, StatefulParts } from './prepared-rule.ts';
import type { createTeller, TellContext, Told } from './tell.ts';

/** What a look came to for one key, once it is committed. */
export interface LookedKey extends AlertKey {
  /** Undefined where the rule was deleted. */
  rule_name: string | undefined;
  is_firing: boolean;
  /** Whether it began or ceased to fire in this look. */
  has_changed: boolean;
  /** When time alone may change it, ms. */
  next_look_at: number | null;
  /** Whether whoever watches it has to be told of that. */
  is_sooner: boolean;
  shard: number | null;
}

/** What is to be written of one key. */
export interface Outcome {
  key: LookedKey;
  /** null where the rule is off or gone: nobody is told. */
  told: Told | null;
  alerts: StoredAlert[];
  /** null: nothing need be kept. */
  next: NextState | null;
}

/** Parts of a namespace's open runs, a workflow each; contract §6. */
const SHARDS = 16;
/** The row of a rule as a whole has no key. */
export const WHOLE_RULE = '';
/** Two times that are so near are one: a workflow that wakes a little early or late looks again by itself. */
const SAME_MS = 1_000;
/** How many messages were held back is worth telling for so long. */
const HELD_BACK_KEPT_MS = 7 * 86_400_000;

/**
 * Makes of what was decided for a key what is told, what is kept, and who has to know when to look next.
 *
 * @returns a function of it; `byWatch` says that it is the key's workflow that looks
 */
export function createConclude(
  prepare: (rule: StatefulParts) => PreparedRule,
  teller: ReturnType<typeof createTeller>,
): (one: Decided, context: TellContext, byWatch: boolean) => Outcome {
  return (one, context, byWatch) => {
    const { locked, rule } = one;
    const isOn = rule?.is_active === true;
    const told = isOn ? teller.tell({ ...one, rule }, prepare(rule).plan, context) : null;
    const alerts = told?.alerts ?? teller.giveUp(one, context);
    const nextLookAt = earliest(one.nextLookAt, told?.nextMessageAt ?? null);
    const watched = locked.watched_until?.getTime() ?? null;
    const isWatched = watched !== null && watched > context.at - SAME_MS;
    const is_sooner = nextLookAt !== null && !byWatch && !(isWatched && watched <= nextLookAt + SAME_MS);
    const key: LookedKey = {
      namespace: locked.namespace,
      rule_id: locked.rule_id,
      key_digest: locked.key_digest,
      key_text: locked.key_text,
      rule_name: rule?.name,
      is_firing: told !== null && told.alertId !== null,
      has_changed: (told?.alertId ?? null) !== locked.alert_id,
      next_look_at: nextLookAt,
      is_sooner,
      shard: shardOf(locked, rule),
    };
    const isTheirs = byWatch || is_sooner || nextLookAt === null;
    const watched_until = isTheirs ? nextLookAt : watched;
    return { key, told, alerts, next: told && nextOf(one, told, key, watched_until, context.at) };
  };
}

/** The rows of rules as a whole that are to be kept, as they were changed. */
export function wholeStates(before: Map<string, RuleNotifyState>, after: Map<string, RuleNotifyState>): NextState[] {
  const changed = [...after].filter(([id, state]) => before.get(id) !== state);
  return changed.map(([rule_id, notify_state]) => ({
    ...{ rule_id, key_digest: WHOLE_RULE, meaning: '', state: null, notify_state, alert_id: null, shard: null },
    ...{ next_look_at: null, watched_until: null, forget_at: null },
  }));
}

/** What is kept of a key; null where nothing need be. */
function nextOf(one: Decided, told: Told, key: LookedKey, watchedUntil: number | null, at: number): NextState | null {
  const notifyUntil = keptUntil(told.notify, planNotify(one.rule?.notify).cooldownMs, at);
  if (one.state === null && told.alertId === null && notifyUntil === null) return null;
  // A state that may be forgotten by itself may be so once its messages may.
  const isQuiet = one.state === null || one.forgetAt !== null;
  const forgetAt = isQuiet && key.next_look_at === null ? latest(one.forgetAt, notifyUntil) : null;
  return {
    rule_id: key.rule_id,
    key_digest: key.key_digest,
    meaning: one.rule?.meaning ?? '',
    state: one.state,
    notify_state: notifyUntil === null ? null : told.notify,
    alert_id: told.alertId,
    shard: key.shard,
    next_look_at: iso(key.next_look_at),
    watched_until: iso(watchedUntil),
    forget_at: iso(forgetAt),
  };
}

/** Until when what is remembered of a key's messages matters, ms; null: not any more. */
function keptUntil({ open, toldAt, heldBack }: KeyNotifyState, cooldownMs: number | null, at: number): number | null {
  if (open !== null) return Number.MAX_SAFE_INTEGER;
  const cool = toldAt === null || cooldownMs === null ? null : toldAt + cooldownMs;
  const until = heldBack > 0 ? latest(cool, at + HELD_BACK_KEPT_MS) : cool;
  return until !== null && until > at ? until : null;
}

const shardOf = ({ key_digest }: { key_digest: string }, rule: LookedRule | undefined): number | null =>
  rule?.trigger.kind === 'duration' ? Number.parseInt(key_digest.slice(0, 4), 16) % SHARDS : null;

const earliest = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.min(a, b));
const latest = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.max(a, b));
const iso = (ms: number | null) => (ms === null || ms >= 8.64e15 ? null : new Date(ms).toISOString());
