import { createBatcher } from '../src/batcher.ts';
import type { ClaimRequest, DeliveryJob } from '../src/store/attempt-log.ts';
import { SealError } from '../src/store/seal.ts';
import { createAtGate, visitUntil } from './at-gate.ts';
import { type AttemptDeps, makeAttempt } from './attempt.ts';
import { type Gate, isGated } from './gate.ts';
import type { Lanes } from './lanes.ts';
import { type Look, lookAt, whyNotSent } from './look.ts';
import { policyOf } from './signed-post.ts';
import { createSleep } from './sleep.ts';

/** The workflow's run on whose behalf a step is taken; kept with the attempt as the link to follow. */
export interface Asker {
  workflowId: string;
  runId: string;
}

export interface StepRequest extends Asker {
  namespace: string;
  deliveryId: string;
  /** Waits for the right to send, before anything is claimed. Without it the step does not wait. */
  enter?: () => Promise<(() => void) | undefined>;
  /** How long it may stay, asleep, for a delivery that is put off and due by then, in ms; unset: not at all. */
  stayMs?: number;
}

/** A step that was called off before it began, or because this process is stopping: nothing was claimed. */
export type Withdrawn = { status: 'withdrawn' };

export type Stepper = ReturnType<typeof createStepper>;

export interface StepDeps extends AttemptDeps {
  lanes: Lanes;
  gate: Gate;
  /** Aborted when this process stops: from then on it begins no attempt, and waits for nobody else's. */
  closing: AbortSignal;
}

/** From a request's deadline until its silence means that its process died: recording takes its time too. */
export const GRACE_MS = 15_000;
/** Bound of a request's length when the policy is not known yet; contract: `timeout.request` is at most 30 s. */
export const LONGEST_REQUEST_MS = 30_000;
const LOOK_AGAIN_MS = 500;
/** A process that has lost its connection to PostgreSQL, and lives, has it again within this time. */
const GONE_FOR_MS = 2_000;
/** How long it holds that the gate let one through. Who waits longer for a slot asks again: else they would gather there, and all leave at once. */
const ADMITTED_MS = 1_000;
/** Bodies of one claim: 128 of 256 KiB are 32 MiB. */
const CLAIMS_TOGETHER = 128;

/**
 * Brings a delivery a step further from whatever state PostgreSQL says it is in: claims and makes the attempt that is
 * due, waits for one that is on its way elsewhere, or says when the next is due. Deliveries that are asked for side by
 * side share their statements.
 */
