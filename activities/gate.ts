import { createBatcher } from '../src/batcher.ts';
import type { DeliveryJob } from '../src/store/attempt-log.ts';
import type { GateAnswer, GateLog, GateRequest } from '../src/store/gate-log.ts';
import { policyOf } from './signed-post.ts';

/** Asks of one transaction. */
const ASKS_TOGETHER = 128;

/** Asks whether a delivery that is due may be sent. @param hasLookedAgain it was told to look again, and does */
export type Gate = (job: DeliveryJob, hasLookedAgain: boolean) => Promise<GateAnswer>;

/**
 * The gate before an endpoint that has a rate limit, or a circuit that is not closed: see domain/gate.ts. Those who ask
 * side by side share a transaction; one at a time, so that a process does not find the row held by itself.
 */
export function createGate(gateLog: GateLog): Gate {
  const ask = createBatcher<GateRequest, GateAnswer>({ run: gateLog.pass, maxItems: ASKS_TOGETHER });
  return (job, hasLookedAgain) => {
    const hadTurn = job.waits_for === 'rate_limit' && job.next_attempt_at !== null;
    return ask({
      namespace: job.namespace,
      id: job.id,
      endpointId: job.endpoint_id,
      seenAt: job.next_attempt_at,
      hasState: job.has_state,
      perSecond: job.rate_limit?.per_second ?? null,
      turnAt: hadTurn ? (job.next_attempt_at as Date).getTime() : null,
      hasLookedAgain,
      deadline: job.round_started_at.getTime() + policyOf(job).maximumElapsedMs,
      mayProbeEarly: job.by_person && job.attempts === job.round_base,
    });
  };
}

/** Whether a delivery has to ask before it is sent. */
export const isGated = (job: DeliveryJob): boolean => job.rate_limit !== null || job.circuit_until !== null;

/**
 * Whether its endpoint has been changed since a delivery was put off: its wait may be over then, as with a higher limit
 * or a receiver that was mended.
 */
export const isOutdated = (job: DeliveryJob): boolean =>
  job.waits_for !== null && job.endpoint_updated_at !== null && job.endpoint_updated_at > job.updated_at;
