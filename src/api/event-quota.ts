import type { Quota } from '../intake/quota.ts';
import type { CountEvents } from './event-counts.ts';
import { outageOf } from './outage.ts';
import { ApiError } from './problem.ts';
import type { Caller } from './route.ts';

/** The limit of a namespace as a request meets it. Both throw an ApiError 429, and nothing of the request was accepted. */
export interface EventQuota {
  /** Before the body is read. How many events it has nobody knows: refused, they count as one. */
  admit(caller: Caller): void;
  /** Counts the events of a request that was read. */
  take(caller: Caller, events: number): void;
  /** Takes an event in; one that we could not take in does not count against the limit. */
  unlessOutage<T>(caller: Caller, takeIn: () => Promise<T>): Promise<T>;
}

export function createEventQuota(quota: Quota, count: CountEvents): EventQuota {
  return {
    admit: ({ namespace }) => refuseFor(quota.waitMs(namespace), 1),
    take: ({ namespace }, events) => refuseFor(quota.take(namespace, events), events),
    async unlessOutage({ namespace }, takeIn) {
      try {
        return await takeIn();
      } catch (error) {
        if (outageOf(error) !== undefined) quota.giveBack(namespace, 1);
        throw error;
      }
    },
  };

  function refuseFor(waitMs: number, events: number): void {
    if (waitMs <= 0) return;
    count('refused', events);
    const seconds = Math.ceil(waitMs / 1000);
    throw new ApiError(
      429,
      'rate_limited',
      `Nothing was accepted: your namespace sends more events than it may. Repeat the request in ${seconds} s.`,
      { headers: { 'retry-after': String(seconds) } },
    );
  }
}
