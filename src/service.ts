import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { ConnectionOptions } from '@temporalio/client';
import type { WorkflowBundle } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createHandover } from '../activities/handover.ts';
import { createSender } from '../activities/http/send.ts';
import { createActivities } from '../activities/index.ts';
import { createPacer, type Pacer } from '../activities/pacer.ts';
import { createAuthenticate } from './api/auth.ts';
import { docsPage } from './api/docs-page.ts';
import { type HealthDeps, healthRoutes } from './api/health.ts';
import { type ApiParts, createApiRoutes } from './api/index.ts';
import { answerUnreadable } from './api/unreadable.ts';
import { createWorkflowLink } from './api/workflow-link.ts';
import { createApp } from './app.ts';
import { createDeadLetterControl } from './dead-letter-control.ts';
import { createAddressPolicy } from './domain/address-ranges.ts';
import { createIdFactory, createUlidFactory } from './domain/ids.ts';
import { createIntake, type IntakeDeps } from './intake/intake.ts';
import { StartError } from './start-error.ts';
import { createAttemptLog } from './store/attempt-log.ts';
import { type Database, openDatabase } from './store/database.ts';
import { createDeadLetterLog } from './store/dead-letter-log.ts';
import { createEventLog } from './store/event-log.ts';
import { createSealer } from './store/seal.ts';
import { holdWorkerLease } from './store/worker-lease.ts';
import { connectTemporal, isTemporalReachable, type Temporal } from './temporal.ts';
import { urlHost } from './url-host.ts';
import { bundleWorkflows, createWorker } from './worker.ts';

/** All that a process of the service is made from. Nothing in here is read from anywhere else. */
export interface ServiceOptions {
  role: 'all' | 'api' | 'worker';
  http: { host: string; port: number };
  /** Base of links, without a trailing slash. */
  publicUrl: string | undefined;
  databaseUrl: string;
  temporal: { connection: ConnectionOptions; namespace: string; uiUrl: string | undefined };
  apiKey: string | undefined;
  encryptionKeys: string;
  allowHttp: boolean;
  allowedSubnets: string[];
  log: Logger;
  now: () => number;
  random: () => number;
  randomBytes: (size: number) => Uint8Array;
  /** More routers beside the API: the embedded default's inbox. */
  extra?: Parameters<typeof createApp>[0]['extra'];
  /** A bundle made before, for many services in one process (tests). */
  workflowBundle?: WorkflowBundle;
}

/** A running service. */
export interface Service {
  /** `http://127.0.0.1:8080` */
  url: string;
  /** Rejects when the worker fails by itself; resolves when the service has stopped. */
  done: Promise<void>;
  /** Takes no more requests and tasks, lets those under way end, and closes every connection. */
  stop(): Promise<void>;
}

/**
 * Starts the API, the worker, or both, on a PostgreSQL and a Temporal that are there already.
 *
 * @throws StartError when PostgreSQL or Temporal cannot be used, or the port is taken
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const cleanUps: (() => Promise<unknown>)[] = [];
  const undo = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const database = await openDatabaseOrExplain(options.databaseUrl);
    cleanUps.push(() => database.close());
    const temporal = await connectTemporal(options.temporal.connection, options.temporal.namespace);
    cleanUps.push(() => temporal.connection.close());
    const pacer = createPacer(() => performance.now());
    const worker = options.role === 'api' ? undefined : await startWorker(options, database, temporal, pacer);
    if (worker) cleanUps.push(worker.stop);
    const server = await listen(
      createHttp(options, database, temporal, { worker: worker?.onLists, tellStart: pacer.tell }),
      options.http,
    );
    cleanUps.push(() => close(server));
    const { port } = server.address() as AddressInfo;
    const stopped = Promise.withResolvers<void>();
    const done = worker ? Promise.race([stopped.promise, worker.failed]) : stopped.promise;
    // Whoever does not wait for it hears of a failure by its log.
    done.catch((error: unknown) => options.log.fatal({ err: error }, 'the worker failed'));
    return {
      url: `http://${urlHost(options.http.host)}:${port}`,
      done,
      async stop() {
        await undo();
        stopped.resolve();
      },
    };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** What the way in has to do with the worker of its process. */
type OfWorker = Pick<IntakeDeps, 'worker' | 'tellStart'>;

