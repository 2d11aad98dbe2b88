// A Temporal application, as small as it can be: a worker, and a workflow whose activity fails. What makes it tell Exosphere
// Alerts of its workflows is one line: `plugins`.
import { fileURLToPath } from 'node:url';
import { ExosphereAlerts } from '@exosphere/alerts';
import { exosphereAlerts } from '@exosphere/alerts/temporal';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';

const {
  ALERTS = 'http://127.0.0.1:8080',
  KEY = '',
  TEMPORAL_ADDRESS: address = '127.0.0.1:7233',
  TEMPORAL_NAMESPACE: namespace = 'default',
} = process.env;
const taskQueue = 'nightly';

const activities = {
  async load(table) {
    throw new Error(`the warehouse has no table ${table}`);
  },
};

const emitter = new ExosphereAlerts({ url: ALERTS, apiKey: KEY });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  activities,
  plugins: [exosphereAlerts({ emitter, address })],
});

const clientConnection = await Connection.connect({ address });
const client = new Client({ connection: clientConnection, namespace });
try {
  await worker.runUntil(async () => {
    const workflowId = `nightly-import-${Date.now()}`;
    const options = { taskQueue, workflowId, args: ['orders'] };
    await client.workflow.execute('nightlyImport', options).then(
      () => process.stdout.write(`${workflowId} has succeeded, which nobody expected.\n`),
      () => process.stdout.write(`${workflowId} has failed.\n`),
    );
  });
} finally {
  await emitter.close();
  await clientConnection.close();
  await connection.close();
}
