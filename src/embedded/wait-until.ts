import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks `check` again and again until it gives something other than `undefined` or `false`.
 *
 * @param check the condition; what it throws ends the waiting and reaches the caller
 * @param options `timeoutMs`: give up after this many milliseconds; `everyMs`: pause between two checks (default 50)
 * @returns what `check` gave, or `undefined` when the time ran out
 */
export async function waitUntil<T>(
  check: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs, everyMs = 50 }: { timeoutMs: number; everyMs?: number },
): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() >= end) return undefined;
    await delay(everyMs);
  }
}