function createHttp(options: ServiceOptions, database: Database, temporal: Temporal, ofWorker: OfWorker) {
  const { now, randomBytes, log } = options;
  const newId = createIdFactory({ now, randomBytes });
  const probes: HealthDeps = {
    postgresql: (timeoutMs) => database.isReachable(timeoutMs),
    temporal: (timeoutMs) => isTemporalReachable(temporal, now() + timeoutMs),
  };
  const parts: ApiParts = {
    database,
    sealer: createSealer(options.encryptionKeys, randomBytes),
    newId,
    now,
    randomBytes,
    urlPolicy: { allowHttp: options.allowHttp, addressPolicy: createAddressPolicy(options) },
    intake: createIntake({
      client: temporal.client,
      eventLog: createEventLog(database.sql, now),
      newUlid: createUlidFactory({ now, randomBytes }),
      now,
      ...ofWorker,
    }),
    control: createDeadLetterControl({ client: temporal.client, now }),
    workflowLink: createWorkflowLink(options.temporal.uiUrl, temporal.namespace),
    probes,
  };
  // A worker answers its probes and nothing else.
  const isApi = options.role !== 'worker';
  return createApp({
    routes: isApi ? createApiRoutes(parts) : healthRoutes(probes),
    authenticate: createAuthenticate(options.apiKey),
    log,
    newRequestId: () => `req_${Buffer.from(randomBytes(12)).toString('hex')}`,
    now,
    extra: [...(isApi ? [{ path: '/docs', router: docsPage() }] : []), ...(options.extra ?? [])],
  });
}

async function startWorker(options: ServiceOptions, database: Database, temporal: Temporal, pacer: Pacer) {
  const { now, random, randomBytes, log } = options;
  const tellStart = pacer.tell;
  // Unique to this start: a container's next process may have the same host and number.
  const identity = `${hostname()}:${process.pid}:${Buffer.from(randomBytes(4)).toString('hex')}`;
  const sender = createSender({ addressPolicy: createAddressPolicy(options), allowHttp: options.allowHttp });
  const { activities, begin, rulesFor, drain } = createActivities({
    attemptLog: createAttemptLog(database.sql, now, identity),
    eventLog: createEventLog(database.sql, now),
    deadLetterLog: createDeadLetterLog(database.sql, now, identity),
    sealer: createSealer(options.encryptionKeys, randomBytes),
    sender,
    pacer,
    handover: createHandover({
      client: temporal.client,
      newUlid: createUlidFactory({ now, randomBytes }),
      now,
      tellStart,
    }),
    newId: createIdFactory({ now, randomBytes }),
    now,
    random,
    log: (record) => log.info(record, 'attempt'),
    publicUrl: options.publicUrl,
  });
  const workflowBundle = options.workflowBundle ?? (await bundleWorkflows());
  const lease = await holdWorkerLease(options.databaseUrl, identity);
  let worker: Awaited<ReturnType<typeof createWorker>>;
  try {
    worker = await createWorker({ temporal, workflowBundle, activities, identity });
  } catch (error) {
    await lease.close();
    throw error;
  }
  const running = worker.run();
  return {
    onLists: { begin, rulesFor },
    failed: new Promise<never>((_, reject) => running.catch(reject)),
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running.catch((error: unknown) => log.error({ err: error }, 'worker ended with an error'));
      // Requests that a local activity left behind go on until their own deadline.
      await drain();
      sender.close();
      await lease.close();
    },
  };
}

async function openDatabaseOrExplain(url: string): Promise<Database> {
  try {
    return await openDatabase({ url });
  } catch (cause) {
    throw new StartError(
      `PostgreSQL cannot be used: ${(cause as Error).message}.`,
      'Check DATABASE_URL, that the server runs, and that its role may create tables.',
      { cause },
    );
  }
}

async function listen(
  app: ReturnType<typeof createApp>,
  { host, port }: { host: string; port: number },
): Promise<Server> {
  const server = app.listen(port, host);
  server.on('clientError', answerUnreadable);
  try {
    await once(server, 'listening');
    return server;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new StartError(`Port ${port} is in use by another program.`, 'Stop it, or set PORT to a free port.', {
        cause,
      });
    }
    throw new StartError(
      `Cannot listen on ${host}:${port} (${code}).`,
      'Set HOST and PORT to an address of this machine.',
      { cause },
    );
  }
}

/** What a request that its client does not finish is given when the service stops. */
const UNFINISHED_REQUEST_MS = 5_000;

/** Answers what is under way; connections that only wait are closed at once. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), UNFINISHED_REQUEST_MS).unref();
  });
}
