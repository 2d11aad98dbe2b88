import { createAlarm } from './coalescer/alarm.ts';
import { createDue } from './coalescer/due.ts';
import { createLanes, type Lane, type Share, type Waiting } from './coalescer/lanes.ts';
import type { CoalescerLimits } from './coalescer/limits.ts';
import { createLine } from './coalescer/line.ts';
import { createRoom } from './coalescer/room.ts';

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

export function createCoalescer<Item, Result>(options: CoalescerOptions<Item, Result>): Coalescer<Item, Result> {
  const { run, limits, now, namespaceOf = (key) => key } = options;
  const lanes = createLanes<Item, Result>(namespaceOf, now);
  const room = createRoom(limits);
  const line = createLine<Item, Result>(limits);
  const due = createDue({ limits, hasOthersThan: lanes.hasOthersThan, now });
  const setAlarm = createAlarm(now, startDue);
  let isScheduled = false;

  return {
    submit(key, item, bytes) {
      return new Promise((resolve, reject) => {
        const lane = lanes.use(key);
        if (!room.isThere(lane.share, bytes)) return reject(new QueueFullError('too many events wait to be accepted'));
        room.take(lane.share, bytes);
        line.join(lane, { item, bytes, at: lane.usedAt, resolve, reject });
        due.came(lane);
        options.prepare?.(item);
        schedule();
      });
    },
    working(key) {
      const lane = lanes.use(key);
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
    // One list for each namespace in turn: of the key whose turn it is.
    for (const share of line.namespaces()) {
      const lane = firstDue(share);
      if (lane !== undefined) void commit(lane, line.takeList(lane));
    }
    lookAgain();
  }

  function refuseLate(): void {
    const since = now() - limits.maxQueuedMs;
    for (const lane of line.lanes()) {
      const late = line.takeThoseBefore(lane, since);
      if (late.length === 0) continue;
      room.giveBack(lane.share, late);
      for (const { reject } of late) reject(new QueueFullError('events could not be accepted in time'));
    }
  }

  function firstDue(share: Share<Item, Result>): Lane<Item, Result> | undefined {
    for (const lane of share.waiting.values()) if (due.isNow(lane)) return lane;
    return undefined;
  }

  async function commit(lane: Lane<Item, Result>, list: Waiting<Item, Result>[]): Promise<void> {
    const isPressed = due.start(lane);
    try {
      const items = list.map(({ item }) => item);
      const results = await run(lane.key, items, isPressed);
      for (const [index, { resolve }] of list.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of list) reject(error);
    }
    due.end(lane);
    room.giveBack(lane.share, list);
    schedule();
  }

  /** For the list that is due next by its waiting, or the item that is to be refused next. */
  function lookAgain(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const lane of line.lanes()) {
      if (due.isNow(lane)) {
        // A namespace may have more than one list's worth.
        schedule();
        return;
      }
      next = Math.min(next, due.lookAgainAt(lane));
    }
    setAlarm(next);
  }
}
