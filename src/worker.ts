import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundle } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import type { SourceActivities } from '../activities/temporal-source/index.ts';
import { sourcesTaskQueue, taskQueue } from '../workflows/contract.ts';
import { dataConverter, type Temporal } from './temporal.ts';
import { version } from './version.ts';

/** What activities are given to end before Temporal cancels them: longer than `CUT_OFF_MS` of service.ts, which ends them. */
const SHUTDOWN_GRACE_MS = 20_000;

/**
 * The workflows' code as one script for Temporal's sandbox: made once in a process (1.2 s).
 *
 * @param deploymentName of the Worker Deployment; undefined: none
 */
export function bundleWorkflows(deploymentName?: string): Promise<WorkflowBundle> {
  const entry = deploymentName === undefined ? 'index' : 'versioned';
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`../workflows/${entry}.ts`, import.meta.url)),
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
  deploymentName: string | undefined;
}): Promise<Worker> {
  const { temporal, workflowBundle, activities, identity, deploymentName } = options;
  return Worker.create({
    connection: temporal.connection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle,
    activities,
    identity,
    dataConverter,
    ...versioning(deploymentName),
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    // An attempt waits on a receiver for up to 30 s and costs next to nothing meanwhile: many fit side by side.
    maxConcurrentActivityTaskExecutions: 500,
    maxConcurrentLocalActivityExecutions: 200,
    maxConcurrentWorkflowTaskExecutions: 100,
  });
}

/**
 * Makes the worker that watches Temporal namespaces, not running yet: activities alone, each of them for minutes. They end
 * at once when it stops, for another process goes on with them. It is no version of a deployment: what it does for a
 * workflow is the same for all.
 */
export function createSourcesWorker(options: {
  temporal: Temporal;
  activities: SourceActivities;
  identity: string;
}): Promise<Worker> {
  const { temporal, activities, identity } = options;
  return Worker.create({
    connection: temporal.connection,
    namespace: temporal.namespace,
    taskQueue: sourcesTaskQueue,
    activities,
    identity,
    dataConverter,
    shutdownGraceTime: 0,
    // One for each source, all the time; next to nothing while nothing closes.
    maxConcurrentActivityTaskExecutions: 1_000,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    // Else the SDK holds them back for 12 of the 15 s after which the process is taken for dead, and a busy one were.
    maxHeartbeatThrottleInterval: '5s',
  });
}

/**
 * As a version of a Worker Deployment. What runs for long goes on with the new code, held to it by the replay tests; what
 * `workflows/versioned.ts` pins stays with the version that began it. Without a name the server hears of no version.
 */
function versioning(deploymentName: string | undefined) {
  if (deploymentName === undefined) return {};
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId: version },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  } as const;
}
