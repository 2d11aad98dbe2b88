import { hash } from 'node:crypto';
import { durationPattern, parseDuration } from '../duration.ts';
import type { WatchingRule } from './watched-types.ts';

/** The part of a rule that decides when it fires. */
export interface MeaningfulRule extends WatchingRule {
  condition?: string | null | undefined;
}

/**
 * The meaning of a rule as text: two rules of the same meaning can go on with each other's state. Name, severity,
 * description, endpoints, `notify` and retry policy are not in it, nor how a duration or a list of types was written.
 * `per` keeps its order: keys are made of it.
 */
export function meaningOf({ trigger, condition, event_types, resolve }: MeaningfulRule): string {
  return JSON.stringify(
    canonical({ trigger, condition: condition ?? null, event_types: event_types ?? [], resolve: resolve ?? null }, ''),
  );
}

const TYPES = ['event_types', 'of', 'against', 'reset_on', 'started', 'ended', 'on'];
const DURATIONS = ['window', 'longer_than', 'within', 'grace'];
const PATHS = ['per', 'key'];

function canonical(value: unknown, name: string): unknown {
  if (TYPES.includes(name)) return [...new Set([value].flat() as string[])].sort();
  if (PATHS.includes(name)) return ([value].flat() as string[]).map((path) => path.replace(/^event\./, ''));
  if (typeof value === 'string') {
    return DURATIONS.includes(name) && durationPattern.test(value) ? parseDuration(value) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, canonical(member, key)]),
  );
}

/** The meaning of a rule as a digest: states that were reckoned by another one begin anew. */
export const meaningDigest = (rule: MeaningfulRule): string => hash('sha256', meaningOf(rule), 'hex').slice(0, 16);
