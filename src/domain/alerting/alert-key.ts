import { dedupKey } from '../dedup-key.ts';
import type { AcceptedEvent } from '../event.ts';
import { stringifyLossless } from '../lossless-json.ts';
import { readField, segmentsOf } from './field-path.ts';

/** A person reads it in a list, a message's summary and the Web UI: one line. */
const TEXT_CHARACTERS = 200;
const VALUE_CHARACTERS = 80;

/** What a rule keeps state of apart: one set of values of its `per` fields. */
export interface AlertKey {
  /** `rule_id:` and 26 hex characters: what a receiver joins firing and resolved by. */
  dedupKey: string;
  /** Those 26 characters: the key of the state's row and part of the workflow's id. */
  digest: string;
  /** For people, e.g. `graph_name=etl`; "" for a rule that keeps nothing apart. Not unique: it is cut. */
  text: string;
}

/**
 * The key that an event belongs to. An absent field counts as null, and numbers as they were written.
 *
 * @param paths the fields: `per` of a rule, or `key` of a duration
 */
export function keyOf(ruleId: string, paths: readonly string[], event: AcceptedEvent): AlertKey {
  const values = paths.map((path) => readField(event, path));
  const key = dedupKey(ruleId, values);
  const text = paths.map((path, index) => `${segmentsOf(path).at(-1)}=${valueText(values[index])}`).join(', ');
  return { dedupKey: key, digest: key.slice(ruleId.length + 1), text: cut(text, TEXT_CHARACTERS) };
}

const valueText = (value: unknown): string => {
  const text = typeof value === 'string' && value !== '' ? value : stringifyLossless(value);
  return cut(text.replace(/[\s\p{Cc}]+/gu, ' '), VALUE_CHARACTERS);
};

function cut(text: string, limit: number): string {
  // Whole characters only: half a surrogate pair could not be stored.
  const characters = Array.from(text.slice(0, 2 * limit + 2));
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}
