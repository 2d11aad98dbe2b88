import type { ChildProcess } from 'node:child_process';

/** When each event arrived at the receiver, in epoch milliseconds with fractions. */
export interface Arrivals {
  at(id: string): number | undefined;
  /** Resolves once all of these have arrived. @throws Error when one has not within the time */
  all(ids: string[], timeoutMs: number): Promise<void>;
}

/** Listens to what the receiver's process tells. */
export function collectArrivals(receiver: ChildProcess): Arrivals {
  const arrived = new Map<string, number>();
  const waiting = new Map<string, () => void>();
  receiver.on('message', ({ id, at }: { id?: string; at?: number }) => {
    if (id === undefined || at === undefined || arrived.has(id)) return;
    arrived.set(id, at);
    waiting.get(id)?.();
  });
  const one = (id: string) =>
    new Promise<void>((resolve) => {
      if (arrived.has(id)) resolve();
      else waiting.set(id, resolve);
    });
  return {
    at: (id) => arrived.get(id),
    async all(ids, timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          const missing = ids.filter((id) => !arrived.has(id)).length;
          reject(new Error(`${missing} of ${ids.length} events had not arrived after ${timeoutMs / 1000} s.`));
        }, timeoutMs);
      });
      await Promise.race([Promise.all(ids.map(one)), late]).finally(() => clearTimeout(timer));
    },
  };
}
