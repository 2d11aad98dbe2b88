import { hash } from 'node:crypto';
import { isRawNumber } from './lossless-json.ts';

/**
 * The digest of an event's identity within its namespace, part of its workflow's id: the first 32 hex characters of
 * SHA-256 over the UTF-8 of `source`, a newline, `id`. Others compute it too: it must never change.
 */
export function eventDigest(source: string, id: string): string {
  return hash('sha256', `${source}\n${id}`, 'hex').slice(0, 32);
}

/**
 * The digest of what an event says, by which a true repeat is told from another event under the same id.
 * The order of object keys does not count; numbers count as written, so `1.0` is not `1`.
 *
 * @param data the event's data as `parseLossless` gives it, or undefined when it has none
 * @returns the first 32 hex characters of SHA-256
 */
export function contentDigest(type: string, data: unknown): string {
  return hash('sha256', `${type}\n${canonical(data)}`, 'hex').slice(0, 32);
}

/** JSON with sorted keys. The recursion is bounded by the API's limit of 64 levels. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return JSON.stringify(value) ?? '';
  const members = value as Record<string, unknown>;
  const keys = Object.keys(members).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(members[key])}`).join(',')}}`;
}
