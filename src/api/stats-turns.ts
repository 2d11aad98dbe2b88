import { ApiError } from './problem.ts';

/** Runs a count of a namespace when it is its turn. @throws ApiError 503 where that would take too long */
export type StatsTurns = <T>(namespace: string, work: () => Promise<T>) => Promise<T>;

/** Connections of those that deliver need, at most, and whatever is asked at once. */
const MOST_TOGETHER = 2;
const MOST_WAITING = 50;
/** A person who has waited so long has gone. */
const WAIT_MS = 10_000;

interface Waiting {
  namespace: string;
  since: number;
  start(): Promise<void>;
  refuse(): void;
}

/**
 * Anybody who may read deliveries can ask for many periods at once, each of which takes PostgreSQL seconds: so two are
 * counted at a time, one of a namespace, and the others wait.
 *
 * @param steadyNow a steady clock in ms
 */
export function createStatsTurns(steadyNow: () => number): StatsTurns {
  const running = new Set<string>();
  const waiting: Waiting[] = [];
  return (namespace, work) =>
    new Promise((resolve, reject) => {
      const refuse = () => reject(busy());
      if (waiting.filter((other) => other.namespace === namespace).length >= MOST_WAITING) return refuse();
      const start = () => work().then(resolve, reject);
      waiting.push({ namespace, since: steadyNow(), start, refuse });
      next();
    });

  function next(): void {
    while (running.size < MOST_TOGETHER) {
      const index = waiting.findIndex(({ namespace }) => !running.has(namespace));
      const [turn] = index < 0 ? [] : waiting.splice(index, 1);
      if (turn === undefined) return;
      if (steadyNow() - turn.since > WAIT_MS) turn.refuse();
      else void run(turn);
    }
  }

  async function run({ namespace, start }: Waiting): Promise<void> {
    running.add(namespace);
    await start();
    running.delete(namespace);
    next();
  }
}

const busy = () =>
  new ApiError(503, 'stats_busy', 'Too many figures of your namespace were asked for at once; ask again later.', {
    headers: { 'retry-after': '10' },
  });
