/**
 * Who may send now. Every endpoint has a lane of its own with a bound, and there is a bound over all, so that however many
 * deliveries one endpoint is owed, and however slowly it answers, the others' leave at once. When all slots are taken, a
 * free one goes to the lanes in turn.
 */
export interface Lanes {
  /**
   * Waits for a slot of the endpoint.
   *
   * @returns what gives the slot back; undefined when `signal` was aborted first, or all were told to go
   */
  enter(endpointId: string, signal?: AbortSignal): Promise<(() => void) | undefined>;
  /** Counts an attempt that is bounded elsewhere: it does not wait, and takes none of the slots over all. */
  occupy(endpointId: string): () => void;
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

interface Waiting {
  serve(): void;
  withdraw(): void;
}

interface Lane {
  busy: number;
  /** When each request on its way began, oldest first. */
  since: Set<{ at: number }>;
  queue: Set<Waiting>;
  slowUntil: number;
}

/** @param now a clock that never goes back, in ms */
export function createLanes(now: () => number, limits: LaneLimits = LANE_LIMITS): Lanes {
  const lanes = new Map<string, Lane>();
  // Those with a queue, in order of turns: one that is served goes to the end.
  const waiting = new Map<string, Lane>();
  let busy = 0;
  let isClosed = false;

  return {
    enter(endpointId, signal) {
      const lane = laneOf(endpointId);
      if (signal?.aborted || isClosed) return Promise.resolve(undefined);
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
        waiting.set(endpointId, lane);
        signal?.addEventListener('abort', one.withdraw, { once: true });
      });
    },
    occupy: (endpointId) => take(endpointId, laneOf(endpointId), 0),
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
    for (const lane of [...waiting.values()]) for (const one of [...lane.queue]) one.withdraw();
  }

  function isSlow(lane: Lane): boolean {
    const [oldest] = lane.since;
    return now() < lane.slowUntil || (oldest !== undefined && now() - oldest.at > SLOW_AFTER_MS);
  }

  function laneOf(endpointId: string): Lane {
    let lane = lanes.get(endpointId);
    if (lane === undefined) {
      lane = { busy: 0, since: new Set(), queue: new Set(), slowUntil: 0 };
      lanes.set(endpointId, lane);
    }
    return lane;
  }

  function hasRoom(lane: Lane): boolean {
    if (busy >= limits.overall || lane.busy >= limits.perEndpoint) return false;
    // The second half is for those who need little and give it back soon: slow endpoints, however many, leave it free.
    return busy < limits.overall / 2 || (lane.busy < limits.perEndpoint / SHARE_WHEN_SCARCE && !isSlow(lane));
  }

  function take(endpointId: string, lane: Lane, slots = 1): () => void {
    const request = { at: now() };
    lane.since.add(request);
    lane.busy += 1;
    busy += slots;
    return () => {
      if (!lane.since.delete(request)) return;
      lane.busy -= 1;
      busy -= slots;
      if (now() - request.at > SLOW_AFTER_MS) lane.slowUntil = now() + SLOW_FOR_MS;
      serveNext();
      forget(endpointId, lane);
    };
  }

  function serveNext(): void {
    for (const [endpointId, lane] of waiting) {
      if (busy >= limits.overall) return;
      const [one] = lane.queue;
      if (one === undefined || !hasRoom(lane)) continue;
      waiting.delete(endpointId);
      waiting.set(endpointId, lane);
      unqueue(endpointId, lane, one);
      one.serve();
      return;
    }
  }

  function unqueue(endpointId: string, lane: Lane, one: Waiting): void {
    lane.queue.delete(one);
    if (lane.queue.size === 0) waiting.delete(endpointId);
  }

  /** Endpoints come and go: what tells nothing any more is not kept. */
  function forget(endpointId: string, lane: Lane): void {
    if (lane.busy === 0 && lane.queue.size === 0 && now() >= lane.slowUntil) lanes.delete(endpointId);
  }
}
