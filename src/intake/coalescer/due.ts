import { hasShare } from '../../domain/fair-share.ts';
import { createRate } from '../rate.ts';
import type { Lane, Share } from './lanes.ts';
import type { CoalescerLimits } from './limits.ts';

/** When the next list of a key starts. */
export interface Due {
  /** Tells that an item has come. */
  came(lane: Lane): void;
  /** Whether its list is to start now. */
  isNow(lane: Lane): boolean;
  /** When to look at it again at the latest; only for one that waits. */
  lookAgainAt(lane: Lane): number;
  /** Tells that a list starts. @returns whether lists follow each other fast */
  start(lane: Lane): boolean;
  /** Tells that it is committed, or has failed. */
  end(lane: Lane): void;
}

interface DueDeps {
  limits: CoalescerLimits;
  hasOthersThan(share: Share): boolean;
  /** A clock that never goes back, in ms. */
  now(): number;
}

export function createDue({ limits, hasOthersThan, now }: DueDeps): Due {
  // Of all keys together, for they share the machine.
  const starts = createRate(now);
  const arrivals = createRate(now);
  let runs = 0;

  return {
    came(lane) {
      lane.arrivals.count();
      arrivals.count();
    },
    isNow(lane) {
      const [oldest] = lane.queue;
      if (oldest === undefined || !canStart(lane)) return false;
      if (lane.queue.length >= limits.maxItems || lane.queuedBytes >= limits.maxBytes) return true;
      const leftMs = limits.maxWaitMs - (now() - oldest.at);
      if (leftMs <= 0) return true;
      if (lane.runs > 0 || lane.working > 0) return false;
      if (!isPressed()) return true;
      if (now() - lane.startedAt < gapMs(lane)) return false;
      return lane.queue.length > 1 || 1000 / lane.arrivals.perSecond() > leftMs;
    },
    lookAgainAt(lane) {
      const [oldest] = lane.queue;
      if (oldest === undefined) return Number.POSITIVE_INFINITY;
      if (!canStart(lane)) return oldest.at + limits.maxQueuedMs;
      const latest = oldest.at + limits.maxWaitMs;
      // By then what keeps it back may be over.
      const gapEnd = lane.startedAt + gapMs(lane);
      return gapEnd > now() ? Math.min(gapEnd, latest) : latest;
    },
    start(lane) {
      const pressed = isPressed();
      lane.startedAt = now();
      starts.count();
      count(lane, 1);
      return pressed;
    },
    end: (lane) => count(lane, -1),
  };

  function count(lane: Lane, by: number): void {
    lane.runs += by;
    lane.share.runs += by;
    runs += by;
  }

  function canStart({ runs: ofKey, share }: Lane): boolean {
    if (!hasShare(share.runs, runs, limits.maxRuns, 1)) return false;
    return ofKey < (hasOthersThan(share) ? limits.maxRunsBesideOthers : limits.maxRunsOfKey);
  }

  /** The busier a key is, the more a list is worth that holds more. */
  function gapMs(lane: Lane): number {
    return limits.pressedGapMs + limits.pressedGapMsPerItem * lane.arrivals.perSecond();
  }

  function isPressed(): boolean {
    if (starts.perSecond() > limits.restedPerSecond || runs > limits.restedRuns) return true;
    return arrivals.perSecond() > limits.restedItemsPerSecond;
  }
}
