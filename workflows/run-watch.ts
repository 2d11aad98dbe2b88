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
  // A worker tells of a time only if none that it told before, and that is still to come, is sooner. Others tell of theirs:
  // what one may rely on, a look for another must not put off, so every time that was meant once is kept. A new run of the
  // workflow begins without them, and with a look at once.
  let times: number[] = [];
  for (let looks = 1; ; looks += 1) {
    isAsked = false;
    const seen = await resilient.lookAtRuns(input);
    setCurrentDetails(seen.details);
    if (isAsked) continue;
    const now = Date.now();
    times = times.filter((time) => time > now);
    if (seen.look_in_ms === null && wasIdle && times.length === 0) return;
    wasIdle = seen.look_in_ms === null;
    if (looks >= LOOKS_PER_RUN || workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof runWatchWorkflow>(input);
    }
    times.push(now + Math.max(1, seen.look_in_ms ?? IDLE_MS));
    await condition(() => isAsked, Math.min(...times) - now);
  }
}
