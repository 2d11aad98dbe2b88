/** What to undo at the end, however it comes, last done first. */
export interface CleanUp {
  /** Remembers a step; it runs once. */
  add(step: () => unknown): void;
  /** Runs all steps, each even if one before it failed. @throws the first error */
  run(): Promise<void>;
}

export function createCleanUp(): CleanUp {
  const steps: (() => unknown)[] = [];
  return {
    add: (step) => void steps.push(step),
    async run() {
      const faults: unknown[] = [];
      for (const step of steps.splice(0).reverse()) {
        try {
          await step();
        } catch (error) {
          faults.push(error);
        }
      }
      if (faults.length > 0) throw faults[0];
    },
  };
}

/** Aborted by the first Ctrl-C, SIGTERM or SIGHUP; what runs then still has to be cleaned up. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  // `on`, not `once`: npm passes a Ctrl-C on that the terminal has sent too, and the second must not kill.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => controller.abort(new Error(`Stopped by ${name}.`)));
  }
  return controller.signal;
}

/** Resolves or rejects as `work` does, or rejects as soon as the signal is aborted. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return await Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
}
