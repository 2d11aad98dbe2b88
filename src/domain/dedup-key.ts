import { hash } from 'node:crypto';
import { stringifyLossless } from './lossless-json.ts';

/**
 * The key of an alert: one rule firing for one thing. Firing and resolved share it, so that a receiver such as PagerDuty
 * joins them. It is the rule's id, `:` and the first 26 hex characters (104 bits) of SHA-256 over the JSON array of
 * `parts`: short enough for any receiver, and no part of the data can be read from it.
 *
 * @param parts the rule's `per` values, in its order; for a stateless rule the event's `[source, id]`
 */
export function dedupKey(ruleId: string, parts: unknown[]): string {
  return `${ruleId}:${hash('sha256', stringifyLossless(parts), 'hex').slice(0, 26)}`;
}
