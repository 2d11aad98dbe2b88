import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { exosphereAlerts, type WorkerPluginOptions } from '@exosphere/alerts/temporal';
import { Client, type ConnectionLike } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { activities } from './activities.ts';

const WORKFLOWS = fileURLToPath(new URL('./workflows.ts', import.meta.url));

/** A program of somebody who uses the SDK: a worker on a task queue of its own, and a client. */
export interface Caller {
  client: Client;
  taskQueue: string;
  /** Starts a workflow of `workflows.ts` on the task queue. */
  start(workflowType: string, options?: { args?: unknown[]; workflowId?: string; retry?: object }): Promise<Started>;
  stop(): Promise<void>;
}

export type Started = Awaited<ReturnType<Client['workflow']['start']>>;

/** @param plugin without it the bundle has no interceptors */
export function bundleCallers(plugin?: WorkerPluginOptions): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    logger: new DefaultLogger('WARN'),
    ...(plugin === undefined ? {} : { plugins: [exosphereAlerts(plugin)] }),
  });
}

export async function startCaller(options: {
  temporalAddress: string;
  temporalNamespace: string;
  connection: ConnectionLike;
  plugin: WorkerPluginOptions;
  /** Absent: the plugin has the worker make it. */
  workflowBundle?: WorkflowBundle;
}): Promise<Caller> {
  const { temporalAddress, temporalNamespace: namespace, connection, plugin, workflowBundle } = options;
  const native = await NativeConnection.connect({ address: temporalAddress });
  const taskQueue = `callers-${randomUUID()}`;
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue,
    ...(workflowBundle === undefined ? { workflowsPath: WORKFLOWS } : { workflowBundle }),
    activities,
    plugins: [exosphereAlerts(plugin)],
  });
  const running = worker.run();
  const client = new Client({ connection, namespace });
  return {
    client,
    taskQueue,
    start: (workflowType, { args = [], workflowId = `${workflowType}-${randomUUID()}`, retry } = {}) =>
      client.workflow.start(workflowType, { taskQueue, workflowId, args, ...(retry === undefined ? {} : { retry }) }),
    async stop() {
      worker.shutdown();
      await running;
      await native.close();
    },
  };
}
