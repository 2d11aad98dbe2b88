import { hasShare, toTheEnd } from '../src/domain/fair-share.ts';
import { type Answers, answer, isSlow, noAnswers, SLOW_FOR_MS, send } from './slowness.ts';

/**
 * Who may send now. Every endpoint has a lane of its own with a bound, every namespace a share, and there is a bound over
 * all, so that however many deliveries one endpoint is owed, and however slowly it answers, the others' leave at once, and
 * however many endpoints a namespace has, so do those of other namespaces. When all slots are taken, a free one goes to
 * the namespaces in turn, and in each to its endpoints in turn.
 */
export interface Lanes {
  /**
   * Waits for a slot of the endpoint, whose namespace goes with it.
   *
   * @returns what gives the slot back; undefined when `signal` was aborted first, or all were told to go
   */
  enter(namespace: string, endpointId: string, signal?: AbortSignal): Promise<(() => void) | undefined>;
  /** Counts an attempt that is bounded elsewhere: it does not wait, and takes none of the slots over all. */
  occupy(namespace: string, endpointId: string): () => void;
  /** How many wait for the endpoint's slots. */
  waiting(endpointId: string): number;
  /** Whether the endpoint has lately taken longer to answer than a list should be held up by. */
  isSlow(endpointId: string): boolean;
  /** How many endpoints are known: those with something on its way or in line, and slow ones for a while. */
  known(): number;
  /** Lets nobody in any more, and those who wait go. */
  close(): void;
}

export interface LaneLimits {
  perEndpoint: number;
  overall: number;
}

/** What one endpoint may take of the process: 64 bodies of 256 KiB are 16 MiB. */
const LANE_LIMITS: LaneLimits = { perEndpoint: 64, overall: 256 };

/** Once half of all slots are taken, an endpoint gets only this part of its own. */
const SHARE_WHEN_SCARCE = 8;

/**
 * A namespace may hold this many times what it leaves free: three quarters where it is alone, and each of two busy ones
 * three sevenths. So one that comes finds slots free, and does not wait until others' receivers have answered.
 */
const TIMES_WHAT_IS_FREE = 3;

interface Waiting {
  serve(): void;
  withdraw(): void;
}

/** What a namespace has of the slots over all. */
interface Share {
  namespace: string;
  busy: number;
  lanes: number;
  /** Those with a queue, in order of turns. */
  waiting: Map<string, Lane>;
}

interface Lane {
  share: Share;
  busy: number;
  answers: Answers;
  queue: Set<Waiting>;
}

/** @param now a clock that never goes back, in ms */
export function createLanes(now: () => number, limits: LaneLimits = LANE_LIMITS): Lanes {
  const lanes = new Map<string, Lane>();
  const shares = new Map<string, Share>();
  // Namespaces that wait, in order of turns: one that is served goes to the end.
  const waiting = new Map<string, Share>();
  let busy = 0;
  let isClosed = false;
  let sweptAt = now();

  return {
    enter(namespace, endpointId, signal) {
      if (signal?.aborted || isClosed) return Promise.resolve(undefined);
      const lane = laneOf(namespace, endpointId);
      if (lane.queue.size === 0 && hasRoom(lane)) return Promise.resolve(take(endpointId, lane));
      return new Promise((resolve) => {
        const one: Waiting = {
          serve() {
            signal?.removeEventListener('abort', one.withdraw);
            resolve(take(endpointId, lane));
          },
          withdraw() {
            unqueue(endpointId, lane, one);
            forget(endpointId, lane);
            resolve(undefined);
          },
        };
        lane.queue.add(one);
        lane.share.waiting.set(endpointId, lane);
        waiting.set(namespace, lane.share);
        signal?.addEventListener('abort', one.withdraw, { once: true });
      });
    },
    occupy: (namespace, endpointId) => take(endpointId, laneOf(namespace, endpointId), 0),
    waiting: (endpointId) => lanes.get(endpointId)?.queue.size ?? 0,
    isSlow(endpointId) {
      const lane = lanes.get(endpointId);
      return lane !== undefined && isSlow(lane.answers, now());
    },
    known: () => lanes.size,
    close: withdrawAll,
  };

  function withdrawAll(): void {
    isClosed = true;
    for (const { waiting } of shares.values()) {
      for (const { queue } of waiting.values()) for (const one of queue) one.withdraw();
    }
  }

  function laneOf(namespace: string, endpointId: string): Lane {
    let lane = lanes.get(endpointId);
    if (lane === undefined) {
      sweep();
      const share = shares.get(namespace) ?? { namespace, busy: 0, lanes: 0, waiting: new Map() };
      shares.set(namespace, share);
      share.lanes += 1;
      lane = { share, busy: 0, answers: noAnswers(), queue: new Set() };
      lanes.set(endpointId, lane);
    }
    return lane;
  }

  /** Those whose last answer was late were kept when it came. */
  function sweep(): void {
    if (now() - sweptAt < SLOW_FOR_MS) return;
    sweptAt = now();
    for (const [endpointId, lane] of lanes) forget(endpointId, lane);
  }

  function hasRoom(lane: Lane): boolean {
    const { share } = lane;
    if (lane.busy >= limits.perEndpoint || !hasRoomFor(share)) return false;
    // A namespace that has nothing gets one slot, also of the second half, and however slow its endpoint is.
    if (share.busy === 0 || hasShare(share.busy, busy, limits.overall / 2, TIMES_WHAT_IS_FREE)) return true;
    // That half is for those who need little and give it back soon: slow endpoints, however many, leave it free.
    return lane.busy < limits.perEndpoint / SHARE_WHEN_SCARCE && !isSlow(lane.answers, now());
  }

  function hasRoomFor(share: Share): boolean {
    return hasShare(share.busy, busy, limits.overall, TIMES_WHAT_IS_FREE);
  }

  function take(endpointId: string, lane: Lane, slots = 1): () => void {
    const request = send(lane.answers, now());
    lane.busy += 1;
    lane.share.busy += slots;
    busy += slots;
    return () => {
      if (!answer(lane.answers, request, now())) return;
      lane.busy -= 1;
      lane.share.busy -= slots;
      busy -= slots;
      serveNext();
      forget(endpointId, lane);
    };
  }

  /** Serves as many as there is room for. */
  function serveNext(): void {
    // One that is served and waits on is met again, at the end of the line.
    for (const [namespace, share] of waiting) {
      if (busy >= limits.overall) return;
      if (!hasRoomFor(share)) continue;
      for (const [endpointId, lane] of share.waiting) {
        const [one] = lane.queue;
        if (one === undefined || !hasRoom(lane)) continue;
        toTheEnd(share.waiting, endpointId);
        toTheEnd(waiting, namespace);
        unqueue(endpointId, lane, one);
        one.serve();
        break;
      }
    }
  }

  function unqueue(endpointId: string, lane: Lane, one: Waiting): void {
    lane.queue.delete(one);
    if (lane.queue.size > 0) return;
    lane.share.waiting.delete(endpointId);
    if (lane.share.waiting.size === 0) waiting.delete(lane.share.namespace);
  }

  /** Endpoints come and go: what tells nothing any more is not kept. */
  function forget(endpointId: string, lane: Lane): void {
    if (lane.busy > 0 || lane.queue.size > 0 || isSlow(lane.answers, now())) return;
    if (!lanes.delete(endpointId)) return;
    lane.share.lanes -= 1;
    if (lane.share.lanes === 0) shares.delete(lane.share.namespace);
  }
}
