import type { ChannelKind } from '../src/domain/channel-kind.ts';
import { signOf } from '../src/domain/circuit.ts';
import type { Outcome } from '../src/domain/outcome.ts';
import { decideNext, type RetryPolicy } from '../src/domain/retry-policy.ts';
import type { Tracing } from '../src/domain/trace.ts';
import type {
  AttemptLog,
  AttemptOutcomeRow,
  DeliveryJob,
  FinishedAttempt,
  SealedEndpoint,
} from '../src/store/attempt-log.ts';
import type { EndpointHealthLog } from '../src/store/endpoint-health-log.ts';
import type { Sealer } from '../src/store/seal.ts';
import type { Sender, SendResult } from './http/send.ts';
import { factsOf, type Opened, openEndpoint, policyOf, sendSigned } from './signed-post.ts';

export interface AttemptDeps {
  attemptLog: AttemptLog;
  /** Writes an attempt's outcome, together with those that end at the same time. */
  finish: (outcome: AttemptOutcomeRow) => Promise<void>;
  /** Judges a delivery's endpoint by what was recorded of it. */
  judge: EndpointHealthLog['judge'];
  sealer: Sealer;
  sender: Sender;
  now: () => number;
  random: () => number;
  log: (record: AttemptRecord) => void;
  tracing: Tracing;
}

/** One wide line for each attempt: all that an on-call person filters by. */
export interface AttemptRecord {
  namespace: string;
  delivery_id: string;
  endpoint_id: string;
  kind: ChannelKind;
  rule_id: string | null;
  event_id: string;
  event_type: string;
  trace_id: string | null;
  attempt: number;
  outcome: string;
  status_code: number | null;
  duration_ms: number;
  /** From the event's acceptance, or from when a look at an alert made the message, to this success. */
  latency_ms: number | null;
  error: string | null;
  next_attempt_at: string | null;
  exhausted: string | null;
}

/**
 * How often and how long the outcome of a POST that was made is tried to be written before it is given up: longer than
 * others wait for it (see deliver.ts), and than PostgreSQL takes to fail over.
 */
const RECORD_TRIES = 60;
const RECORD_PAUSE_MS = 1_000;

/**
 * Makes the attempt that `job.claimed` holds: sign → POST → classify → record. What the receiver does is never an
 * error here, but an outcome.
 *
 * @throws when PostgreSQL stays away; the attempt's row is then still open and will be closed as interrupted
 * @throws SealError when a secret cannot be opened (a key is missing): nothing was sent, and no attempt is used up
 */
export async function makeAttempt(job: DeliveryJob, deps: AttemptDeps): Promise<FinishedAttempt> {
  const { namespace } = job;
  const number = job.claimed as number;
  const opened = await openOrRelease(job, number, deps);
  const { result, outcome, traceId } = await sendSigned(opened, job, number, deps);
  const endedAt = deps.now();
  const finished = conclude(job, number, result, outcome, policyOf(job), deps);
  const ofEndpoint = { endpointId: job.endpoint_id, sign: signOf(finished.outcome, finished.statusCode) };
  await persistently(() => deps.finish({ namespace, deliveryId: job.id, ...finished, ...ofEndpoint }));
  const isBack = outcome.class === 'success' && job.endpoint_health === 'failing';
  // Whatever keeps it from being judged now, it will be: when the delivery is parked, or in the worker's next round.
  if (finished.saysGone || isBack) await deps.judge(namespace, job.id).catch(() => {});
  const hasArrived = finished.status === 'succeeded' && job.accepted_at !== null;
  const latencyMs = hasArrived ? endedAt - (job.accepted_at as Date).getTime() : null;
  deps.log(recordOf(job, finished, traceId, latencyMs));
  return finished;
}

/** What the log is told of an attempt. */
export const recordOf = (
  job: Pick<DeliveryJob, 'namespace' | 'id' | 'endpoint_id' | 'endpoint_kind' | 'rule_id' | 'event_id' | 'event_type'>,
  made: Pick<FinishedAttempt, 'number' | 'outcome' | 'statusCode' | 'durationMs' | 'error'> &
    Partial<Pick<FinishedAttempt, 'nextAttemptAt' | 'exhaustedReason'>>,
  traceId: string | undefined,
  latencyMs: number | null = null,
): AttemptRecord => ({
  namespace: job.namespace,
  delivery_id: job.id,
  endpoint_id: job.endpoint_id,
  kind: job.endpoint_kind ?? 'http',
  rule_id: job.rule_id,
  event_id: job.event_id,
  event_type: job.event_type,
  trace_id: traceId ?? null,
  attempt: made.number,
  outcome: made.outcome,
  status_code: made.statusCode,
  duration_ms: made.durationMs,
  latency_ms: latencyMs,
  error: made.error,
  next_attempt_at: made.nextAttemptAt?.toISOString() ?? null,
  exhausted: made.exhaustedReason ?? null,
});

/** Opens what a claimed attempt needs; where that cannot be done, the claim is taken back. @throws SealError */
export async function openOrRelease(
  job: SealedEndpoint & Pick<DeliveryJob, 'namespace' | 'id'>,
  number: number,
  deps: Pick<AttemptDeps, 'attemptLog' | 'sealer' | 'now'>,
): Promise<Opened> {
  try {
    return openEndpoint(job, deps.sealer, deps.now());
  } catch (error) {
    await deps.attemptLog.release(job.namespace, job.id, number);
    throw error;
  }
}

function conclude(
  job: DeliveryJob,
  number: number,
  result: SendResult,
  outcome: Outcome,
  policy: RetryPolicy,
  deps: AttemptDeps,
): FinishedAttempt {
  const attempt = {
    number,
    ...factsOf(result),
    nextAttemptAt: null,
    exhaustedReason: null,
    saysGone: outcome.class === 'permanent' && outcome.disableEndpoint === true,
    isUncounted: false,
  };
  if (outcome.class === 'success') return { ...attempt, status: 'succeeded', error: null };
  const failed = { ...attempt, status: 'retrying' as const, error: outcome.message };
  if (outcome.class === 'permanent') return { ...failed, exhaustedReason: outcome.code };
  if (attempt.outcome === 'interrupted') {
    // Our own stop: at once, elsewhere, whatever the policy says, and no attempt of the round is used up by it.
    return { ...failed, nextAttemptAt: new Date(deps.now()), isUncounted: true };
  }
  const next = decideNext({
    policy,
    attemptsInRound: number - job.round_base,
    roundStartedAt: job.round_started_at.getTime(),
    now: deps.now(),
    random: deps.random,
    ...(outcome.retryAfterMs === undefined ? {} : { retryAfterMs: outcome.retryAfterMs }),
  });
  return next.retry ? { ...failed, nextAttemptAt: new Date(next.at) } : { ...failed, exhaustedReason: next.reason };
}

/** A POST that was made must not be forgotten because PostgreSQL restarts: its receiver would get it again. */
export async function persistently(write: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries >= RECORD_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RECORD_PAUSE_MS));
    }
  }
}
