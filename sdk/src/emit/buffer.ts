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
  let entries: Entry[] = [];
  let bytes = 0;
  let underWay = 0;

  return {
    get size() {
      return entries.length;
    },
    get bytes() {
      return bytes;
    },
    /** Whether nothing waits that was emitted up to this place. */
    isDoneTo: (place: number) => entries.length === 0 || entries[0]!.place > place,

    /** @returns what had to give way: the new one itself, if nothing else may */
    add(entry: Entry): Entry[] {
      const dropped: Entry[] = [];
      while (entries.length >= maxEvents || bytes + entry.bytes > maxBytes) {
        const mayMakeRoom = drop === 'oldest' && entry.bytes <= maxBytes && entries.length > underWay;
        if (!mayMakeRoom) return [...dropped, entry];
        const [oldest] = entries.splice(underWay, 1);
        bytes -= oldest!.bytes;
        dropped.push(oldest!);
      }
      entries.push(entry);
      bytes += entry.bytes;
      return dropped;
    },

    /** The oldest, for a request: at least one, if there is any, and no more than these bytes beyond that. */
    take(most: number, mostBytes: number): Entry[] {
      let sum = 0;
      const end = entries.findIndex((entry, at) => {
        sum += entry.bytes + 1;
        return at > 0 && (at >= most || sum > mostBytes);
      });
      underWay = end === -1 ? entries.length : end;
      return entries.slice(0, underWay);
    },

    /** The request is over: what is not kept is settled. */
    putBack(kept: readonly Entry[]): void {
      for (const { bytes: gone } of entries.splice(0, underWay, ...kept)) bytes -= gone;
      for (const { bytes: still } of kept) bytes += still;
      underWay = 0;
    },

    /** Empties it. */
    clear(): Entry[] {
      const all = entries;
      entries = [];
      bytes = 0;
      underWay = 0;
      return all;
    },
  };
}
