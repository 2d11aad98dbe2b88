import { condition, continueAsNew, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import { type AlertWorkflowInput, lookSignal } from './contract.ts';
import { resilient } from './resilient.ts';
import { inert } from './text.ts';

/** Each costs three events of a history: far below Temporal's own suggestion, so that a history stays readable. */
const SIGNALS_PER_RUN = 500;

/**
 * One key of a stateful rule, for as long as time alone may change it: it looks when that may be, and when it is told
 * that something has changed. State and decisions are in PostgreSQL; this keeps the time, and shows a person where it
 * stands. It ends once the key is idle and normal.
 */
export async function alertWorkflow(input: AlertWorkflowInput): Promise<string> {
  let isAsked = false;
  let signals = 0;
  setHandler(
    lookSignal,
    () => {
      isAsked = true;
      signals += 1;
    },
    { description: 'Looks at the key now. No input needed.' },
  );
  for (;;) {
    isAsked = false;
    const seen = await resilient.lookAtAlert(input);
    setCurrentDetails(inert(seen.details));
    if (isAsked) continue;
    if (seen.is_over) return seen.details;
    if (signals >= SIGNALS_PER_RUN || workflowInfo().continueAsNewSuggested) {
      // A signal that comes now makes Temporal refuse this and run the task again, with the signal in it.
      await continueAsNew<typeof alertWorkflow>(input);
    }
    if (seen.look_in_ms === null) await condition(() => isAsked);
    else await condition(() => isAsked, Math.max(1, seen.look_in_ms));
  }
}
