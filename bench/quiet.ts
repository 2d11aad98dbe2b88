import { waitUntil } from '../src/embedded/wait-until.ts';
import type { Program } from './program.ts';

const QUIET_WITHIN_MS = 180_000;
/** They last as long as an alert fires, a run is open or a source is there, and cost nothing, or not much, meanwhile. */
const WAITING_FOR_TIME = ['alertWorkflow', 'runWatchWorkflow', 'temporalSourceWorkflow'];

/**
 * Resolves once none of the program's workflows that have work is open any more. Temporal lists a workflow a moment after it starts,
 * so it has to be so twice.
 *
 * @throws Error when one stays open
 */
export async function untilQuiet({ temporal, taskQueue, name }: Program): Promise<void> {
  const others = WAITING_FOR_TIME.map((type) => ` AND WorkflowType != '${type}'`).join('');
  const open = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'${others}`;
  let quiet = 0;
  const closed = async () => {
    quiet = (await temporal.workflow.count(open)).count === 0 ? quiet + 1 : 0;
    return quiet === 2;
  };
  if (await waitUntil(closed, { timeoutMs: QUIET_WITHIN_MS, everyMs: 200 })) return;
  throw new Error(`Workflows of the ${name} were still open ${QUIET_WITHIN_MS / 1000} s after all had arrived.`);
}
