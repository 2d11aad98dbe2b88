/** Work that a process does again and again beside everything else. */
export interface Repeating {
  /** Has it done soon, and not only when its time comes. */
  nudge(): void;
  /** Resolves once what is under way has ended; it begins no more. */
  stop(): Promise<void>;
}

export interface RepeatOptions {
  /** One round; true when there is more to do, and then the next follows at once. */
  work(): Promise<boolean>;
  everyMs: number;
  /** After a round that failed: what it depends on is away. */
  pauseMs: number;
  tellFailure(error: unknown): void;
}

/** Begins at once. Rounds never overlap; one that fails is told of, and another follows. */
export function repeat({ work, everyMs, pauseMs, tellFailure }: RepeatOptions): Repeating {
  let isStopped = false;
  let wake = () => {};
  let isNudged = false;

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, isNudged && ms === everyMs ? 0 : ms);
      timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function run(): Promise<void> {
    while (!isStopped) {
      isNudged = false;
      let restMs = everyMs;
      try {
        if (await work()) continue;
      } catch (error) {
        tellFailure(error);
        restMs = pauseMs;
      }
      if (!isStopped) await rest(restMs);
    }
  }

  const running = run();
  return {
    nudge() {
      isNudged = true;
      wake();
    },
    async stop() {
      isStopped = true;
      wake();
      await running;
    },
  };
}
