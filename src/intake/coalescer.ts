import { createRate, type Rate } from './rate.ts';

/**
 * Group commit for what comes in: at rest an item starts at once and alone; while the list before is being worked on,
 * what comes meanwhile is gathered into the next. Under pressure a list of one also waits a few milliseconds for a
 * second, if one may be expected: a list costs the same with two. Lists are of one key (a namespace and who sends),
 * bounded in number, size and waiting. What it cannot hold it refuses at once.
 *
 * Namespaces take turns, and within one its keys. Of all that is bounded a namespace has at most as much as is left for
 * the others, so half where it is alone: one that has nothing finds room, however many are busy.
 */
export interface CoalescerOptions<Item, Result> {
  /** Commits a list. One result for each item, in their order. `isPressed`: lists follow each other fast. */
  run(key: string, items: Item[], isPressed: boolean): Promise<Result[]>;
  /** Called once for an item that is taken in: what can be done while it waits. */
  prepare?(item: Item): void;
  /** Whose a key is; absent: each key is somebody else's. */
  namespaceOf?(key: string): string;
  limits: CoalescerLimits;
  /** A clock that never goes back, in ms. */
  now(): number;
}

export interface CoalescerLimits {
  /** Of one list. One larger item is a list of its own. */
  maxItems: number;
  maxBytes: number;
  /** From an item's arrival until its list starts, if a start is free. */
  maxWaitMs: number;
  /** More lists than this in a second are pressure, and so are so many on their way when another starts: starts take long. */
  restedPerSecond: number;
  restedRuns: number;
  /** And so are more items than this in a second: their lists are few because they are long. */
  restedItemsPerSecond: number;
  /** Under pressure a key's lists follow each other no closer than the first, and for each item in a second this much more. */
  pressedGapMs: number;
  pressedGapMsPerItem: number;
  /** Lists being committed at once: of one key, and of all, which namespaces share. */
  maxRunsOfKey: number;
  /** Of one key while there are other namespaces: fewer and longer lists take less of what all start lists in. */
  maxRunsBesideOthers: number;
  maxRuns: number;
  /** Waiting and being committed, of all keys; namespaces share it. */
  maxHeldItems: number;
  maxHeldBytes: number;
  /** An item that could not start by then is refused: its sender had better come back later than wait for a time-out. */
  maxQueuedMs: number;
}

/** There is no room: nothing was accepted. */
export class QueueFullError extends Error {
  override name = 'QueueFullError';
}

export interface Coalescer<Item, Result> {
  /**
   * Resolves once the list that holds the item is committed.
   *
   * @throws QueueFullError when there is no room for it, or no start for too long
   * @throws what the commit of its list threw: for all the items of the list alike
   */
  submit(key: string, item: Item, bytes: number): Promise<Result>;
  /** Tells that a key's lists are still being worked on after their commit, until the returned function is called. */
  working(key: string): () => void;
}

