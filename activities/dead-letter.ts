import { ApplicationFailure } from '@temporalio/common';
import type { DeadLetterLog } from '../src/store/dead-letter-log.ts';
import type { AttemptDeps } from './attempt.ts';

type Ref = { namespace: string; delivery_id: string };

/** `closed` names how the delivery had ended already; otherwise it is parked, and `details` says what is known. */
export type ParkResult = { closed: string; details?: undefined } | { closed?: undefined; details: string };
/** A round has begun, or was refused with a sentence for a person, or there is nothing left to send. */
export type BeginRoundResult =
  | { closed: string; refused?: undefined; round?: undefined }
  | { refused: string; closed?: undefined; round?: undefined }
  | { round: number; closed?: undefined; refused?: undefined };

const refusals = {
  switched_off: 'the endpoint is switched off; switch it on (PATCH is_active: true) and retry',
  disabled: 'the endpoint is disabled; mend the receiver, re-enable the endpoint (PATCH is_active: true) and retry',
};

/** The dead letter's steps in PostgreSQL; each is safe to repeat. */
export function createDeadLetterActivities(deadLetters: DeadLetterLog, judge: AttemptDeps['judge']) {
  return {
    async park(input: Ref & { reason: string }): Promise<ParkResult> {
      // Before anybody can read that it is parked: then they can read what that means for its endpoint.
      if ((await judge(input.namespace, input.delivery_id)) === 'busy') {
        throw ApplicationFailure.retryable('Somebody is editing the endpoint; its health is judged after that', 'Busy');
      }
      const parked = await deadLetters.park(input.namespace, input.delivery_id, input.reason);
      if (parked === undefined) return { closed: 'gone' };
      if (parked.closed !== undefined) return await closedAs(input, parked.closed);
      return {
        details: [
          `${parked.endpoint_name} did not take ${parked.event_type} (event ${parked.event_id}, rule ${parked.rule_name}).`,
          `Last: ${parked.last_error ?? input.reason}. Attempts so far: ${parked.attempts}, rounds: ${parked.round}.`,
        ].join('\n\n'),
      };
    },

    async beginRound(input: Ref): Promise<BeginRoundResult> {
      const begun = await deadLetters.beginRound(input.namespace, input.delivery_id);
      if (begun.begun) return { round: begun.round };
      if (begun.closed !== undefined) return await closedAs(input, begun.closed);
      if (begun.endpoint !== 'gone') return { refused: refusals[begun.endpoint] };
      await deadLetters.close(input.namespace, input.delivery_id, 'skipped', 'endpoint_deleted');
      return { closed: 'skipped' };
    },

    async discard(input: Ref & { reason: string }): Promise<void> {
      await deadLetters.close(input.namespace, input.delivery_id, 'discarded', input.reason);
    },

    async settleDeadLetter(input: Ref & { status: 'succeeded' | 'skipped' }): Promise<void> {
      await deadLetters.settle(input.namespace, input.delivery_id, input.status);
    },
  };
  /** The delivery has ended by itself, as when an answer came that nobody waited for any more: so has its dead letter. */
  async function closedAs({ namespace, delivery_id }: Ref, status: string): Promise<{ closed: string }> {
    if (status === 'succeeded' || status === 'skipped' || status === 'discarded') {
      await deadLetters.settle(namespace, delivery_id, status);
    }
    return { closed: status };
  }
}
