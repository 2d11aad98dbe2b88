/*
 * The floor: a bare program of the service's shape on the same Temporal server. HTTP in, an eager start, a local
 * activity that decides nothing, one child, one POST. No PostgreSQL, no rules, no signature, no record.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import got from 'got';

const [temporalAddress = '', namespace = '', taskQueue = '', receiverUrl = ''] = process.argv.slice(2);

const activities = {
  match: async (_event: unknown): Promise<boolean> => true,
  post: async (event: unknown): Promise<void> => {
    await got.post(receiverUrl, { json: event, retry: { limit: 0 }, timeout: { request: 10_000 } });
  },
};
export type FloorActivities = typeof activities;

const logger = new DefaultLogger('WARN');
Runtime.install({ logger, shutdownSignals: [] });
const connection = await NativeConnection.connect({ address: temporalAddress });
const client = new Client({ connection, namespace });
const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url));
const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  workflowBundle,
  activities,
  // As the service's (src/worker.ts): with the SDK's own, smaller limits most starts under load would not be eager,
  // and the floor would be no floor.
  maxConcurrentLocalActivityExecutions: 200,
  maxConcurrentWorkflowTaskExecutions: 100,
});
const running = worker.run();

/** The start of the workflow is the acceptance, as in the service. */
const accept = (event: { id: string }) =>
  client.workflow.start('floorEvent', {
    taskQueue,
    workflowId: `floor/${event.id}`,
    args: [event],
    requestEagerStart: true,
  });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    accept(JSON.parse(Buffer.concat(chunks).toString('utf8')) as { id: string }).then(
      () => response.writeHead(202).end(),
      (error: unknown) => response.writeHead(503).end(String(error)),
    );
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
// A Ctrl-C reaches every process of the terminal; ours is told by its parent when to end.
process.on('SIGINT', () => {});
// A parent that was killed tells nothing.
process.once('disconnect', () => process.exit(1));
process.once('SIGTERM', async () => {
  process.removeAllListeners('disconnect');
  server.close();
  server.closeAllConnections();
  worker.shutdown();
  await running;
  await connection.close();
  process.disconnect?.();
});
