import { continueAsNew, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { type RetentionInput, type RetentionProgress, type RetentionStep, retentionSteps } from './contract.ts';

const { beginRetention, retain } = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

const NAMES: Record<RetentionStep, string> = {
  expired_dead_letters: 'expired dead letters discarded',
  deliveries: 'deliveries with their attempts',
  events: 'events',
  closed_dead_letters: 'closed dead letters',
  event_keys: 'idempotency keys',
  service_events: "the service's own events",
  alerts: 'resolved alerts',
  silences: 'silences that ended',
  alert_states: 'states of deleted rules',
};

/**
 * Removes what has been kept for long enough, in small batches, by the settings of the worker. Started by the Schedule
 * `exosphere-retention`; a cancelled or terminated run loses nothing, for the next goes on with what is left.
 */
export async function retentionWorkflow(input: RetentionInput = {}): Promise<RetentionProgress['removed']> {
  let progress = input.resume ?? (await beginRetention());
  const batch = input.batch === undefined ? {} : { batch: input.batch };
  describe(progress);
  while (progress.step !== null) {
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof retentionWorkflow>({ ...input, resume: progress });
    }
    progress = await retain({ progress, ...batch });
    describe(progress);
  }
  return progress.removed;
}

function describe({ cutoffs, step, removed }: RetentionProgress): void {
  const bound = (name: string, time: string | null) => `${name}: ${time === null ? 'kept for ever' : `before ${time}`}`;
  setCurrentDetails(
    [
      step === null ? '**Done.**' : `**Working on**: ${NAMES[step]}`,
      [
        bound('History that ended', cutoffs.history),
        bound('idempotency keys made', cutoffs.dedup),
        bound('dead letters waiting since', cutoffs.dead_letters),
      ].join('; '),
      `Removed: ${retentionSteps.map((name) => `${removed[name] ?? 0} ${NAMES[name]}`).join(', ')}.`,
    ].join('\n\n'),
  );
}
