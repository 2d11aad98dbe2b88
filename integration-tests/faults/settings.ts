/** How many events a server dies in the middle of. `FAULT_EVENTS=200` is enough to see that the tests work. */
export const EVENTS = Number(process.env.FAULT_EVENTS ?? 1_000);

/** What the neighbour of each misbehaving receiver is owed, and the receiver itself where its answers are successes. */
export const EVENTS_OF_RECEIVER = Math.max(10, Math.floor(EVENTS / 20));

/** Of a receiver that fails: with two attempts each, one fault too few for a circuit to open (5), so that none waits for one. */
export const EVENTS_OF_FAILING = 2;
export const ENDPOINTS_OF_FAILING = 2;

/** `FAULTS_WRITE=1`: the figures of this run replace those in `docs/reliability.md`. */
export const WRITES_FIGURES = process.env.FAULTS_WRITE === '1';
