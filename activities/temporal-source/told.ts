/** Ids of the events that this process has told lately: most of what an overlap brings back is among them. */
export interface Told {
  has(id: string): boolean;
  add(id: string): void;
}

/** @param most ids that are remembered; the oldest go first */
export function createTold(most: number): Told {
  const ids = new Set<string>();
  return {
    has: (id) => ids.has(id),
    add(id) {
      ids.add(id);
      if (ids.size <= most) return;
      for (const oldest of ids) {
        ids.delete(oldest);
        return;
      }
    },
  };
}
