import type { Evaluated } from '../condition.ts';
import type { Decision } from '../rule.ts';
import type { Side } from './watched-types.ts';

/** What a rule says of one event, and why: the part of a decision that is not about which rule it was. */
export type Decided = Pick<Decision, 'outcome' | 'reason' | 'detail'>;

/** An event of the service's own about this very rule: it must not feed itself. */
export const ABOUT_ITSELF: Decided = { outcome: 'not_matched', reason: 'about_itself' };

/** What the condition's answer means for an event whose type the rule watches. */
export function decidedBy(rule: { condition?: string | null | undefined }, evaluated: Evaluated): Decided {
  if (evaluated.matched) {
    return { outcome: 'matched', reason: (rule.condition ?? null) === null ? 'no_condition' : 'condition_true' };
  }
  const { reason } = evaluated;
  if (reason === 'error') return { outcome: 'not_matched', reason: 'condition_error', detail: evaluated.message };
  const detail = reason === 'missing_field' && evaluated.detail !== undefined ? { detail: evaluated.detail } : {};
  return { outcome: 'not_matched', reason, ...detail };
}

/** What is told of an event that a rule which keeps state has put down for a key. @param keyText "" for the one key */
export const countedAs = (decided: Decided, sides: readonly Side[], keyText: string): Decided => ({
  ...decided,
  outcome: 'matched',
  detail: `counted as ${sides.join(', ')}${keyText && ` of ${keyText}`}`,
});
