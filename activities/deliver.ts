import { heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { formatDuration } from '../src/domain/duration.ts';
import { toTemporalRetry } from '../src/domain/retry-policy.ts';
import type { DeliveryJob } from '../src/store/attempt-log.ts';
import { SealError } from '../src/store/seal.ts';
import { type DeliveryWorkflowInput, exhaustedFailure, type SettledDelivery } from '../workflows/contract.ts';
import { type Look, lookAt } from './look.ts';
import { policyOf } from './signed-post.ts';
import { type Asker, GRACE_MS, LONGEST_REQUEST_MS, type StepDeps, type Stepper, type Withdrawn } from './step.ts';

/** A delivery that goes on, with the terms under which Temporal is to keep trying it. */
export interface DeliveryPlan {
  status: 'unsettled';
  endpoint_name: string;
  retry: { initialInterval: number; backoffCoefficient: number; maximumInterval: number };
  start_to_close_ms: number;
  schedule_to_close_ms: number;
  details: string;
}

/** How long a workflow task waits for a receiver; then the request goes on without it. */
const PATIENCE_MS = 1_500;
const OUTAGE_PAUSE_MS = 5_000;
/** Of a delivery that is put off: a time that is not worth a look in between. */
const SOON_MS = 30_000;

/**
 * The two activities of a delivery. Both bring it a step further from whatever state PostgreSQL says it is in, so
 * each may be repeated at any point; they differ in how long they wait.
 *
 * @param asker the workflow's run that asks
 */
export function createDeliver(deps: Pick<StepDeps, 'attemptLog' | 'now'>, step: Stepper['step'], asker: () => Asker) {
  return { tryOnce, deliverUntilSettled };

  /** The first attempt, as long as its receiver answers at once; otherwise, and after a failure, the plan for the rest. */
  async function tryOnce(input: DeliveryWorkflowInput): Promise<SettledDelivery | DeliveryPlan> {
    const stillWaiting = Symbol();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<typeof stillWaiting>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, stillWaiting);
    });
    const look = await Promise.race([stepOf(input), patience]).finally(() => clearTimeout(timer));
    if (look !== stillWaiting && look.status !== 'withdrawn') {
      return look.status === 'open' ? planOf(look.job, look) : look;
    }
    const recorded = await peek(input);
    return recorded.status === 'open' ? planOf(recorded.job, recorded) : recorded;
  }

  /**
   * Makes the attempt that is due, or says when one will be, by a failure with that delay: Temporal keeps the time.
   *
   * @throws ApplicationFailure `DeliveryFailed`, retryable, with the receiver's last answer and the time to wait
   * @throws ApplicationFailure `DeliveryExhausted`, final, with a `SettledDelivery` as its detail
   * @throws ApplicationFailure `ServiceStopping`, retryable at once: this worker stops, another is to go on
   * @throws ApplicationFailure `ServiceUnavailable`, retryable soon: PostgreSQL is away or a key is missing, and no
   *   attempt is used up
   */
  async function deliverUntilSettled(input: DeliveryWorkflowInput): Promise<SettledDelivery> {
    const beat = setInterval(heartbeat, 2_000);
    let look: Look | Withdrawn;
    try {
      look = await stepOf(input);
    } catch (cause) {
      throw unavailable(cause as Error);
    } finally {
      clearInterval(beat);
    }
    if (look.status === 'withdrawn') throw stopping();
    if (look.status === 'open') throw notYet(look);
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

  function stepOf({ namespace, delivery_id: deliveryId }: DeliveryWorkflowInput): Promise<Look | Withdrawn> {
    return step({ namespace, deliveryId, ...asker() });
  }

  /** The delivery as recorded, without taking a step: for the plan of one whose request is on the way. */
  async function peek(input: DeliveryWorkflowInput): Promise<Look> {
    const job = await deps.attemptLog.read(input.namespace, input.delivery_id);
    if (job === undefined) return { status: 'skipped', attempts: 0, reason: 'delivery_not_found' };
    return lookAt(job, deps.now());
  }
}

function planOf(job: DeliveryJob, look: { due_in_ms: number; last_error: string | null }): DeliveryPlan {
  const policy = policyOf(job);
  const details =
    whatFor(job) ??
    (look.last_error === null
      ? `Waiting for ${job.endpoint_name} to answer (at most ${formatDuration(policy.requestTimeoutMs)}).`
      : `Attempt ${job.attempts - job.round_base} of this round: ${look.last_error}. Up to ${policy.maximumAttempts} attempts; ` +
        'Pending Activities shows the latest answer and when the next is due.');
  return {
    status: 'unsettled',
    endpoint_name: job.endpoint_name,
    // The activity's first try reports the attempt that was made: from there on its numbers are the attempts', but for
    // those that only looked. A look uses up none, so it is the activity alone that knows when the round is over.
    retry: unbounded(toTemporalRetry(policy)),
    // Long enough to wait for an attempt that another process has on the way, and to record one.
    start_to_close_ms: LONGEST_REQUEST_MS + GRACE_MS * 2,
    schedule_to_close_ms: policy.maximumElapsedMs + LONGEST_REQUEST_MS + GRACE_MS * 2,
    details,
  };
}

function unbounded({ maximumAttempts: _, ...retry }: ReturnType<typeof toTemporalRetry>) {
  return retry;
}

/** What a delivery that was put off waits for, in words. */
function whatFor({ waits_for, next_attempt_at: until, rate_limit, earlier_id }: DeliveryJob): string | undefined {
  if (waits_for === null || until === null) return undefined;
  if (waits_for === 'circuit') {
    return `The endpoint failed several times in a row, so its circuit is open: no attempt before ${until.toISOString()}, and none is used up`;
  }
  if (waits_for === 'earlier_message') {
    const which = earlier_id === null ? '' : `, ${earlier_id},`;
    return `Waits until the earlier message of the same incident${which} has arrived or is given up: looked for again at ${until.toISOString()}, and no attempt is used up`;
  }
  return `Waits for its turn at ${until.toISOString()}: the endpoint's rate limit is ${rate_limit?.per_second ?? '?'} a second`;
}

function notYet({ job, due_in_ms: dueInMs, last_error: lastError }: Extract<Look, { status: 'open' }>) {
  const reason = whatFor(job);
  // A wait that is long may end before its time, as when the endpoint is changed: it is looked at again half-way.
  const delayMs = reason === undefined || dueInMs <= SOON_MS ? dueInMs : Math.max(SOON_MS, dueInMs / 2);
  const words = formatDuration(Math.max(1, Math.round(delayMs / 1000) * 1000 || Math.ceil(delayMs)));
  return ApplicationFailure.create({
    type: 'DeliveryFailed',
    message: `${reason ?? lastError ?? 'not due yet'}; next ${reason ? 'look' : 'attempt'} in ${words}`,
    nextRetryDelay: Math.max(1, Math.ceil(delayMs)),
    // The receiver's fault, not ours: it must not fill the worker's error log.
    category: ApplicationFailureCategory.BENIGN,
  });
}

function stopping(): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'ServiceStopping',
    message: 'this worker is stopping; no attempt is used up, another worker goes on',
    nextRetryDelay: 1,
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
