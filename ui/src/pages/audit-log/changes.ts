/** A field as it was and as it is; undefined where it was not there. */
export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

type Shown = Record<string, unknown> | null;

/** What every change changes. */
const ALWAYS = ['updated_at'];

/** The fields in which two states differ, those of both in the order of the API. */
export function changesOf(before: Shown, after: Shown): Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields
    .map((field) => ({ field, before: before?.[field], after: after?.[field] }))
    .filter((change) => !ALWAYS.includes(change.field) && textOf(change.before) !== textOf(change.after));
}

/** A value as text: words as they are, all else as JSON. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}
