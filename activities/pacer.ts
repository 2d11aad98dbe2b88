/**
 * When a delivery that did not succeed at once gets its own workflow. Such a workflow costs many times what a first
 * attempt costs, and an endpoint that is down fails hundreds of them in a second: started all at once they would take
 * the machine, and Temporal's, from everybody else's deliveries. So each endpoint's are started one after the other, and
 * all endpoints' together at a rate that gives way: it falls while Temporal answers later than it can, and rises again
 * when it does not. Namespaces in trouble have equal parts of it, and so have the endpoints of each. A few start at once.
 */
export interface Pacer {
  /**
   * Takes the endpoint's next turn.
   *
   * @param notBeforeMs from now: when its attempt is due
   * @param withinMs how far ahead a turn may be: what is promised far ahead cannot give way any more
   * @returns how long to wait for it, in ms; undefined when none is free by then
   */
  reserve(of: PacedEndpoint, notBeforeMs: number, withinMs: number): number | undefined;
  /** Tells how long Temporal took to start a workflow. */
  tell(startMs: number): void;
}

export interface PacedEndpoint {
  namespace: string;
  endpointId: string;
}

export interface PacerLimits {
  /** Workflows started in a second, of all endpoints together. */
  leastPerSecond: number;
  mostPerSecond: number;
  /** Of each endpoint, started at once after a quiet time. */
  burst: number;
}

const PACER_LIMITS: PacerLimits = { leastPerSecond: 1, mostPerSecond: 25, burst: 5 };

/** Each second: up a little, down by half when it is too much. */
const RISE = 1.2;
const BACK_OFF = 0.5;
/** Later than this many times the quickest answer, and a little, is a sign of too much. */
const LATE = 1.5;
const LATE_BY_MS = 2;
/** The quickest answer is forgotten by half in this time: machines change. */
const BEST_HALF_LIFE_MS = 10 * 60_000;

/** An endpoint's last turn is known for this long: more than a burst takes at the lowest rate. */
const KEPT_MS = 60_000;

/** @param now a clock that never goes back, in ms */
export function createPacer(now: () => number, limits: PacerLimits = PACER_LIMITS): Pacer {
  /** By namespace, for each endpoint that has turns taken ahead, or had lately: when its next one is. */
  const nextTurns = new Map<string, Map<string, number>>();
  let perSecond = limits.leastPerSecond * 2;
  let adjustedAt = now();
  let best = Number.POSITIVE_INFINITY;
  let bestAt = now();
  let recent: number | undefined;
  let wasUsed = false;

  return {
    reserve({ namespace, endpointId }, notBeforeMs, withinMs) {
      adjust();
      wasUsed = true;
      const at = now();
      const nextTurn = nextTurns.get(namespace) ?? new Map<string, number>();
      const interval = intervalMs(nextTurn, at);
      // A turn may lie in the past by as much as the burst allows.
      const earliest = at + notBeforeMs;
      const turn = Math.max(nextTurn.get(endpointId) ?? 0, earliest - (limits.burst - 1) * interval);
      const start = Math.max(turn, earliest);
      if (start > at + withinMs) return undefined;
      nextTurn.set(endpointId, turn + interval);
      nextTurns.set(namespace, nextTurn);
      return Math.round(start - at);
    },
    tell(measuredMs) {
      const at = now();
      const startMs = Math.max(1, measuredMs);
      best = Math.min(best * 2 ** ((at - bestAt) / BEST_HALF_LIFE_MS), startMs);
      bestAt = at;
      recent = recent === undefined ? startMs : recent * 0.8 + startMs * 0.2;
      adjust();
    },
  };

  /** Once a second at most, by what Temporal's answers were like since. */
  function adjust(): void {
    const seconds = Math.floor((now() - adjustedAt) / 1000);
    if (seconds < 1) return;
    adjustedAt += seconds * 1000;
    for (const [namespace, nextTurn] of nextTurns) {
      for (const [id, next] of nextTurn) if (next <= adjustedAt - KEPT_MS) nextTurn.delete(id);
      if (nextTurn.size === 0) nextTurns.delete(namespace);
    }
    const isLate = recent !== undefined && recent > best * LATE + LATE_BY_MS;
    if (isLate) perSecond = Math.max(limits.leastPerSecond, perSecond * BACK_OFF);
    // A rate that nobody used has proved nothing.
    else if (wasUsed) perSecond = Math.min(limits.mostPerSecond, perSecond * RISE);
    wasUsed = false;
    recent = undefined;
  }

  /** With several namespaces in trouble each has a share of the rate, and with several endpoints each a share of that. */
  function intervalMs(own: Map<string, number>, at: number): number {
    const inTrouble = (nextTurn: Map<string, number>) => [...nextTurn.values()].filter((next) => next > at).length;
    const namespaces = [...nextTurns.values()].filter((nextTurn) => inTrouble(nextTurn) > 0).length;
    return (1000 / perSecond) * Math.max(1, namespaces) * Math.max(1, inTrouble(own));
  }
}
