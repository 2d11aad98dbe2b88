import { continueAsNew, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { SourceActivities } from '../activities/temporal-source/index.ts';
import { sourcesTaskQueue, type TemporalSourceInput, type WatchedRound } from './contract.ts';
import { inert } from './text.ts';

/** Rounds of one run: of five minutes each, most of a day. */
const ROUNDS_PER_RUN = 200;

const { watchTemporalSource } = proxyActivities<SourceActivities>({
  taskQueue: sourcesTaskQueue,
  // A round ends by itself after five minutes; one that does not is given up, and another process goes on.
  startToCloseTimeout: '15m',
  heartbeatTimeout: '15s',
  // Tried for ever: what fails here is our own PostgreSQL or Temporal. A watched cluster's failures are the round's result.
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/**
 * Watches a Temporal namespace of somebody else's for as long as its row is there: one long activity after the other, with
 * no timer and no task for a poll. Cancelled or terminated while the row is there, it is begun again within half a minute.
 */
export async function temporalSourceWorkflow(input: TemporalSourceInput): Promise<void> {
  const since = input.resume?.since ?? new Date().toISOString();
  let told = input.resume?.told ?? 0;
  for (let rounds = 1; ; rounds += 1) {
    const round = await watchTemporalSource({ namespace: input.namespace, source_id: input.source_id });
    if (round.is_gone) {
      setCurrentDetails('The source was deleted: it is not watched any more.');
      return;
    }
    told += round.told;
    setCurrentDetails(describe(round, told, since));
    if (rounds >= ROUNDS_PER_RUN || workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof temporalSourceWorkflow>({ ...input, resume: { told, since } });
    }
  }
}

function describe(round: WatchedRound, told: number, since: string): string {
  const which = round.query === null ? 'all workflows' : `workflows with \`${inert(round.query)}\``;
  return [
    `**${inert(round.name)}** watches ${which} of the namespace ${inert(round.temporal_namespace)} at ${inert(round.address)}.`,
    round.error === null
      ? `Last looked at ${round.polled_at}; all that closed is told until ${round.closed_through ?? 'now: nothing has yet'}.`
      : `**It fails**: ${inert(round.error)} It is tried again, and nothing is lost: it was well until ${round.polled_at ?? 'never'}.`,
    `${told} events told since ${since}. While a round is under way, its heartbeats say more (Pending Activities).`,
  ].join('\n\n');
}
