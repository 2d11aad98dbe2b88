/** A key of a stateful rule that something was put down for. */
export interface KeyRef {
  namespace: string;
  rule_id: string;
  key_digest: string;
  key_text: string;
}

export interface GatherOptions {
  /** Looks at keys; each at most once in a list. */
  look: (keys: KeyRef[]) => Promise<void>;
  /** A clock that never goes back, in ms. */
  now: () => number;
  /** Told of a look that failed: its keys are looked at again by the sweep. */
  onError: (error: unknown) => void;
  /** Whether a look failed by what one of its keys is, so that it would fail again: the others must not wait for that. */
  isKeysFault: (error: unknown) => boolean;
}

/** A key is looked at no more than 4 times a second, however many events it gets. */
const KEY_GAP_MS = 250;
/** From the end of one look to the start of the next: keys that come meanwhile share a transaction. */
const LOOK_GAP_MS = 100;
/** What can wait is looked at once in so long, all of it together: nothing can fire of it at once. */
const PATIENT_MS = 1_000;
const KEYS_OF_A_LOOK = 500;
/** Beyond this the sweep finds them: what waits is in PostgreSQL, not only here. */
const MOST_WAITING = 50_000;

/**
 * Gathers what is put down for keys: a quiet key is looked at at once, a busy one a few times a second, and keys that
 * come at the same time are looked at together. Nothing here is needed for an event to count: what this process forgets,
 * because it dies, the sweep finds.
 */
export function createGatherer({ look, now, onError, isKeysFault }: GatherOptions) {
  /** Keys in line, and from when on they may be looked at. */
  const waiting = new Map<string, { key: KeyRef; from: number }>();
  /** When each key was looked at last. */
  const looked = new Map<string, number>();
  let running: Promise<void> | undefined;
  let timer: { id: NodeJS.Timeout; at: number } | undefined;
  let endedAt = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  return {
    /**
     * Puts keys in line.
     *
     * @param canWait true where nothing can come of a key at once; what follows for it meanwhile waits with it
     */
    add(keys: readonly KeyRef[], canWait: (index: number) => boolean = () => false): void {
      if (isClosed) return;
      const at = now();
      const patient = Math.ceil(at / PATIENT_MS) * PATIENT_MS;
      let earliest = Number.POSITIVE_INFINITY;
      for (const [index, key] of keys.entries()) {
        const id = `${key.rule_id}:${key.key_digest}`;
        const from = waiting.get(id)?.from ?? (canWait(index) ? patient : at);
        if (waiting.size < MOST_WAITING) waiting.set(id, { key, from });
        earliest = Math.min(earliest, dueAt(id, from));
      }
      schedule(earliest);
    },
    /** Takes no more keys, and resolves once no look is under way. */
    async drain(): Promise<void> {
      isClosed = true;
      clearTimeout(timer?.id);
      await running;
    },
  };

  /** When a key may be looked at. */
  function dueAt(id: string, from: number): number {
    const last = looked.get(id);
    return Math.max(from, endedAt + LOOK_GAP_MS, last === undefined ? 0 : last + KEY_GAP_MS);
  }

  function schedule(at: number): void {
    if (running !== undefined || at === Number.POSITIVE_INFINITY || isClosed) return;
    if (timer !== undefined && timer.at <= at) return;
    clearTimeout(timer?.id);
    // Timers may be early by a part of a millisecond.
    const id = setTimeout(begin, Math.ceil(Math.max(0, at - now())));
    timer = { id, at };
  }

  function begin(): void {
    timer = undefined;
    running = next().finally(() => {
      running = undefined;
      let earliest = Number.POSITIVE_INFINITY;
      for (const [id, { from }] of waiting) earliest = Math.min(earliest, dueAt(id, from));
      schedule(earliest);
    });
  }

  async function next(): Promise<void> {
    const at = now();
    for (const [id, last] of looked) {
      if (last > at - KEY_GAP_MS) break;
      looked.delete(id);
    }
    const due: KeyRef[] = [];
    for (const [id, { key, from }] of waiting) {
      if (from > at || looked.has(id)) continue;
      waiting.delete(id);
      looked.set(id, at);
      due.push(key);
      if (due.length === KEYS_OF_A_LOOK) break;
    }
    if (due.length === 0) return;
    await lookApart(due);
    endedAt = now();
  }

  /** Looks at all; where one of them spoils it, at each half by itself, until that one is alone. */
  async function lookApart(keys: KeyRef[]): Promise<void> {
    try {
      await look(keys);
    } catch (error) {
      if (keys.length === 1 || !isKeysFault(error)) return onError(error);
      const middle = Math.ceil(keys.length / 2);
      await lookApart(keys.slice(0, middle));
      await lookApart(keys.slice(middle));
    }
  }
}
