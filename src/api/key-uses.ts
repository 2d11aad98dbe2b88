/** Notes which keys are used, aside from the requests that use them: `last_used_at` is true to the minute. */
export interface KeyUses {
  note(id: string): void;
  /** Writes what was noted since. */
  write(): Promise<void>;
}

const NOTED_EVERY_MS = 60_000;

/** @param write gets when each key was last used */
export function createKeyUses(write: (uses: Map<string, Date>) => Promise<void>, now: () => number): KeyUses {
  let fresh = new Map<string, Date>();
  /** When a key's use was last given to `write`. */
  const writtenAt = new Map<string, number>();

  return {
    note(id) {
      const at = now();
      if (at - (writtenAt.get(id) ?? Number.NEGATIVE_INFINITY) >= NOTED_EVERY_MS) fresh.set(id, new Date(at));
    },
    async write() {
      const at = now();
      for (const [id, then] of writtenAt) if (at - then >= NOTED_EVERY_MS) writtenAt.delete(id);
      if (fresh.size === 0) return;
      const uses = fresh;
      fresh = new Map();
      for (const id of uses.keys()) writtenAt.set(id, at);
      try {
        await write(uses);
      } catch (error) {
        fresh = new Map([...uses, ...fresh]);
        throw error;
      }
    },
  };
}
