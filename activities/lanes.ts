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
  /** Lets nobody in any more, and those who wait go. */
  close(): void;
}

export interface LaneLimits {
  perEndpoint: number;
  overall: number;
}

/** What one endpoint may take of the process: 64 bodies of 256 KiB are 16 MiB. */
const LANE_LIMITS: LaneLimits = { perEndpoint: 64, overall: 256 };

/** An answer that takes longer makes its endpoint a slow one, for as long as it goes on so and a while after. */
const SLOW_AFTER_MS = 500;
const SLOW_FOR_MS = 30_000;

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
  busy: number;
  lanes: number;
  /** Those with a queue, in order of turns. */
  waiting: Map<string, Lane>;
}

interface Lane {
  namespace: string;
  share: Share;
  busy: number;
  /** When each request on its way began, oldest first. */
  since: Set<{ at: number }>;
  queue: Set<Waiting>;
  slowUntil: number;
}

/** @param now a clock that never goes back, in ms */
export function createLanes(now: () => number, limits: LaneLimits = LANE_LIMITS): Lanes {
  const lanes = new Map<string, Lane>();
  const shares = new Map<string, Share>();
  // Namespaces that wait, in order of turns: one that is served goes to the end.
  const waiting = new Map<string, Share>();
  let busy = 0;
  let isClosed = false;

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
      if (lane === undefined) return false;
      return isSlow(lane);
    },
    close: withdrawAll,
  };

  function withdrawAll(): void {
    isClosed = true;
    const all = [...waiting.values()].flatMap((share) => [...share.waiting.values()]);
    for (const lane of all) for (const one of [...lane.queue]) one.withdraw();
  }

  function isSlow(lane: Lane): boolean {
    const [oldest] = lane.since;
    return now() < lane.slowUntil || (oldest !== undefined && now() - oldest.at > SLOW_AFTER_MS);
  }

  function laneOf(namespace: string, endpointId: string): Lane {
    let lane = lanes.get(endpointId);
    if (lane === undefined) {
      const share = shares.get(namespace) ?? { busy: 0, lanes: 0, waiting: new Map() };
      shares.set(namespace, share);
      share.lanes += 1;
      lane = { namespace, share, busy: 0, since: new Set(), queue: new Set(), slowUntil: 0 };
      lanes.set(endpointId, lane);
    }
    return lane;
  }

  function hasRoom(lane: Lane): boolean {
    if (lane.busy >= limits.perEndpoint) return false;
    // The second half is for those who need little and give it back soon: slow endpoints, however many, leave it free.
    const needsLittle = lane.busy < limits.perEndpoint / SHARE_WHEN_SCARCE && !isSlow(lane);
    const free = (needsLittle ? limits.overall : limits.overall / 2) - busy;
    return free > 0 && lane.share.busy < TIMES_WHAT_IS_FREE * free;
  }

  function take(endpointId: string, lane: Lane, slots = 1): () => void {
    const request = { at: now() };
    lane.since.add(request);
    lane.busy += 1;
    lane.share.busy += slots;
    busy += slots;
    return () => {
      if (!lane.since.delete(request)) return;
      lane.busy -= 1;
      lane.share.busy -= slots;
      busy -= slots;
      if (now() - request.at > SLOW_AFTER_MS) lane.slowUntil = now() + SLOW_FOR_MS;
      serveNext();
      forget(endpointId, lane);
    };
  }

  /** Serves as many as there is room for. */
  function serveNext(): void {
    // One that is served and waits on is met again, at the end of the line.
    for (const [namespace, share] of waiting) {
      if (busy >= limits.overall) return;
      const next = [...share.waiting].find(([, lane]) => hasRoom(lane));
      if (next === undefined) continue;
      const [endpointId, lane] = next;
      const [one] = lane.queue;
      share.waiting.delete(endpointId);
      share.waiting.set(endpointId, lane);
      waiting.delete(namespace);
      waiting.set(namespace, share);
      unqueue(endpointId, lane, one as Waiting);
      one?.serve();
    }
  }

  function unqueue(endpointId: string, lane: Lane, one: Waiting): void {
    lane.queue.delete(one);
    if (lane.queue.size > 0) return;
    lane.share.waiting.delete(endpointId);
    if (lane.share.waiting.size === 0) waiting.delete(lane.namespace);
  }

  /** Endpoints come and go: what tells nothing any more is not kept. */
  function forget(endpointId: string, lane: Lane): void {
    if (lane.busy > 0 || lane.queue.size > 0 || now() < lane.slowUntil) return;
    if (!lanes.delete(endpointId)) return;
    lane.share.lanes -= 1;
    if (lane.share.lanes === 0) shares.delete(lane.namespace);
  }
}
