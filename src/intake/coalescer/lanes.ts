import { createRate, type Rate } from '../rate.ts';

/** An item that was taken in and has not started yet. */
export interface Waiting<Item, Result> {
  item: Item;
  bytes: number;
  at: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** What a namespace has of all that is bounded. */
export interface Share<Item = unknown, Result = unknown> {
  namespace: string;
  /** Keys that are known. */
  keys: number;
  usedAt: number;
  /** Those with a queue, in order of turns: a key that has had its turn goes to the end. */
  waiting: Map<string, Lane<Item, Result>>;
  heldItems: number;
  heldBytes: number;
  runs: number;
}

/** What is known of a key. */
export interface Lane<Item = unknown, Result = unknown> {
  key: string;
  share: Share<Item, Result>;
  queue: Waiting<Item, Result>[];
  queuedBytes: number;
  /** Lists being committed. */
  runs: number;
  /** Lists that are committed and still being worked on. */
  working: number;
  /** When an item came, or work on a list began. */
  usedAt: number;
  startedAt: number;
  arrivals: Rate;
}

/** Who hands items in: its keys, and whose they are. */
export interface Lanes<Item, Result> {
  /** The lane of a key that is used now. */
  use(key: string): Lane<Item, Result>;
  /** Whether another namespace has come lately. */
  hasOthersThan(share: Share): boolean;
  /** How many keys are known. */
  known(): number;
}

/** How long what is known of a key, its rate above all, is kept after its last use, and its namespace is a neighbour. */
const KEPT_MS = 10_000;

/**
 * @param namespaceOf whose a key is
 * @param now a clock that never goes back, in ms
 */
export function createLanes<Item, Result>(
  namespaceOf: (key: string) => string,
  now: () => number,
): Lanes<Item, Result> {
  const lanes = new Map<string, Lane<Item, Result>>();
  const shares = new Map<string, Share<Item, Result>>();
  /** The namespace that was used last, and before it the last other one: who looks for others finds the latest of them. */
  let latest: Share | undefined;
  let latestOther: Share | undefined;
  let sweptAt = now();

  return {
    use(key) {
      const lane = lanes.get(key) ?? add(key);
      const { share } = lane;
      lane.usedAt = now();
      share.usedAt = lane.usedAt;
      if (share !== latest) {
        latestOther = latest;
        latest = share;
      }
      return lane;
    },
    hasOthersThan(share) {
      const other = share === latest ? latestOther : latest;
      return other !== undefined && now() - other.usedAt < KEPT_MS;
    },
    known: () => lanes.size,
  };

  function add(key: string): Lane<Item, Result> {
    sweep();
    const share = shareOf(namespaceOf(key));
    share.keys += 1;
    const counts = { queuedBytes: 0, runs: 0, working: 0 };
    const times = { usedAt: 0, startedAt: Number.NEGATIVE_INFINITY, arrivals: createRate(now) };
    const lane = { key, share, queue: [], ...counts, ...times };
    lanes.set(key, lane);
    return lane;
  }

  function shareOf(namespace: string): Share<Item, Result> {
    let share = shares.get(namespace);
    if (share === undefined) {
      share = { namespace, keys: 0, usedAt: 0, waiting: new Map(), heldItems: 0, heldBytes: 0, runs: 0 };
      shares.set(namespace, share);
    }
    return share;
  }

  /** Keys come and go: those that have been gone for long are forgotten. */
  function sweep(): void {
    if (now() - sweptAt < KEPT_MS) return;
    sweptAt = now();
    for (const lane of lanes.values()) if (isIdle(lane) && sweptAt - lane.usedAt > KEPT_MS) forget(lane);
  }

  function forget({ key, share }: Lane): void {
    lanes.delete(key);
    share.keys -= 1;
    if (share.keys === 0) shares.delete(share.namespace);
  }
}

function isIdle({ queue, runs, working }: Lane): boolean {
  return queue.length === 0 && runs === 0 && working === 0;
}
