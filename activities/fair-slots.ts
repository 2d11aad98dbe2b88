import { hasShare, toTheEnd } from '../src/domain/fair-share.ts';

/** A few slots that namespaces share. @returns what gives the slot back, once there is one */
export type FairSlots = (namespace: string) => Promise<() => void>;

/** A namespace may hold this many times what it leaves free: three quarters of all where it is alone. */
const TIMES_WHAT_IS_FREE = 3;

interface Share {
  busy: number;
  waiting: (() => void)[];
}

/** Slots for short work: one that has none finds one free, and where several wait, namespaces take turns. */
export function createFairSlots(overall: number): FairSlots {
  // In order of turns: one that is served goes to the end.
  const shares = new Map<string, Share>();
  let busy = 0;

  return async (namespace) => {
    const share = shares.get(namespace) ?? { busy: 0, waiting: [] };
    shares.set(namespace, share);
    if (share.waiting.length > 0 || !hasRoom(share)) await new Promise<void>((serve) => share.waiting.push(serve));
    else take(share);
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      share.busy -= 1;
      busy -= 1;
      serveNext();
      if (share.busy === 0 && share.waiting.length === 0) shares.delete(namespace);
    };
  };

  function hasRoom(share: Share): boolean {
    return hasShare(share.busy, busy, overall, TIMES_WHAT_IS_FREE);
  }

  function take(share: Share): void {
    share.busy += 1;
    busy += 1;
  }

  function serveNext(): void {
    // One that is served is met again, at the end of the line.
    for (const [namespace, share] of shares) {
      if (share.waiting.length === 0 || !hasRoom(share)) continue;
      take(share);
      toTheEnd(shares, namespace);
      share.waiting.shift()?.();
    }
  }
}