export function createStepper(deps: StepDeps) {
  // What this process has on its way. Whoever comes for one again awaits it: it is never sent twice.
  const inFlight = new Map<string, { runId: string; look: Promise<Look | Withdrawn> }>();
  const sleep = createSleep(deps.now);
  deps.closing.addEventListener('abort', sleep.close);
  const atGate = createAtGate({ gate: deps.gate, attemptLog: deps.attemptLog, sleep, now: deps.now });
  // Deliveries for which PostgreSQL may hold a claim of ours whose answer never came: nothing was sent for it.
  const unanswered = new Set<string>();
  // Those with an attempt of ours that was sent and could not be recorded: that one is not taken back.
  const unrecorded = new Set<string>();
  const claim = createBatcher<ClaimRequest, DeliveryJob | undefined>({
    run: (requests) => deps.attemptLog.claim(requests, LONGEST_REQUEST_MS),
    maxItems: CLAIMS_TOGETHER,
    concurrency: 2,
  });

  return { step, drain };

  /**
   * Takes a step, or joins the one that is under way for the same run.
   *
   * @throws the driver's error when PostgreSQL is away, SealError when a secret cannot be opened; no attempt is used up
   */
  function step(request: StepRequest): Promise<Look | Withdrawn> {
    const { deliveryId, runId } = request;
    const running = inFlight.get(deliveryId);
    if (running?.runId === runId) return running.look;
    // Whoever only sleeps on it gives way.
    if (running) sleep.wake(deliveryId);
    // A later round must not take an earlier one's outcome for its own: it waits until that is recorded, and looks.
    const turn = running ? running.look.then(ignore, ignore) : Promise.resolve();
    const look = turn.then(() => takeStep(request));
    const entry = { runId, look };
    inFlight.set(deliveryId, entry);
    const done = () => {
      if (inFlight.get(deliveryId) === entry) inFlight.delete(deliveryId);
    };
    look.then(done, done);
    return look;
  }

  /** Resolves once nothing of this process is on its way: to be awaited before it ends. */
  async function drain(): Promise<void> {
    sleep.close();
    await Promise.allSettled([...inFlight.values()].map(({ look }) => look));
  }

  async function takeStep(request: StepRequest): Promise<Look | Withdrawn> {
    const { namespace, deliveryId } = request;
    const visit = visitUntil(deps.now() + (request.stayMs ?? 0));
    let goneSince: number | undefined;
    let admittedUntil = 0;
    for (;;) {
      if (deps.closing.aborted) return { status: 'withdrawn' };
      const leave = request.enter ? await request.enter() : undefined;
      if (request.enter && leave === undefined) return { status: 'withdrawn' };
      const isAdmitted = deps.now() < admittedUntil;
      admittedUntil = 0;
      let job: DeliveryJob | undefined;
      try {
        job = await claimAnswered({ ...request, isAdmitted });
        if (job === undefined) return { status: 'skipped', attempts: 0, reason: 'delivery_not_found' };
        if (job.claimed !== null) return await sendClaimed(job, leave !== undefined);
      } finally {
        leave?.();
      }
      const look = lookAt(job, deps.now());
      if (look.status !== 'open') return look;
      // Whatever else has changed, an attempt that is on its way comes to its end first.
      const { open_number: openNumber, open_deadline_at: deadline } = job;
      if (openNumber !== null && deadline !== null) {
        goneSince = job.open_owner_gone ? (goneSince ?? deps.now()) : undefined;
        const isGone = goneSince !== undefined && deps.now() - goneSince >= GONE_FOR_MS;
        if (isGone || deps.now() > deadline.getTime() + GRACE_MS) await interrupt(job, openNumber);
        else await pause();
        continue;
      }
      const unsendable = whyNotSent(job);
      if (unsendable?.skip) await deps.attemptLog.skip(namespace, deliveryId, unsendable.reason);
      else if (unsendable) await deps.attemptLog.exhaust(namespace, deliveryId, unsendable.reason);
      else if (look.due_in_ms > 0) {
        if (!(await atGate.stay(look, visit))) return look;
      } else if (job.earlier_id !== null) {
        const behind = await atGate.fallBehind(job, look, visit);
        if (behind !== 'again') return behind;
      } else if (isGated(job) && !isAdmitted) {
        const passed = await atGate.ask(job, look, visit);
        if (typeof passed !== 'string') return passed;
        if (passed === 'admitted') admittedUntil = deps.now() + ADMITTED_MS;
      }
      // It was finished, or its claim taken back, between the two looks.
      else await pause();
    }
  }

  /** Claims. What an earlier claim of ours has left, because its answer was lost, is taken back: nobody would send it. */
  async function claimAnswered(
    request: StepRequest & Pick<ClaimRequest, 'isAdmitted'>,
  ): Promise<DeliveryJob | undefined> {
    const { namespace, deliveryId } = request;
    try {
      let job = await claim(request);
      if (unanswered.has(deliveryId) && job?.open_number != null) {
        // Another process's, if it is that, stays.
        await deps.attemptLog.release(namespace, deliveryId, job.open_number);
        job = await claim(request);
      }
      unanswered.delete(deliveryId);
      return job;
    } catch (error) {
      if (!unrecorded.has(deliveryId)) unanswered.add(deliveryId);
      throw error;
    }
  }

  async function sendClaimed(job: DeliveryJob, hasSlot: boolean): Promise<Look> {
    const leave = hasSlot ? undefined : deps.lanes.occupy(job.namespace, job.endpoint_id);
    try {
      const made = await makeAttempt(job, deps).catch((error: unknown) => {
        // With a secret that cannot be opened nothing was sent, and the claim is taken back.
        if (!(error instanceof SealError)) unrecorded.add(job.id);
        throw error;
      });
      unrecorded.delete(job.id);
      const after = {
        ...job,
        body: null,
        attempts: made.number,
        status: made.status,
        exhausted_reason: made.exhaustedReason,
        next_attempt_at: made.nextAttemptAt,
        waits_for: null,
        last_error: made.error,
      };
      return lookAt(after, deps.now());
    } finally {
      leave?.();
    }
  }

  /** The process that had it on its way is gone. It may have arrived, so it counts: a round has no more attempts for crashes. */
  async function interrupt(job: DeliveryJob, number: number): Promise<void> {
    const isLast = number - job.round_base >= policyOf(job).maximumAttempts;
    await deps.attemptLog.interrupt(job.namespace, job.id, number, isLast ? 'maximum_attempts' : null);
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
}

const ignore = () => {};
