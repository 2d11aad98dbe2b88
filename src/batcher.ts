/**
 * Group commit: while one run is under way, what comes meanwhile is gathered for the next. At rest nothing waits: an
 * item that comes alone runs alone at the end of this turn of the event loop, with all that came in the same turn.
 */
export interface BatcherOptions<Item, Result> {
  /** Gives one result for each item, in their order. */
  run(items: Item[]): Promise<Result[]>;
  maxItems: number;
  /** Runs under way at once. */
  concurrency?: number;
  /** From the end of one run to the start of the next, at least. */
  pauseMs?: number;
  /** Whether an error is some item's own fault: the list is then halved until the culprit is alone. */
  isItemsFault?: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * @returns what takes an item and gives its result; it rejects with the error of the run that held it, and nothing is
 *   tried twice
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): (item: Item) => Promise<Result> {
  const { run, maxItems, concurrency = 1, pauseMs = 0, isItemsFault = () => false } = options;
  const queue: Waiting<Item, Result>[] = [];
  let running = 0;
  let isScheduled = false;

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      queue.push({ item, resolve, reject });
      schedule();
    });

  function schedule(): void {
    if (isScheduled || running >= concurrency || queue.length === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      void next();
    });
  }

  async function next(): Promise<void> {
    running += 1;
    const batch = queue.splice(0, maxItems);
    schedule();
    await settle(batch);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    running -= 1;
    schedule();
  }

  async function settle(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length > 1 && isItemsFault(error)) {
        const middle = Math.ceil(batch.length / 2);
        await settle(batch.slice(0, middle));
        await settle(batch.slice(middle));
        return;
      }
      for (const { reject } of batch) reject(error);
    }
  }
}
