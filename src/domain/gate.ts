import { openMs, PROBE_MS } from './circuit.ts';
import { type Bucket, takeTurn } from './rate-limit.ts';

/** What is known of an endpoint that has a rate limit, or whose circuit is not closed. Times in epoch ms. */
export interface GateState extends Bucket {
  /** Null: closed. */
  circuitUntil: number | null;
  circuitOpenings: number;
  circuitProbe: string | null;
}

/** A delivery that is due and wants to be sent. Times in epoch ms. */
export interface Ask {
  id: string;
  /** The endpoint's rate limit, as it is now. */
  perSecond: number | null;
  /** It was put off by the rate limit before, and this is when its turn was to be. */
  turnAt: number | null;
  /** It was told once already to look again soon. */
  hasLookedAgain: boolean;
  /** When its round is over by `maximum_elapsed`. */
  deadline: number;
  /** A person wants it now, or has changed the endpoint since it failed. */
  mayProbeEarly: boolean;
}

/** What puts a delivery off, where it is not the retry policy; `earlier_message`: see message-order.ts. */
export type WaitsFor = 'circuit' | 'rate_limit' | 'earlier_message';

/** What becomes of an ask. None of them uses up an attempt. */
export type Verdict =
  /** To be sent, this long from now: so little that nothing need be written down. */
  | { kind: 'go'; afterMs: number }
  | { kind: 'put_off'; until: number; waitsFor: WaitsFor }
  | { kind: 'look_again'; afterMs: number }
  /** Its time is over, and the circuit is still open. */
  | { kind: 'give_up' };

/**
 * What is put off comes back within this part of the time that the circuit was opened for, after that: thousands do not
 * come at one moment, and the first of them comes soon enough to be the probe.
 */
const SPREAD = 0.5;

/**
 * Who of an endpoint's deliveries may be sent now. Those whose turn it is come before the others, in order of turns; the
 * others in order of their ids, which is that of their creation.
 *
 * @param state of the endpoint, whose row the caller holds
 * @param random from 0 to below 1
 * @returns a verdict for each id, and the state after it
 */
export function decideGate(
  state: GateState,
  asks: Ask[],
  now: number,
  random: () => number,
): { state: GateState; verdicts: Map<string, Verdict> } {
  const next = { ...state };
  const verdicts = new Map<string, Verdict>();
  for (const ask of asks.toSorted(inTurn)) verdicts.set(ask.id, decideOne(next, ask, now, random));
  return { state: next, verdicts };
}

function inTurn(a: Ask, b: Ask): number {
  const byTurn = (a.turnAt ?? Number.POSITIVE_INFINITY) - (b.turnAt ?? Number.POSITIVE_INFINITY);
  if (byTurn !== 0 && !Number.isNaN(byTurn)) return byTurn;
  return a.id < b.id ? -1 : 1;
}

/** Changes the state. */
function decideOne(state: GateState, ask: Ask, now: number, random: () => number): Verdict {
  const { circuitUntil } = state;
  if (circuitUntil !== null && !mayProbe(state, circuitUntil, ask, now)) {
    if (now >= ask.deadline) return { kind: 'give_up' };
    const intervalMs = openMs(Math.max(0, state.circuitOpenings - 1));
    // While a probe is on its way `circuitUntil` is when it would have died; its answer comes sooner than that.
    const earliest = Math.min(circuitUntil, now + intervalMs);
    const until = Math.min(Math.ceil(earliest + random() * intervalMs * SPREAD), ask.deadline);
    return { kind: 'put_off', until, waitsFor: 'circuit' };
  }
  const turn: Verdict = ask.perSecond === null ? { kind: 'go', afterMs: 0 } : takeTurn(state, ask, ask.perSecond, now);
  if (turn.kind === 'go' && circuitUntil !== null) {
    state.circuitProbe = ask.id;
    state.circuitUntil = now + turn.afterMs + PROBE_MS;
  }
  return turn;
}

function mayProbe(state: GateState, circuitUntil: number, ask: Ask, now: number): boolean {
  // The probe's own delivery comes again where its process died, or its claim was lost, before anything was sent.
  if (circuitUntil <= now || state.circuitProbe === ask.id) return true;
  return ask.mayProbeEarly && state.circuitProbe === null;
}
