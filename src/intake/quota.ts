/** How many events a namespace may hand in by this process, so that its storm ends at the door. */
export interface Quota {
  /**
   * @returns 0 where the namespace may hand in events now; else the ms until it may
   */
  waitMs(namespace: string): number;
  /**
   * Counts the events of one request, if the namespace may hand in any: all of them or none. What they are more than
   * there was room for is a debt, which is paid off before the next; else a large batch could wait for ever behind
   * single events that use up each bit of room.
   *
   * @returns as `waitMs`, from before they were counted: with anything but 0 nothing was counted
   */
  take(namespace: string, events: number): number;
  /** Of what was counted, events that could not be let in after all: there was no room, or PostgreSQL or Temporal were away. */
  giveBack(namespace: string, events: number): void;
}

/** Room that a quiet namespace has saved up: so many seconds' worth. */
const BURST_SECONDS = 10;

/**
 * A token bucket for each namespace.
 *
 * @param perSecond events of one namespace, on average; 0: no limit
 * @param now a clock that never goes back, in ms
 */
export function createQuota(perSecond: number, now: () => number): Quota {
  if (perSecond === 0) return { waitMs: () => 0, take: () => 0, giveBack: () => {} };
  const msPerEvent = 1000 / perSecond;
  const roomMs = BURST_SECONDS * 1000 - msPerEvent;
  /** When all that a namespace has handed in is paid off; one that is not here owes nothing. */
  const paidAt = new Map<string, number>();
  let sweptAt = now();

  return { waitMs, take, giveBack };

  function waitMs(namespace: string): number {
    return Math.max(0, (paidAt.get(namespace) ?? 0) - now() - roomMs);
  }

  function take(namespace: string, events: number): number {
    const wait = waitMs(namespace);
    if (wait > 0) return wait;
    sweep();
    paidAt.set(namespace, Math.max(paidAt.get(namespace) ?? 0, now()) + events * msPerEvent);
    return 0;
  }

  function giveBack(namespace: string, events: number): void {
    const at = paidAt.get(namespace);
    if (at !== undefined) paidAt.set(namespace, at - events * msPerEvent);
  }

  /** Namespaces come and go: who owes nothing any more is not kept. */
  function sweep(): void {
    if (now() - sweptAt < BURST_SECONDS * 1000) return;
    sweptAt = now();
    for (const [namespace, at] of paidAt) if (at <= now()) paidAt.delete(namespace);
  }
}