interface Waiting<Item, Result> {
  item: Item;
  bytes: number;
  at: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Share<Item, Result> {
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

interface Lane<Item, Result> {
  key: string;
  share: Share<Item, Result>;
  queue: Waiting<Item, Result>[];
  queuedBytes: number;
  heldItems: number;
  runs: number;
  working: number;
  /** When it last had something to do: an item came, or a list was started or done. */
  usedAt: number;
  startedAt: number;
  arrivals: Rate;
}

/** How long what is known of a key, its rate above all, is kept after its last use. */
const KEPT_MS = 10_000;

export function createCoalescer<Item, Result>(options: CoalescerOptions<Item, Result>): Coalescer<Item, Result> {
  const { run, limits, now, namespaceOf = (key) => key } = options;
  const lanes = new Map<string, Lane<Item, Result>>();
  const shares = new Map<string, Share<Item, Result>>();
  // Those with a key that has a queue, in order of turns.
  const waiting = new Map<string, Share<Item, Result>>();
  let runs = 0;
  let heldItems = 0;
  let heldBytes = 0;
  let isScheduled = false;
  // Of all keys together, for they share the machine.
  const starts = createRate(now);
  const arrivals = createRate(now);
  let timer: { at: number; handle: NodeJS.Timeout } | undefined;

  return {
    submit(key, item, bytes) {
      return new Promise((resolve, reject) => {
        const lane = laneOf(key);
        if (!hasRoom(lane, bytes)) return reject(new QueueFullError('too many events wait to be accepted'));
        lane.queue.push({ item, bytes, at: now(), resolve, reject });
        lane.queuedBytes += bytes;
        putInLine(lane);
        hold(lane, 1, bytes);
        lane.arrivals.count();
        arrivals.count();
        options.prepare?.(item);
        schedule();
      });
    },
    working(key) {
      const lane = laneOf(key);
      lane.working += 1;
      let isDone = false;
      return () => {
        if (isDone) return;
        isDone = true;
        lane.working -= 1;
        schedule();
      };
    },
  };

  function laneOf(key: string): Lane<Item, Result> {
    let lane = lanes.get(key);
    if (lane === undefined) {
      // Keys come and go: a new one is when to look which are gone.
      for (const other of lanes.values()) if (isIdle(other) && now() - other.usedAt > KEPT_MS) forget(other);
      const share = shareOf(namespaceOf(key));
      share.keys += 1;
      const counts = { queuedBytes: 0, heldItems: 0, runs: 0, working: 0 };
      const times = { usedAt: 0, startedAt: Number.NEGATIVE_INFINITY, arrivals: createRate(now) };
      lane = { key, share, queue: [], ...counts, ...times };
      lanes.set(key, lane);
    }
    lane.usedAt = now();
    lane.share.usedAt = lane.usedAt;
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

  function forget({ key, share }: Lane<Item, Result>): void {
    lanes.delete(key);
    share.keys -= 1;
    if (share.keys === 0) shares.delete(share.namespace);
  }

  function isIdle(lane: Lane<Item, Result>): boolean {
    return lane.heldItems === 0 && lane.working === 0;
  }

  function hasRoom({ share }: Lane<Item, Result>, bytes: number): boolean {
    return (
      share.heldItems < limits.maxHeldItems - heldItems &&
      share.heldBytes + bytes <= limits.maxHeldBytes - heldBytes - bytes
    );
  }

  function hold(lane: Lane<Item, Result>, items: number, bytes: number): void {
    lane.heldItems += items;
    lane.share.heldItems += items;
    lane.share.heldBytes += bytes;
    heldItems += items;
    heldBytes += bytes;
  }

  function putInLine({ key, share }: Lane<Item, Result>): void {
    share.waiting.set(key, lanes.get(key) as Lane<Item, Result>);
    waiting.set(share.namespace, share);
  }

  function takeOutOfLine({ key, share }: Lane<Item, Result>): void {
    share.waiting.delete(key);
    if (share.waiting.size === 0) waiting.delete(share.namespace);
  }

  /** At the end of this turn of the event loop: what comes in the same turn belongs together. */
  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      startDue();
    });
  }

  function startDue(): void {
    refuseLate();
    for (const share of [...waiting.values()]) {
      // One list for each namespace in turn: of the key whose turn it is.
      const lane = [...share.waiting.values()].find(isDue);
      if (lane === undefined) continue;
      const list = takeList(lane);
      takeOutOfLine(lane);
      waiting.delete(share.namespace);
      if (lane.queue.length > 0) putInLine(lane);
      else if (share.waiting.size > 0) waiting.set(share.namespace, share);
      void commit(lane, list);
    }
    // A namespace may have more than one list's worth.
    if (inLine().some(isDue)) schedule();
    else wakeForNext();
  }

  function isDue(lane: Lane<Item, Result>): boolean {
    const [oldest] = lane.queue;
    if (oldest === undefined || !canStart(lane)) return false;
    if (lane.queue.length >= limits.maxItems || lane.queuedBytes >= limits.maxBytes) return true;
    const leftMs = limits.maxWaitMs - (now() - oldest.at);
    if (leftMs <= 0) return true;
    if (lane.runs > 0 || lane.working > 0) return false;
    if (!isPressed()) return true;
    if (now() - lane.startedAt < gapMs(lane)) return false;
    return lane.queue.length > 1 || 1000 / lane.arrivals.perSecond() > leftMs;
  }

