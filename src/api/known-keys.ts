import type { KeyRow } from '../store/api-key-log.ts';
import { BEHIND_AT_MOST_MS } from '../store/listening.ts';

export interface KnownKeysDeps {
  find(keyId: string): Promise<KeyRow | undefined>;
  /** Whether every change until a second ago has been told to `forget`. */
  isCurrent(): boolean;
  /** A steady clock in milliseconds. */
  steadyNow: () => number;
}

/** Kept at most; the oldest look-up goes first. */
const MOST = 10_000;
/** Changes are told: this bounds what a mistake could do. */
const KEPT_MS = 60_000;

/**
 * Keys that were looked up, so that a request costs no statement. What is kept is the look-up and not its result: who
 * comes while it is under way waits for it, and a change forgets it even before it is answered.
 */
export function createKnownKeys({ find, isCurrent, steadyNow }: KnownKeysDeps) {
  const known = new Map<string, { askedAt: number; row: Promise<KeyRow | undefined> }>();

  return {
    /** @throws the driver's error where PostgreSQL is away */
    find(keyId: string): Promise<KeyRow | undefined> {
      const at = steadyNow();
      const before = known.get(keyId);
      // While nobody tells of changes, a look-up may be as old as a change may be late.
      if (before && at - before.askedAt < (isCurrent() ? KEPT_MS : BEHIND_AT_MOST_MS)) return before.row;
      const lookUp = { askedAt: at, row: find(keyId) };
      known.delete(keyId);
      known.set(keyId, lookUp);
      if (known.size > MOST) known.delete(known.keys().next().value as string);
      // A key that is not there may be made in a moment, and guesses must not push out what is known.
      const drop = () => {
        if (known.get(keyId) === lookUp) known.delete(keyId);
      };
      lookUp.row.then((row) => row === undefined && drop(), drop);
      return lookUp.row;
    },
    forget: (keyId: string): void => void known.delete(keyId),
    forgetAll: (): void => known.clear(),
  };
}
