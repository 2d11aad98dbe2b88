/**
 * When a delivery that did not succeed at once gets its own workflow. Such a workflow costs many times what a first
 * attempt costs, and an endpoint that is down fails hundreds of them in a second: started all at once they would take
 * the machine from everybody else's deliveries. So each endpoint's are started one after the other, and all endpoints'
 * together at a bounded rate, shared evenly; a few start at once.
 */
export interface Pacer {
  /** Takes the endpoint's next turn. @returns how long to wait for it, in ms */
  reserve(endpointId: string): number;
}

export interface PacerLimits {
  /** Workflows started in a second, of all endpoints together. */
  perSecond: number;
  /** Of each endpoint, started at once after a quiet time. */
  burst: number;
}

export const PACER_LIMITS: PacerLimits = { perSecond: 8, burst: 8 };

/** @param now the clock, in ms */
export function createPacer(now: () => number, { perSecond, burst }: PacerLimits = PACER_LIMITS): Pacer {
  /** For each endpoint that has turns taken ahead: when its next one is. */
  const nextTurn = new Map<string, number>();

  return {
    reserve(endpointId) {
      const at = now();
      for (const [id, next] of nextTurn) if (next <= at - burst * intervalMs()) nextTurn.delete(id);
      const interval = intervalMs();
      // A turn may lie in the past by as much as the burst allows.
      const turn = Math.max(nextTurn.get(endpointId) ?? 0, at - (burst - 1) * interval);
      nextTurn.set(endpointId, turn + interval);
      return Math.max(0, Math.round(turn - at));
    },
  };

  /** With several endpoints in trouble each has a share of the rate. */
  function intervalMs(): number {
    const at = now();
    let busy = 0;
    for (const next of nextTurn.values()) if (next > at) busy += 1;
    return (1000 / perSecond) * Math.max(1, busy);
  }
}
