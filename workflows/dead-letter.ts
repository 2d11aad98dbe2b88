import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type DeadLetterInput,
  type DeadLetterStatus,
  type Decided,
  type DeliveryWorkflow,
  deliveryWorkflowId,
  discardSignal,
  retrySignal,
  type SettledDelivery,
  statusAttribute,
  statusQuery,
} from './contract.ts';
import { resilient } from './resilient.ts';
import { inert, summarise } from './text.ts';

const INSTRUCTIONS =
  'Mend the receiver, then *More Actions → Send a Signal* → `retry` (no input). `discard` gives it up for good. Nothing is lost while it waits.';

/**
 * A delivery that could not be made, waiting for a person. One run stays open from parking to success or
 * discard; it is worked from the Web UI's *Send a Signal*, from the Temporal CLI and from the REST API alike.
 */
export async function deadLetterWorkflow(input: DeadLetterInput): Promise<string> {
  const status: DeadLetterStatus = {
    phase: 'parking',
    reason: input.reason,
    rounds: input.rounds ?? 1,
    last_decision: null,
  };
  let decision: 'retry' | 'discard' | undefined;
  let why: string | undefined;
  const decide = (what: 'retry' | 'discard') => (given?: Decided) => {
    // A retry during a round would send twice what one round may yet deliver.
    if (what === 'retry' && (status.phase === 'in_round' || decision === 'discard')) return;
    decision = what;
    why = typeof given?.reason === 'string' ? given.reason : undefined;
  };
  setHandler(retrySignal, decide('retry'), {
    description: 'Sends it again, for a fresh round of its retry policy. No input needed.',
  });
  setHandler(discardSignal, decide('discard'), { description: 'Gives it up for good. No input needed.' });
  setHandler(statusQuery, () => status, { description: 'Where it stands: phase, reason, rounds, last decision.' });
  const delivery = { namespace: input.namespace, delivery_id: input.delivery_id };
  const close = (outcome: string): string => {
    status.phase = 'closed';
    status.last_decision = outcome;
    upsertSearchAttributes([statusAttribute(outcome)]);
    setCurrentDetails(`Closed: ${outcome}.`);
    return outcome;
  };

  try {
    return await untilClosed();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // Nobody waits here any more, but nothing is lost: it stays parked, and a retry by the API starts a new run.
    await CancellationScope.nonCancellable(() => resilient.park({ ...delivery, reason: status.reason }));
    throw error;
  }

  async function untilClosed(): Promise<string> {
    for (;;) {
      const parked = await resilient.park({ ...delivery, reason: status.reason });
      if (parked.closed !== undefined) return close(parked.closed);
      status.phase = 'waiting';
      setCurrentDetails(`${inert(parked.details)}\n\n${INSTRUCTIONS}`);

      const begun = await untilRound(parked.details);
      if (begun.closed !== undefined) return close(begun.closed);
      status.phase = 'in_round';
      status.rounds = begun.round;
      status.last_decision = why === undefined ? 'retry' : `retry: ${why}`;
      // A retry that came while this round was being readied is this very round.
      if (decision === 'retry') decision = undefined;
      upsertSearchAttributes([statusAttribute('retrying')]);
      const asked = why === undefined ? '' : ` Asked for: ${inert(why)}.`;
      setCurrentDetails(`Round ${begun.round} runs as ${deliveryWorkflowId(input.delivery_id)}.${asked}`);
      const settled = await runRound(input);
      if (settled.status !== 'exhausted') {
        await resilient.settleDeadLetter({ ...delivery, status: settled.status });
        return close(settled.status);
      }
      status.phase = 'parking';
      status.reason = settled.reason;
      upsertSearchAttributes([statusAttribute('dead_lettered')]);
      // Signals that came meanwhile must be handled by this run: none may be lost to the next.
      if (workflowInfo().continueAsNewSuggested && decision === undefined) {
        await continueAsNew<typeof deadLetterWorkflow>({ ...input, reason: status.reason, rounds: status.rounds });
      }
    }
  }

  /** Waits for a decision that can be carried out: a refused retry leaves it parked, and its details say why. */
  async function untilRound(details: string): Promise<{ round: number; closed?: undefined } | { closed: string }> {
    for (;;) {
      await condition(() => decision !== undefined);
      if (decision === 'discard') {
        await resilient.discard({ ...delivery, reason: why ?? 'discarded by a person' });
        return { closed: 'discarded' };
      }
      decision = undefined;
      const begun = await resilient.beginRound(delivery);
      if (begun.refused === undefined) return begun;
      status.last_decision = `retry refused: ${begun.refused}`;
      setCurrentDetails(`**Retry refused**: ${begun.refused}\n\n${inert(details)}\n\n${INSTRUCTIONS}`);
    }
  }
}

/** A fresh round of the present policy, as the delivery's own workflow; whatever ends it, the dead letter goes on. */
async function runRound(input: DeadLetterInput): Promise<SettledDelivery> {
  for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, 60_000)) {
    try {
      return await executeChild<DeliveryWorkflow>('deliveryWorkflow', {
        workflowId: deliveryWorkflowId(input.delivery_id),
        args: [{ namespace: input.namespace, delivery_id: input.delivery_id, for_dead_letter: true }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        typedSearchAttributes: workflowInfo().typedSearchAttributes.updateCopy([statusAttribute('retrying')]),
        staticSummary: summarise('A further round, asked for by a person'),
      });
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (error instanceof WorkflowExecutionAlreadyStartedError) {
        // The workflow that parked this dead letter has not quite closed yet, or an earlier run's round still runs.
        await sleep(pauseMs);
        continue;
      }
      if (!(error instanceof ChildWorkflowFailure)) throw error;
      return {
        status: 'exhausted',
        attempts: 0,
        reason: 'round_interrupted',
        what: 'A further round',
        last_error: error.cause?.message ?? error.message,
      };
    }
  }
}
