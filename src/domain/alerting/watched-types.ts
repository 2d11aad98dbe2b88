import { coversType } from '../rule.ts';
import { asList } from './trigger-parts.ts';
import type { Resolve, Trigger } from './trigger-schema.ts';

/** What an event is for a rule; it may be several at once. `match` is of count, consecutive and event rules. */
export const sides = ['match', 'reset', 'resolve', 'of', 'against', 'started', 'ended', 'seen'] as const;
export type Side = (typeof sides)[number];

/** The sides whose events count: the condition is asked of these. The others need the same key only; contract §5. */
const COUNTING: readonly Side[] = ['match', 'of', 'against', 'started', 'seen'];
export const countsBySide = (side: Side): boolean => COUNTING.includes(side);

/** The part of a rule that says which events it looks at. */
export interface WatchingRule {
  /** Absent for kinds whose trigger names its own. */
  event_types?: readonly string[] | null | undefined;
  trigger: Trigger;
  resolve?: Resolve | null | undefined;
}

/** The type patterns of each side of a rule; sides that it does not have are absent. */
export function typesBySide({ event_types, trigger, resolve }: WatchingRule): Partial<Record<Side, string[]>> {
  const match = [...(event_types ?? [])];
  switch (trigger.kind) {
    case 'event':
      return { match };
    case 'count':
      return resolve ? { match, resolve: asList(resolve.on) } : { match };
    case 'consecutive':
      return { match, reset: asList(trigger.reset_on) };
    case 'ratio':
      return { of: asList(trigger.of), against: asList(trigger.against) };
    case 'duration':
      return { started: asList(trigger.started), ended: asList(trigger.ended) };
    case 'absence':
      return { seen: asList(trigger.of) };
  }
}

/** All patterns that a rule is to be found by, each once: what the matcher's index holds. */
export function watchedPatterns(rule: WatchingRule): string[] {
  return [...new Set(Object.values(typesBySide(rule)).flat())];
}

/** Whether every event that one pattern covers is covered by some of the others. */
export function isCovered(pattern: string, by: readonly string[]): boolean {
  if (pattern === '*' || by.includes('*')) return by.includes('*');
  // `workflow.*` covers `workflow.a.*`: a type below the latter stands for all of them.
  return by.includes(pattern) || coversType(by, pattern.endsWith('.*') ? `${pattern.slice(0, -1)}_` : pattern);
}
