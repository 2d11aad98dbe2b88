import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { testServers } from '../servers.ts';
import { until } from '../until.ts';

/** A Temporal namespace of somebody else's, with a plain worker in it. */
export interface TheirNamespace {
  name: string;
  address: string;
  client: Client;
  /** The worker's task queue. */
  taskQueue: string;
  close(): Promise<void>;
}

/** Nobody works on it: what is started there runs until its timeout, or until somebody ends it. */
export const DESERTED = 'deserted';

/** Makes the namespace on the Temporal of this test run. @param name that no other test uses */
export async function theirNamespace(name: string): Promise<TheirNamespace> {
  const { temporalAddress: address } = testServers();
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace: name,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const client = new Client({ connection, namespace: name });
  const isThere = () =>
    client.workflow.count().then(
      () => true,
      () => false,
    );
  await until(isThere, `the namespace ${name}`);
  const native = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection: native,
    namespace: name,
    taskQueue: 'orders',
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    }),
    activities: {
      async charge(order: string): Promise<string> {
        throw ApplicationFailure.nonRetryable(`the card of ${order} was declined`, 'CardDeclined');
      },
    },
  });
  const running = worker.run();
  return {
    name,
    address,
    client,
    taskQueue: 'orders',
    async close() {
      worker.shutdown();
      await running;
      await native.close();
      await connection.close();
    },
  };
}
