import type { Note } from '../../src/domain/alerting/decision.ts';
import type { Decided } from './decided.ts';

/** One wide line for each look that left something uncounted: what, how often, and the first of them in words. */
export interface LookNotes {
  keys: number;
  /** How often, by what it was. */
  counts: Partial<Record<Note['code'], number>>;
  details: { rule_id: string; key: string; code: Note['code']; detail: string }[];
}

/** More than a person reads in one line; all are counted. */
const SHOWN_DETAILS = 20;

/** What a look did not count, and why. @returns undefined where it counted all */
export function notesOf(decided: readonly Decided[]): LookNotes | undefined {
  const noted = decided.filter(({ notes }) => notes.length > 0);
  if (noted.length === 0) return undefined;
  const counts: LookNotes['counts'] = {};
  const details: LookNotes['details'] = [];
  for (const { locked, notes } of noted) {
    for (const { code, count, detail } of notes) {
      counts[code] = (counts[code] ?? 0) + count;
      // A key that is given up is worth a line whatever else there was.
      if (details.length < SHOWN_DETAILS || code === 'key_dropped') {
        details.push({ rule_id: locked.rule_id, key: locked.key_text, code, detail });
      }
    }
  }
  return { keys: noted.length, counts, details };
}
