import { heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Redelivery, RedeliveryJob, RedeliveryLog, RedeliveryOutcome } from '../src/store/redelivery-log.ts';
import { SealError } from '../src/store/seal.ts';
import type { RedeliveryInput, SettledDelivery } from '../workflows/contract.ts';
import { type AttemptDeps, openOrRelease, persistently, recordOf } from './attempt.ts';
import { factsOf, sendSigned } from './signed-post.ts';
import { GRACE_MS, LONGEST_REQUEST_MS } from './step.ts';

export interface RedeliveryDeps extends Omit<AttemptDeps, 'finish' | 'random'> {
  redeliveryLog: RedeliveryLog;
  /** Aborted when this process stops: from then on it makes no attempt, and waits for nobody else's. */
  closing: AbortSignal;
}

/**
 * Attempts of one redelivery: one, and another where the process of the one before died, for whether that arrived nobody
 * knows. A delivery on which process after process dies is not to go on for ever.
 */
const MAX_ATTEMPTS = 3;
const LOOK_AGAIN_MS = 500;
/** A process that has lost its connection to PostgreSQL, and lives, has it again within this time. */
const GONE_FOR_MS = 2_000;

/** One more sending of a delivery that has ended, because a person wants it. */
export function createRedelivery(deps: RedeliveryDeps, asker: () => { workflowId: string; runId: string }) {
  // What this process has on its way, by run: the activity may be repeated before it ends, and joins it.
  const inFlight = new Map<string, Promise<SettledDelivery>>();
  return { redeliver, drain };

  /**
   * Makes the attempt, or tells what came of it where an earlier try of this activity made it.
   *
   * @returns `exhausted` for a failure: it ends this redelivery and nothing else
   * @throws ApplicationFailure `ServiceUnavailable`, retryable: PostgreSQL is away or a key is missing, and nothing was sent
   */
  async function redeliver({ namespace, delivery_id: deliveryId }: RedeliveryInput): Promise<SettledDelivery> {
    const redelivery = { namespace, deliveryId, ...asker() };
    const beat = setInterval(heartbeat, 2_000);
    try {
      return await joinOr(redelivery.runId, () => untilAnswered(redelivery));
    } catch (cause) {
      const { message } = cause as Error;
      const what = cause instanceof SealError ? message : `It could not be looked up or recorded (${message})`;
      throw ApplicationFailure.retryable(`${what}; trying again soon`, 'ServiceUnavailable');
    } finally {
      clearInterval(beat);
    }
  }

  /** Resolves once nothing of this process is on its way. */
  async function drain(): Promise<void> {
    await Promise.allSettled(inFlight.values());
  }

  function joinOr(runId: string, begin: () => Promise<SettledDelivery>): Promise<SettledDelivery> {
    const running = inFlight.get(runId) ?? begin();
    inFlight.set(runId, running);
    const done = () => void inFlight.delete(runId);
    running.then(done, done);
    return running;
  }

  async function untilAnswered(redelivery: Redelivery): Promise<SettledDelivery> {
    let goneSince: number | undefined;
    for (;;) {
      if (deps.closing.aborted) throw new Error('this worker is stopping; another one goes on');
      const bounds = { requestDeadlineMs: LONGEST_REQUEST_MS, maxAttempts: MAX_ATTEMPTS };
      const job = await deps.redeliveryLog.claim(redelivery, bounds);
      if (job === undefined) return { status: 'skipped', attempts: 0, reason: 'delivery_not_found' };
      if (job.claimed !== null) return await sendClaimed(job, job.claimed);
      if (isAnswered(job)) return settledOf(job, job.latest_outcome === 'success', job.latest_error);
      const { latest_number: number, latest_deadline_at: deadline } = job;
      if (number !== null && job.latest_outcome === null && deadline !== null) {
        goneSince = job.latest_owner_gone ? (goneSince ?? deps.now()) : undefined;
        const isGone = goneSince !== undefined && deps.now() - goneSince >= GONE_FOR_MS;
        if (isGone || deps.now() > deadline.getTime() + GRACE_MS) {
          await deps.redeliveryLog.finish(job.namespace, job.id, { number, ...interrupted });
        } else await pause();
        continue;
      }
      const refusal = whyNot(job);
      if (refusal !== undefined) return { status: 'skipped', attempts: job.attempts, reason: refusal };
      // Its number was taken by an attempt of somebody else just now.
      await pause();
    }
  }

  async function sendClaimed(job: RedeliveryJob, number: number): Promise<SettledDelivery> {
    const { namespace, id } = job;
    const opened = await openOrRelease(job, number, deps);
    const { result, outcome, traceId } = await sendSigned(opened, job, number, deps);
    const error = outcome.class === 'success' ? null : outcome.message;
    const finished: RedeliveryOutcome = { number, ...factsOf(result), error };
    await persistently(async () => void (await deps.redeliveryLog.finish(namespace, id, finished)));
    deps.log(recordOf(job, finished, traceId));
    // Our own stopping: another process makes the next attempt.
    if (finished.outcome === 'interrupted' && job.made + 1 < MAX_ATTEMPTS) throw new Error(error ?? 'interrupted');
    return settledOf({ ...job, attempts: number }, error === null, error);
  }
}

const interrupted = {
  durationMs: 0,
  statusCode: null,
  outcome: 'interrupted',
  error: 'the worker stopped before it could record an answer',
  responseExcerpt: null,
} as const;

/** Whether the latest attempt is the last: an interrupted one is followed by another while there may be more. */
function isAnswered(job: RedeliveryJob): boolean {
  if (job.latest_outcome === null) return false;
  return job.latest_outcome !== 'interrupted' || job.made >= MAX_ATTEMPTS;
}

function settledOf(
  job: Pick<RedeliveryJob, 'attempts' | 'event_type' | 'endpoint_name'>,
  succeeded: boolean,
  error: string | null,
): SettledDelivery {
  const { attempts } = job;
  if (succeeded) return { status: 'succeeded', attempts };
  const what = `${job.event_type} → ${job.endpoint_name}`;
  return { status: 'exhausted', attempts, reason: 'redelivery_failed', last_error: error, what };
}

/** The rule's state does not matter to a person who asks for this; the endpoint's does. */
function whyNot(job: RedeliveryJob): string | undefined {
  if (!job.endpoint_exists) return 'endpoint_deleted';
  if (!job.endpoint_is_active) return 'endpoint_switched_off';
  if (job.endpoint_health === 'disabled') return 'endpoint_disabled';
  return ['pending', 'retrying', 'dead_lettered'].includes(job.status) ? 'in_progress' : undefined;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
}
