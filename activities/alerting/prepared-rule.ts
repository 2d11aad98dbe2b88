import { createSides } from '../../src/domain/alerting/entry.ts';
import type { MeaningfulRule } from '../../src/domain/alerting/meaning.ts';
import { planTrigger, type TriggerPlan } from '../../src/domain/alerting/trigger-plan.ts';
import { keyPathsOf, type Notify, type Trigger } from '../../src/domain/alerting/trigger-schema.ts';

/** What a rule must have for its keys to be kept apart and decided about. */
export interface StatefulParts extends MeaningfulRule {
  id: string;
  revision: number;
  trigger: Trigger;
  notify: Notify | null;
}

/** A rule's trigger ready for use. */
export interface PreparedRule {
  sidesOf: ReturnType<typeof createSides>;
  keyPaths: string[];
  /** null: every match is an alert of its own. */
  plan: TriggerPlan | null;
}

/** Whether a rule's alerts depend on what was before: such events are booked, and decided about in looks. */
export const keepsState = ({ trigger, notify }: Pick<StatefulParts, 'trigger' | 'notify'>): boolean =>
  trigger.kind !== 'event' || notify !== null;

const RULES_KEPT = 5_000;

/** Makes a preparer with its own cache, by revision. */
export function createPreparer(): (rule: StatefulParts) => PreparedRule {
  const kept = new Map<string, PreparedRule>();
  return (rule) => {
    const key = `${rule.id}:${rule.revision}`;
    const prepared = kept.get(key) ?? {
      sidesOf: createSides(rule),
      keyPaths: keyPathsOf(rule.trigger),
      plan: planTrigger(rule.trigger),
    };
    kept.delete(key);
    kept.set(key, prepared);
    if (kept.size > RULES_KEPT) kept.delete(kept.keys().next().value as string);
    return prepared;
  };
}
