/**
 * When a delivery that did not succeed at once gets its own workflow. Such a workflow costs many times what a first
 * attempt costs, and an endpoint that is down fails hundreds of them in a second: started all at once they would take
 * the machine, and Temporal's, from everybody else's deliveries. So each endpoint's are started one after the other, and
 * all endpoints' together at a rate that gives way: it falls while Temporal answers later than it can, and rises again
 * when it does not. Namespaces in trouble have equal parts of it, and so have the endpoints of each. A few of each
 * endpoint start at once, and of each namespace a few more: what its endpoints would start at once is one line.
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
  /** Started at once after a quiet time: of each endpoint, and of all endpoints of a namespace. */
  burst: number;
  namespaceBurst: number;
}

const PACER_LIMITS: PacerLimits = { leastPerSecond: 1, mostPerSecond: 25, burst: 5, namespaceBurst: 20 };

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
/** Who is in trouble is counted on from turn to turn, and those who are through are taken off this often. */
const LOOK_AGAIN_MS = 100;

/** What is known of a namespace; all times are the clock's. */
interface Paced {
  /** When the next of its bursts is. */
  next: number;
  /** For each endpoint that has turns taken ahead, or had lately: when its next one is. */
  nextTurns: Map<string, number>;
  /** Of those, the ones that have turns taken ahead. */
  inTrouble: Set<string>;
}

/** @param now a clock that never goes back, in ms */
export function createPacer(now: () => number, limits: PacerLimits = PACER_LIMITS): Pacer {
  const known = new Map<string, Paced>();
  /** Those that have turns taken ahead, by an endpoint or by their bursts. */
  const inTrouble = new Set<Paced>();
  let lookedAt = now();
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
      takeOffWhoIsThrough(at);
      const own = known.get(namespace) ?? { next: 0, nextTurns: new Map(), inTrouble: new Set() };
      // With several namespaces in trouble each has a share of the rate, and with several endpoints each a share of that.
      const step = (1000 / perSecond) * Math.max(1, inTrouble.size);
      const interval = step * Math.max(1, own.inTrouble.size);
      // A turn may lie in the past by as much as the burst allows.
      const earliest = at + notBeforeMs;
      const turn = Math.max(own.nextTurns.get(endpointId) ?? 0, earliest - (limits.burst - 1) * interval);
      // The endpoints' own lines share the rate; what is ahead of them would be as many times the burst as there are endpoints.
      // By whole ms, as what is returned: a sum of intervals is not exact.
      const isAhead = turn < earliest + 0.5;
      const next = Math.max(own.next, at - (limits.namespaceBurst - 1) * step);
      const start = isAhead ? earliest + Math.max(0, next - at) : turn;
      if (start > at + withinMs) return undefined;
      known.set(namespace, own);
      own.nextTurns.set(endpointId, turn + interval);
      if (turn + interval > at) own.inTrouble.add(endpointId);
      if (isAhead) own.next = next + step;
      if (own.inTrouble.size > 0 || own.next > at) inTrouble.add(own);
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
    for (const [namespace, { next, nextTurns }] of known) {
      for (const [id, turn] of nextTurns) if (turn <= adjustedAt - KEPT_MS) nextTurns.delete(id);
      if (nextTurns.size === 0 && next <= adjustedAt - KEPT_MS) known.delete(namespace);
    }
    const isLate = recent !== undefined && recent > best * LATE + LATE_BY_MS;
    if (isLate) perSecond = Math.max(limits.leastPerSecond, perSecond * BACK_OFF);
    // A rate that nobody used has proved nothing.
    else if (wasUsed) perSecond = Math.min(limits.mostPerSecond, perSecond * RISE);
    wasUsed = false;
    recent = undefined;
  }

  function takeOffWhoIsThrough(at: number): void {
    if (at - lookedAt < LOOK_AGAIN_MS) return;
    lookedAt = at;
    for (const namespace of inTrouble) {
      for (const id of namespace.inTrouble)
        if ((namespace.nextTurns.get(id) ?? 0) <= at) namespace.inTrouble.delete(id);
      if (namespace.inTrouble.size === 0 && namespace.next <= at) inTrouble.delete(namespace);
    }
  }
}
