import { waitUntil } from '../../src/embedded/wait-until.ts';

/**
 * Waits for a condition.
 *
 * @param check gives something other than undefined, null or false when it holds
 * @param what the condition in words, for the message
 * @returns what `check` gave
 * @throws Error when it does not come to hold in time
 */
export async function until<T>(
  check: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  what: string,
  timeoutMs = 40_000,
): Promise<T> {
  const found = await waitUntil<T>(async () => (await check()) ?? undefined, { timeoutMs, everyMs: 25 });
  if (found === undefined) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}.`);
  return found;
}
