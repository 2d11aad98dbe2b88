/*
 * A worker of somebody who uses the SDK, as a process of its own, to be killed. Arguments: Temporal's address, the namespace,
 * the task queue, the file with the bundle of its workflows.
 */
import { createTemporalEmitter, exosphereAlerts } from '@exosphere/alerts/temporal';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { activities } from './activities.ts';

const [address = '', namespace = '', taskQueue = '', codePath = ''] = process.argv.slice(2);

Runtime.install({ logger: new DefaultLogger('ERROR') });
const connection = await NativeConnection.connect({ address });
const emitter = createTemporalEmitter({ client: new Client({ connection, namespace }), namespace: 'default' });
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  workflowBundle: { codePath },
  activities,
  // What one that is killed had in its cache is given to another after this.
  stickyQueueScheduleToStartTimeout: '1s',
  plugins: [exosphereAlerts({ emitter, address })],
});
process.send?.('ready');
await worker.run();
await connection.close();
process.disconnect?.();