  function canStart({ runs: ofKey, share }: Lane<Item, Result>): boolean {
    const most = hasOthersThan(share) ? limits.maxRunsBesideOthers : limits.maxRunsOfKey;
    return ofKey < most && share.runs < limits.maxRuns - runs;
  }

  function hasOthersThan(share: Share<Item, Result>): boolean {
    // Where there are many, the first or the second is one.
    for (const other of shares.values()) if (other !== share && now() - other.usedAt < KEPT_MS) return true;
    return false;
  }

  /** The busier a key is, the more a list is worth that holds more. */
  function gapMs(lane: Lane<Item, Result>): number {
    return limits.pressedGapMs + limits.pressedGapMsPerItem * lane.arrivals.perSecond();
  }

  function isPressed(): boolean {
    if (starts.perSecond() > limits.restedPerSecond || runs > limits.restedRuns) return true;
    return arrivals.perSecond() > limits.restedItemsPerSecond;
  }

  function takeList(lane: Lane<Item, Result>): Waiting<Item, Result>[] {
    let count = 0;
    let bytes = 0;
    for (const waiting of lane.queue) {
      if (count === limits.maxItems || (count > 0 && bytes + waiting.bytes > limits.maxBytes)) break;
      count += 1;
      bytes += waiting.bytes;
    }
    lane.queuedBytes -= bytes;
    return lane.queue.splice(0, count);
  }

  async function commit(lane: Lane<Item, Result>, list: Waiting<Item, Result>[]): Promise<void> {
    const pressed = isPressed();
    lane.runs += 1;
    lane.share.runs += 1;
    lane.startedAt = now();
    runs += 1;
    starts.count();
    try {
      const items = list.map(({ item }) => item);
      const results = await run(lane.key, items, pressed);
      for (const [index, { resolve }] of list.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of list) reject(error);
    }
    lane.runs -= 1;
    lane.share.runs -= 1;
    runs -= 1;
    release(lane, list);
    schedule();
  }

  function release(lane: Lane<Item, Result>, list: Waiting<Item, Result>[]): void {
    hold(lane, -list.length, -list.reduce((sum, { bytes }) => sum + bytes, 0));
  }

  function refuseLate(): void {
    for (const lane of inLine()) {
      const firstInTime = lane.queue.findIndex(({ at }) => now() - at < limits.maxQueuedMs);
      const late = lane.queue.splice(0, firstInTime === -1 ? lane.queue.length : firstInTime);
      if (late.length === 0) continue;
      lane.queuedBytes -= late.reduce((sum, { bytes }) => sum + bytes, 0);
      release(lane, late);
      if (lane.queue.length === 0) takeOutOfLine(lane);
      for (const { reject } of late) reject(new QueueFullError('events could not be accepted in time'));
    }
  }

  function inLine(): Lane<Item, Result>[] {
    return [...waiting.values()].flatMap((share) => [...share.waiting.values()]);
  }

  /** One timer for all: for the list that is due next by its waiting, or the item that is to be refused next. */
  function wakeForNext(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const lane of inLine()) {
      const [oldest] = lane.queue;
      if (oldest === undefined) continue;
      const isFree = canStart(lane);
      const latest = oldest.at + (isFree ? limits.maxWaitMs : limits.maxQueuedMs);
      // By then what keeps it back may be over.
      const gapEnd = lane.startedAt + gapMs(lane);
      next = Math.min(next, isFree && gapEnd > now() ? Math.min(gapEnd, latest) : latest);
    }
    if (timer !== undefined) {
      if (timer.at === next) return;
      clearTimeout(timer.handle);
      timer = undefined;
    }
    if (next === Number.POSITIVE_INFINITY) return;
    const handle = setTimeout(
      () => {
        timer = undefined;
        startDue();
      },
      Math.max(1, Math.ceil(next - now())),
    );
    timer = { at: next, handle };
  }
}
