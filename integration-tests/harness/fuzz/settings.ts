/** How much is fuzzed, and from where. */
export interface FuzzSettings {
  /** Requests to each route, `FUZZ_RUNS`. */
  runs: number;
  /** What the random values grow from, `FUZZ_SEED`. */
  seed: number;
}

/** Enough to meet every kind of bad value on every route, in well under a minute. */
const RUNS = 25;
/** Fixed, so that a run which nobody asked for more of finds today what it found yesterday. */
const SEED = 20_261_128;

/** Reads `FUZZ_RUNS` and `FUZZ_SEED`. A longer run has a seed of its own; fast-check prints it with what it finds. */
export function fuzzSettings(env: Record<string, string | undefined>): FuzzSettings {
  const runs = env.FUZZ_RUNS === undefined ? RUNS : Number(env.FUZZ_RUNS);
  const seed = env.FUZZ_SEED === undefined ? undefined : Number(env.FUZZ_SEED);
  return { runs, seed: seed ?? (env.FUZZ_RUNS === undefined ? SEED : Date.now() | 0) };
}
