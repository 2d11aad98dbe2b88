/** Waits of this process for deliveries that are put off, each of which can be ended before its time. */
export type Sleep = ReturnType<typeof createSleep>;

/** The clock may be put forward, as in tests: a sleeper looks at it now and then. */
const LOOK_MS = 1_000;

/** @param now the clock by which they wait, in ms */
export function createSleep(now: () => number) {
  const sleepers = new Map<string, () => void>();
  let isClosed = false;

  return {
    /**
     * @param id of the delivery; of each, one sleeps at most
     * @param how `to its end`: nobody but the process's own end wakes it
     * @returns false where it was woken before its time
     */
    async for(id: string, ms: number, how?: 'to its end'): Promise<boolean> {
      const until = now() + ms;
      let isWoken = false;
      while (!isClosed && !isWoken && now() < until) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(until - now(), LOOK_MS));
          sleepers.set(id, () => {
            if (how === 'to its end' && !isClosed) return;
            isWoken = true;
            clearTimeout(timer);
            resolve();
          });
        });
        sleepers.delete(id);
      }
      return !isClosed && !isWoken;
    },

    /** Wakes the one that sleeps on this delivery, if any. */
    wake(id: string): void {
      sleepers.get(id)?.();
    },

    /** Wakes all, and lets nobody sleep any more. */
    close(): void {
      isClosed = true;
      for (const wake of [...sleepers.values()]) wake();
    },
  };
}
