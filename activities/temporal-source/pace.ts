/** Waits until so many more may be done without going over a rate. @throws what the signal was aborted for */
export type Pace = (count: number, signal: AbortSignal) => Promise<void>;

/**
 * Keeps to a rate: whoever takes waits until what was taken before is paid for.
 *
 * @param perSecond on average, and in any second at most twice that
 * @param steadyNow a clock that is never put back, in ms
 */
export function createPace(perSecond: number, steadyNow: () => number): Pace {
  let paidUntil = 0;
  return async (count, signal) => {
    const now = steadyNow();
    // A second that nobody used is not saved up.
    const begin = Math.max(paidUntil, now);
    paidUntil = begin + (count * 1000) / perSecond;
    await rest(begin - now, signal);
  };
}

/** @throws what the signal was aborted for, at once */
export function rest(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** What is waited for, or else what the signal is aborted for: nobody stays for its end then. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true, signal: done.signal });
  });
  return await Promise.race([work, aborted]).finally(() => done.abort());
}
