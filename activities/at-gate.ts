import { nextLookBehind } from '../src/domain/message-order.ts';
import type { AttemptLog, DeliveryJob } from '../src/store/attempt-log.ts';
import type { Gate } from './gate.ts';
import type { Look } from './look.ts';
import type { Sleep } from './sleep.ts';

/** A step's visit to the gate: what it has to remember from one look to the next. */
export interface Visit {
  /** By when a delivery that is put off must be due for the step to stay with it, in epoch ms. */
  stayUntil: number;
  hasLookedAgain: boolean;
  heldSince: number | undefined;
  heldPauseMs: number;
}

type OpenLook = Extract<Look, { status: 'open' }>;

/** Whoever holds an endpoint's row does so for moments; one that is held longer is not waited for here. */
const HELD_FOR_MS = 10_000;
/** Between looks at a held row: soon, and then less often. */
const FIRST_HELD_PAUSE_MS = 50;
const LONGEST_HELD_PAUSE_MS = 1_000;

export const visitUntil = (stayUntil: number): Visit => ({
  stayUntil,
  hasLookedAgain: false,
  heldSince: undefined,
  heldPauseMs: FIRST_HELD_PAUSE_MS,
});

export interface AtGateDeps {
  gate: Gate;
  attemptLog: Pick<AttemptLog, 'putBehind'>;
  sleep: Sleep;
  now: () => number;
}

/** What a step does at its endpoint's gate, over who decides there; and behind an earlier message, which is before it. */
export function createAtGate({ gate, attemptLog, sleep, now }: AtGateDeps) {
  return { ask, stay, fallBehind };

  /**
   * Asks for a delivery that is due, and waits where it is worth it.
   *
   * @returns `admitted`, to be claimed now; `again`, to be looked at once more; or how it stands, to be left at that
   */
  async function ask(job: DeliveryJob, look: OpenLook, visit: Visit): Promise<'admitted' | 'again' | OpenLook> {
    const answer = await gate(job, visit.hasLookedAgain);
    if (answer.kind !== 'busy') visit.heldSince = undefined;
    switch (answer.kind) {
      case 'go':
        return (await pause(job, answer.afterMs)) ? 'admitted' : { ...look, due_in_ms: answer.afterMs };
      case 'look_again':
        visit.hasLookedAgain = true;
        return (await pause(job, answer.afterMs)) ? 'again' : { ...look, due_in_ms: answer.afterMs };
      case 'put_off': {
        const putOff = { ...job, next_attempt_at: new Date(answer.until), waits_for: answer.waitsFor };
        const standing = { ...look, job: putOff, due_in_ms: Math.max(1, answer.until - now()) };
        return (await stay(standing, visit)) ? 'again' : standing;
      }
      case 'busy': {
        visit.heldSince ??= now();
        const pauseMs = visit.heldPauseMs;
        visit.heldPauseMs = Math.min(pauseMs * 2, LONGEST_HELD_PAUSE_MS);
        const isHeldLong = now() - visit.heldSince > HELD_FOR_MS;
        return !isHeldLong && (await pause(job, pauseMs)) ? 'again' : { ...look, due_in_ms: HELD_FOR_MS };
      }
      // Its round is over, as the next look tells.
      case 'give_up':
        return 'again';
    }
  }

  /**
   * Puts off a delivery that is due, for an earlier message has to go before it. It asks at no gate meanwhile: its turn
   * would be wasted.
   *
   * @returns `again`, to be looked at once more; or how it stands, to be left at that
   */
  async function fallBehind(job: DeliveryJob, look: OpenLook, visit: Visit): Promise<'again' | OpenLook> {
    const until = nextLookBehind(job.earlier_due_at?.getTime() ?? now(), now());
    await attemptLog.putBehind(job, new Date(until));
    const behind: DeliveryJob = { ...job, next_attempt_at: new Date(until), waits_for: 'earlier_message' };
    const standing = { ...look, job: behind, due_in_ms: Math.max(1, until - now()) };
    return (await stay(standing, visit)) ? 'again' : standing;
  }

  /** Sleeps until a delivery that was put off is due. @returns false where that is too long, or it was woken before */
  async function stay({ job, due_in_ms: dueInMs }: OpenLook, { stayUntil }: Visit): Promise<boolean> {
    if (job.waits_for === null || now() + dueInMs > stayUntil) return false;
    return await sleep.for(job.id, dueInMs);
  }

  /** @returns false where the process is about to end */
  async function pause(job: DeliveryJob, ms: number): Promise<boolean> {
    return ms <= 0 || (await sleep.for(job.id, ms, 'to its end'));
  }
}
