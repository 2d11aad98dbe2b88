import { hasShare } from '../../domain/fair-share.ts';
import type { Share } from './lanes.ts';
import type { CoalescerLimits } from './limits.ts';

/** What is held, from the arrival of an item until its list is committed: nobody has more than what is left for the others. */
export interface Room {
  isThere(of: Share, bytes: number): boolean;
  take(of: Share, bytes: number): void;
  giveBack(of: Share, items: { bytes: number }[]): void;
}

export function createRoom(limits: Pick<CoalescerLimits, 'maxHeldItems' | 'maxHeldBytes'>): Room {
  let items = 0;
  let bytes = 0;

  return {
    isThere(share, more) {
      if (!hasShare(share.heldItems, items, limits.maxHeldItems, 1)) return false;
      return share.heldBytes + more <= limits.maxHeldBytes - bytes - more;
    },
    take: (share, more) => hold(share, 1, more),
    giveBack: (share, list) => hold(share, -list.length, -list.reduce((sum, one) => sum + one.bytes, 0)),
  };

  function hold(share: Share, moreItems: number, moreBytes: number): void {
    share.heldItems += moreItems;
    share.heldBytes += moreBytes;
    items += moreItems;
    bytes += moreBytes;
  }
}
