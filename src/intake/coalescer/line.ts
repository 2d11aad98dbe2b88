import { toTheEnd } from '../../domain/fair-share.ts';
import type { Lane, Share, Waiting } from './lanes.ts';
import type { CoalescerLimits } from './limits.ts';

/** What waits for its list to start: namespaces take turns, and in each its keys, and in each of these its items. */
export interface Line<Item, Result> {
  join(lane: Lane<Item, Result>, one: Waiting<Item, Result>): void;
  /** Every namespace that waits, once; one that is served meanwhile has had its turn. */
  namespaces(): Iterable<Share<Item, Result>>;
  /** Every key that waits. */
  lanes(): Iterable<Lane<Item, Result>>;
  /** Takes as many as make a list: it is the key's turn, and its namespace's. */
  takeList(lane: Lane<Item, Result>): Waiting<Item, Result>[];
  /** Takes those that came before, which is nobody's turn. */
  takeThoseBefore(lane: Lane<Item, Result>, at: number): Waiting<Item, Result>[];
}

export function createLine<Item, Result>(limits: Pick<CoalescerLimits, 'maxItems' | 'maxBytes'>): Line<Item, Result> {
  const waiting = new Map<string, Share<Item, Result>>();

  return {
    join(lane, one) {
      lane.queue.push(one);
      lane.queuedBytes += one.bytes;
      if (lane.queue.length > 1) return;
      const { key, share } = lane;
      share.waiting.set(key, lane);
      if (share.waiting.size === 1) waiting.set(share.namespace, share);
    },
    *namespaces() {
      // Whoever is served goes to the end: after so many come those that have been here.
      let left = waiting.size;
      for (const share of waiting.values()) {
        if (left === 0) return;
        left -= 1;
        yield share;
      }
    },
    *lanes() {
      for (const share of waiting.values()) for (const lane of share.waiting.values()) yield lane;
    },
    takeList(lane) {
      const list = take(lane, listLength(lane));
      toTheEnd(lane.share.waiting, lane.key);
      toTheEnd(waiting, lane.share.namespace);
      return list;
    },
    takeThoseBefore(lane, at) {
      const firstAfter = lane.queue.findIndex((one) => one.at > at);
      return take(lane, firstAfter === -1 ? lane.queue.length : firstAfter);
    },
  };

  function listLength(lane: Lane): number {
    let count = 0;
    let bytes = 0;
    for (const one of lane.queue) {
      if (count === limits.maxItems || (count > 0 && bytes + one.bytes > limits.maxBytes)) break;
      count += 1;
      bytes += one.bytes;
    }
    return count;
  }

  function take(lane: Lane<Item, Result>, count: number): Waiting<Item, Result>[] {
    if (count === 0) return [];
    const taken = lane.queue.splice(0, count);
    for (const { bytes } of taken) lane.queuedBytes -= bytes;
    if (lane.queue.length === 0) leave(lane);
    return taken;
  }

  function leave({ key, share }: Lane): void {
    share.waiting.delete(key);
    if (share.waiting.size === 0) waiting.delete(share.namespace);
  }
}
