/** How bad it is, in PagerDuty's words: they decide the colour or the urgency at the receiver. */
export const severities = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/**
 * What one rule decided about one event, and why. Kept with the event: "why was I not told?" has an answer.
 * Rules whose event types do not match decide nothing and leave no record.
 */
export interface Decision {
  rule_id: string;
  rule_name: string;
  revision: number;
  outcome: 'matched' | 'not_matched';
  reason: 'condition_true' | 'no_condition' | 'condition_false' | 'missing_field' | 'condition_error' | 'about_itself';
  detail?: string;
}

/**
 * The patterns of rules that a type can match: itself, each of its dotted prefixes with `.*`, and `*`.
 * The matcher looks these up in an index, so a rule whose pattern is not among them costs nothing.
 *
 * @param type an event type, e.g. `workflow.failed`
 * @returns e.g. `['workflow.failed', 'workflow.*', '*']`
 */
export function patternsFor(type: string): string[] {
  const parts = type.split('.');
  const prefixes = parts.slice(0, -1).map((_, index) => `${parts.slice(0, index + 1).join('.')}.*`);
  return [type, ...prefixes.reverse(), '*'];
}

/** Whether a rule's `event_types` cover a type: exact, `prefix.*`, or `*`. */
export function coversType(eventTypes: readonly string[], type: string): boolean {
  return patternsFor(type).some((pattern) => eventTypes.includes(pattern));
}
