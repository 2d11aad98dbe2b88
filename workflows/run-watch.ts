import { condition, continueAsNew, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import { lookSignal, type RunWatchInput } from './contract.ts';
import { resilient } from './resilient.ts';

/** With no run open it stays for this long: the next one is then no workflow's start. */
const IDLE_MS = 10 * 60_000;
const LOOKS_PER_RUN = 500;

/**
 * Watches the open runs of a namespace's `duration` rules, a sixteenth of them: it sleeps until the earliest may have run
 * too long, and then has it looked at. A run that ends in time is a row that goes, and nothing here.
 */
export async function runWatchWorkflow(input: RunWatchInput): Promise<void> {
  let isAsked = false;
  setHandler(
    lookSignal,
    () => {
      isAsked = true;
    },
    { description: 'Looks for the earliest open run now. No input needed.' },
  );
  let wasIdle = false;
  for (let looks = 1; ; looks += 1) {
    isAsked = false;
    const seen = await resilient.lookAtRuns(input);
    setCurrentDetails(seen.details);
    if (isAsked) continue;
    if (seen.look_in_ms === null && wasIdle) return;
    wasIdle = seen.look_in_ms === null;
    if (looks >= LOOKS_PER_RUN || workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof runWatchWorkflow>(input);
    }
    await condition(() => isAsked, Math.max(1, seen.look_in_ms ?? IDLE_MS));
  }
}
