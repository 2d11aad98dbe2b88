import { heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { formatDuration } from '../src/domain/duration.ts';
import { toTemporalRetry } from '../src/domain/retry-policy.ts';
import type { DeliveryJob, OpenAttempt } from '../src/store/attempt-log.ts';
import { SealError } from '../src/store/seal.ts';
import { type DeliveryWorkflowInput, exhaustedFailure, type SettledDelivery } from '../workflows/contract.ts';
import { type AttemptDeps, makeAttempt, policyOf } from './attempt.ts';

/** A delivery that goes on, with the terms under which Temporal is to keep trying it. */
export interface DeliveryPlan {
  status: 'unsettled';
  endpoint_name: string;
  retry: { initialInterval: number; backoffCoefficient: number; maximumInterval: number; maximumAttempts?: number };
  start_to_close_ms: number;
  schedule_to_close_ms: number;
  details: string;
}

/** What a look at a delivery came to. `due_in_ms` of an open one is when the next attempt may be made. */
type Look = SettledDelivery | { status: 'open'; job: DeliveryJob; due_in_ms: number; last_error: string | null };

/** How long a workflow task waits for a receiver; then the request goes on without it. */
const PATIENCE_MS = 1_500;
/** From a request's deadline until its silence means that its process died: recording takes its time too. */
const GRACE_MS = 15_000;
/** Bound of a request's length when the policy is not known yet; contract: `timeout.request` is at most 30 s. */
const LONGEST_REQUEST_MS = 30_000;
const OUTAGE_PAUSE_MS = 5_000;
const LOOK_AGAIN_MS = 500;

/**
 * The two activities of a delivery. Both bring it a step further from whatever state PostgreSQL says it is in, so
 * each may be repeated at any point; they differ in how long they wait.
 *
 * @param runIdOf the run of the workflow that asks, kept with the delivery as the link to follow
 */
export function createDeliver(deps: AttemptDeps, runIdOf: () => string) {
  // The requests that this process has on the way. Whoever comes for one again awaits it: it is never sent twice.
  const inFlight = new Map<string, Promise<Look>>();

  return { tryOnce, deliverUntilSettled, drain };

  /** Resolves once no request of this process is on the way: to be awaited before it ends. */
  async function drain(): Promise<void> {
    await Promise.allSettled(inFlight.values());
  }

  /** The first attempt, as long as its receiver answers at once; otherwise, and after a failure, the plan for the rest. */
  async function tryOnce(input: DeliveryWorkflowInput): Promise<SettledDelivery | DeliveryPlan> {
    const stillWaiting = Symbol();
    const runId = runIdOf();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<typeof stillWaiting>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, stillWaiting);
    });
    const look = await Promise.race([step(input, runId), patience]).finally(() => clearTimeout(timer));
    if (look !== stillWaiting) return look.status === 'open' ? planOf(look.job, look) : look;
    const recorded = await peek(input);
    return recorded.status === 'open' ? planOf(recorded.job, recorded) : recorded;
  }

  /**
   * Makes the attempt that is due, or says when one will be, by a failure with that delay: Temporal keeps the time.
   *
   * @throws ApplicationFailure `DeliveryFailed`, retryable, with the receiver's last answer and the time to wait
   * @throws ApplicationFailure `DeliveryExhausted`, final, with a `SettledDelivery` as its detail
   * @throws ApplicationFailure `ServiceUnavailable`, retryable soon: PostgreSQL is away or a key is missing, and no
   *   attempt is used up
   */
  async function deliverUntilSettled(input: DeliveryWorkflowInput): Promise<SettledDelivery> {
    const beat = setInterval(heartbeat, 2_000);
    let look: Look;
    try {
      look = await step(input, runIdOf());
    } catch (cause) {
      throw unavailable(cause as Error);
    } finally {
      clearInterval(beat);
    }
    if (look.status === 'open') throw notYet(look.due_in_ms, look.last_error);
    if (look.status === 'exhausted') {
      throw ApplicationFailure.create({
        type: exhaustedFailure,
        message: `${look.reason} after ${look.attempts} attempt(s): ${look.last_error}`,
        nonRetryable: true,
        details: [look],
        category: ApplicationFailureCategory.BENIGN,
      });
    }
    return look;
  }

  /** One step of the delivery, shared by all who ask for it in this process while it is on the way. */
  function step(input: DeliveryWorkflowInput, runId: string): Promise<Look> {
    // By run, for a later round's must not take an earlier one's outcome for its own: it waits until that is recorded.
    const key = `${input.delivery_id} ${runId}`;
    const running = inFlight.get(key);
    if (running) return running;
    const begun = takeStep(input, runId).finally(() => inFlight.delete(key));
    inFlight.set(key, begun);
    return begun;
  }

  async function takeStep(input: DeliveryWorkflowInput, runId: string): Promise<Look> {
    const { namespace, delivery_id: id } = input;
    for (;;) {
      const job = await deps.attemptLog.claim(namespace, id, runId, LONGEST_REQUEST_MS);
      if (job === undefined) return { status: 'skipped', attempts: 0, reason: 'delivery_not_found' };
      if (job.claimed !== null) {
        const made = await makeAttempt(namespace, job, deps);
        return lookAt({
          ...job,
          attempts: made.number,
          status: made.status,
          exhausted_reason: made.exhaustedReason,
          next_attempt_at: made.nextAttemptAt,
          last_error: made.error,
        });
      }
      const look = lookAt(job);
      if (look.status !== 'open') return look;
      // Whatever else has changed, an attempt that is on its way comes to its end first.
      const open = await deps.attemptLog.openAttempt(namespace, id);
      const unsendable = open ? undefined : whyNotSent(job);
      if (open) await outwait(namespace, job, open);
      else if (unsendable?.skip) await deps.attemptLog.skip(namespace, id, unsendable.reason);
      else if (unsendable) await deps.attemptLog.exhaust(namespace, id, unsendable.reason);
      else if (look.due_in_ms > 0) return look;
      // It was finished, or its claim taken back, between the two looks.
      else await pause();
    }
  }

  /** Another process has the attempt on its way, or died with it: a moment's wait, or, past its deadline, its end. */
  async function outwait(namespace: string, job: DeliveryJob, open: OpenAttempt): Promise<void> {
    if (deps.now() <= open.deadline_at.getTime() + GRACE_MS) return await pause();
    // It may have arrived, so it counts: a round has no more attempts for crashes.
    const isLast = open.number - job.round_base >= policyOf(job).maximumAttempts;
    await deps.attemptLog.interrupt(namespace, job.id, open.number, isLast ? 'maximum_attempts' : null);
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }

  /** The delivery as recorded, without taking a step: for the plan of one whose request is on the way. */
  async function peek(input: DeliveryWorkflowInput): Promise<Look> {
    const job = await deps.attemptLog.read(input.namespace, input.delivery_id);
    if (job === undefined) return { status: 'skipped', attempts: 0, reason: 'delivery_not_found' };
    return lookAt(job);
  }

  /** What a delivery's row means, without asking anyone. */
  function lookAt(job: DeliveryJob): Look {
    const { attempts, last_error } = job;
    if (job.status === 'succeeded') return { status: 'succeeded', attempts };
    if (job.exhausted_reason !== null || job.status === 'dead_lettered') {
      return {
        status: 'exhausted',
        attempts,
        reason: job.exhausted_reason ?? job.reason ?? 'dead_lettered',
        last_error,
        what: `${job.event_type} → ${job.endpoint_name}`,
      };
    }
    if (job.status === 'pending' || job.status === 'retrying') {
      const due_in_ms = Math.max(0, (job.next_attempt_at?.getTime() ?? 0) - deps.now());
      return { status: 'open', job, due_in_ms, last_error };
    }
    return { status: 'skipped', attempts, reason: job.reason ?? job.status };
  }
}

