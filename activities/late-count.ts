import type { AttemptOutcomeRow } from '../src/store/attempt-log.ts';
import type { EndpointSign, EndpointStateLog } from '../src/store/endpoint-state-log.ts';

/** Whoever holds an endpoint's row does so for moments. */
const PAUSE_MS = 200;
/** Five minutes; then it is somebody's forgotten transaction, and what they would have counted is old. */
const MOST_TRIES = 1_500;
/** Kept for endpoints whose row is held: a count, not the outcomes themselves, is what would be lost. */
const MOST_KEPT = 10_000;

/**
 * Counts outcomes for their endpoints that could not be counted when they were recorded, for somebody held the
 * endpoint's row: nobody waits for it.
 */
export function createLateCount({ count }: EndpointStateLog) {
  let kept: Counted[] = [];
  let running: Promise<void> | undefined;
  let isClosing = false;

  return {
    later(outcomes: AttemptOutcomeRow[]): void {
      kept.push(...outcomes.map(signOnly));
      kept.splice(0, Math.max(0, kept.length - MOST_KEPT));
      if (kept.length > 0) running ??= run();
    },

    /** Tries once more and resolves. */
    async drain(): Promise<void> {
      isClosing = true;
      await running;
    },
  };

  async function run(): Promise<void> {
    for (let tries = 0; kept.length > 0 && tries < MOST_TRIES; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const asked = kept;
      kept = [];
      // PostgreSQL away: later.
      const held = await count(asked).catch(() => asked);
      kept = [...held, ...kept];
      if (isClosing) break;
    }
    kept = [];
    running = undefined;
  }
}

type Counted = EndpointSign & { namespace: string };

/** What is counted, without what the receiver said: many are kept. */
const signOnly = ({
  namespace,
  deliveryId,
  number,
  outcome,
  status,
  exhaustedReason,
  endpointId,
  sign,
}: Counted): Counted => ({ namespace, deliveryId, number, outcome, status, exhaustedReason, endpointId, sign });
