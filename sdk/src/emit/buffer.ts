import type { Entry } from './entry.ts';

export interface BufferLimits {
  maxEvents: number;
  maxBytes: number;
  /** Which event gives way when there is no room. */
  drop: 'oldest' | 'newest';
}

export type EventBuffer = ReturnType<typeof createBuffer>;

/** Events that wait, in the order of emitting. Those of the request under way stay in front of it until they are settled. */
export function createBuffer({ maxEvents, maxBytes, drop }: BufferLimits) {
  let entries: (Entry | undefined)[] = [];
  /** Where the oldest is. Places before it are empty, and cut off once they are many: cutting off each would cost too much. */
  let head = 0;
  let bytes = 0;
  let underWay = 0;

  const size = () => entries.length - head;

  /** Takes out the oldest that is not under way. */
  function takeOldest(): Entry {
    const oldest = entries[head + underWay]!;
    entries.copyWithin(head + 1, head, head + underWay);
    leave(head + 1);
    bytes -= oldest.bytes;
    return oldest;
  }

  function leave(newHead: number): void {
    entries.fill(undefined, head, newHead);
    head = newHead;
    if (head < 1_000 || head < entries.length / 2) return;
    entries = entries.slice(head);
    head = 0;
  }

  return {
    get size() {
      return size();
    },
    get bytes() {
      return bytes;
    },
    /** Whether nothing waits that was emitted up to this place. */
    isDoneTo: (place: number) => size() === 0 || entries[head]!.place > place,

    /** @returns what had to give way: the new one itself, if nothing else may */
    add(entry: Entry): Entry[] {
      const dropped: Entry[] = [];
      while (size() >= maxEvents || bytes + entry.bytes > maxBytes) {
        const mayMakeRoom = drop === 'oldest' && entry.bytes <= maxBytes && size() > underWay;
        if (!mayMakeRoom) return [...dropped, entry];
        dropped.push(takeOldest());
      }
      entries.push(entry);
      bytes += entry.bytes;
      return dropped;
    },

    /** The oldest, for a request: at least one, if there is any, and no more than these bytes beyond that. */
    take(most: number, mostBytes: number): Entry[] {
      const end = Math.min(head + most, entries.length);
      let at = head;
      for (let sum = 0; at < end; at++) {
        sum += entries[at]!.bytes + 1;
        if (at > head && sum > mostBytes) break;
      }
      underWay = at - head;
      return entries.slice(head, at) as Entry[];
    },

    /** The request is over: what is not kept is settled. */
    putBack(kept: readonly Entry[]): void {
      for (let at = head; at < head + underWay; at++) bytes -= entries[at]!.bytes;
      for (const { bytes: still } of kept) bytes += still;
      const newHead = head + underWay - kept.length;
      kept.forEach((entry, at) => {
        entries[newHead + at] = entry;
      });
      leave(newHead);
      underWay = 0;
    },

    /** Empties it. */
    clear(): Entry[] {
      const all = entries.slice(head) as Entry[];
      entries = [];
      head = 0;
      bytes = 0;
      underWay = 0;
      return all;
    },
  };
}
