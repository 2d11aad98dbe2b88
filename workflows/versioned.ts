import { setWorkflowOptions } from '@temporalio/workflow';
import { eventWorkflow } from './event.ts';

/**
 * The bundle's entry for a worker that is a version of a Worker Deployment (a server refuses these options of any other).
 * What is about events ends within seconds: it ends on the version that began it. All else upgrades by itself, which is
 * such a worker's default.
 */
export * from './index.ts';

setWorkflowOptions({ versioningBehavior: 'PINNED' }, eventWorkflow);
