import { isDeepStrictEqual } from 'node:util';
import type { RuleInFile } from './rules-file.ts';

/** A rule as the service has it: its id, and its fields as a file would have them. */
export interface LiveRule {
  id: string;
  rule: RuleInFile;
}

export interface FieldChange {
  field: string;
  from: unknown;
  to: unknown;
}

export type Step =
  | { kind: 'create'; name: string; rule: RuleInFile }
  | { kind: 'change'; name: string; id: string; changes: FieldChange[] }
  | { kind: 'delete'; name: string; id: string }
  | { kind: 'keep'; name: string };

/**
 * What has to be done so that the service has what the file says. Rules that the file does not name stay, unless they
 * are to be pruned.
 *
 * @param wanted by name, with every default filled in, as `live` has them
 */
export function planOf(wanted: Map<string, RuleInFile>, live: Map<string, LiveRule>, prune: boolean): Step[] {
  const steps: Step[] = [...wanted].map(([name, rule]) => {
    const there = live.get(name);
    if (there === undefined) return { kind: 'create', name, rule };
    const changes = changesOf(there.rule, rule);
    return changes.length === 0 ? { kind: 'keep', name } : { kind: 'change', name, id: there.id, changes };
  });
  if (!prune) return steps;
  const surplus = [...live].filter(([name]) => !wanted.has(name));
  return [...steps, ...surplus.map(([name, { id }]): Step => ({ kind: 'delete', name, id }))];
}

function changesOf(from: RuleInFile, to: RuleInFile): FieldChange[] {
  const fields = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return fields
    .map((field) => ({ field, from: from[field] ?? null, to: to[field] ?? null }))
    .filter((change) => !isDeepStrictEqual(change.from, change.to));
}

/** A JSON merge patch (RFC 7396) that makes one value the other: members that are to go are null. */
export function patchOf(from: unknown, to: unknown): unknown {
  if (!isRecord(from) || !isRecord(to)) return to;
  const gone = Object.keys(from).filter((key) => !(key in to));
  return {
    ...Object.fromEntries(Object.entries(to).map(([key, member]) => [key, patchOf(from[key], member)])),
    ...Object.fromEntries(gone.map((key) => [key, null])),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The plan in words, a line a step and one for each changed field. */
export function describePlan(steps: Step[]): string {
  const lines = steps.flatMap((step): string[] => {
    if (step.kind === 'create') return [`+ create  ${step.name}`];
    if (step.kind === 'delete') return [`- delete  ${step.name}`];
    if (step.kind === 'keep') return [];
    return [
      `~ change  ${step.name}`,
      ...step.changes.map(({ field, from, to }) => `    ${field}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`),
    ];
  });
  const count = (kind: Step['kind']) => steps.filter((step) => step.kind === kind).length;
  const sum = `${count('create')} to create, ${count('change')} to change, ${count('delete')} to delete, ${count('keep')} as they are`;
  return [...lines, sum].join('\n');
}