/** Why an open delivery may not be sent now: `skip` where a person decided so. */
function whyNotSent(job: DeliveryJob): { reason: string; skip: boolean } | undefined {
  if (!job.endpoint_exists) return { reason: 'endpoint_deleted', skip: true };
  if (!job.endpoint_is_active) return { reason: 'endpoint_switched_off', skip: true };
  if (!job.by_person && !job.rule_exists) return { reason: 'rule_deleted', skip: true };
  if (!job.by_person && !job.rule_is_active) return { reason: 'rule_switched_off', skip: true };
  if (job.endpoint_health === 'disabled') return { reason: 'endpoint_disabled', skip: false };
  return undefined;
}

function planOf(job: DeliveryJob, look: { due_in_ms: number; last_error: string | null }): DeliveryPlan {
  const policy = policyOf(job);
  const details =
    look.last_error === null
      ? `Waiting for ${job.endpoint_name} to answer (at most ${formatDuration(policy.requestTimeoutMs)}).`
      : `Attempt ${job.attempts - job.round_base} of this round: ${look.last_error}. Up to ${policy.maximumAttempts} attempts; ` +
        'Pending Activities shows the latest answer and when the next is due.';
  return {
    status: 'unsettled',
    endpoint_name: job.endpoint_name,
    // The activity's first try reports the attempt that was made: from there on its numbers are the attempts'.
    retry: toTemporalRetry(policy),
    // Long enough to wait for an attempt that another process has on the way, and to record one.
    start_to_close_ms: LONGEST_REQUEST_MS + GRACE_MS * 2,
    schedule_to_close_ms: policy.maximumElapsedMs + LONGEST_REQUEST_MS + GRACE_MS * 2,
    details,
  };
}

function notYet(delayMs: number, lastError: string | null): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'DeliveryFailed',
    message: `${lastError ?? 'not due yet'}; next attempt in ${formatDuration(Math.max(1, Math.round(delayMs / 1000) * 1000 || Math.ceil(delayMs)))}`,
    nextRetryDelay: Math.max(1, Math.ceil(delayMs)),
    // The receiver's fault, not ours: it must not fill the worker's error log.
    category: ApplicationFailureCategory.BENIGN,
  });
}

function unavailable(cause: Error): ApplicationFailure {
  const what = cause instanceof SealError ? cause.message : `It could not be looked up or recorded (${cause.message})`;
  return ApplicationFailure.create({
    type: 'ServiceUnavailable',
    message: `${what}; no attempt is used up, trying again soon`,
    nextRetryDelay: OUTAGE_PAUSE_MS,
    cause,
  });
}
