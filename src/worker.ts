import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundle } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import { taskQueue } from '../workflows/contract.ts';
import { dataConverter, type Temporal } from './temporal.ts';

/** What activities are given to end before Temporal cancels them: longer than `CUT_OFF_MS` of service.ts, which ends them. */
const SHUTDOWN_GRACE_MS = 20_000;

/** The workflows' code as one script for Temporal's sandbox: made once in a process (1.2 s). */
export function bundleWorkflows(): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    ...dataConverter,
    logger: new DefaultLogger('WARN'),
  });
}

/** Makes the worker of the task queue, not running yet. */
export function createWorker(options: {
  temporal: Temporal;
  workflowBundle: WorkflowBundle;
  activities: Activities;
  identity: string;
}): Promise<Worker> {
  const { temporal, workflowBundle, activities, identity } = options;
  return Worker.create({
    connection: temporal.connection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle,
    activities,
    identity,
    dataConverter,
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    // An attempt waits on a receiver for up to 30 s and costs next to nothing meanwhile: many fit side by side.
    maxConcurrentActivityTaskExecutions: 500,
    maxConcurrentLocalActivityExecutions: 200,
    maxConcurrentWorkflowTaskExecutions: 100,
  });
}
