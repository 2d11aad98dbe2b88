import { join } from 'node:path';
import { createSender } from '../activities/http/send.ts';
import { createPacer } from '../activities/pacer.ts';
import { createPing, type Ping } from '../activities/ping.ts';
import { openAccess } from './api/access.ts';
import type { Authentication } from './api/auth.ts';
import { createBadKeyLimit } from './api/bad-key-limit.ts';
import { docsPage } from './api/docs-page.ts';
import { type HealthDeps, healthRoutes } from './api/health.ts';
import { type ApiParts, createApiRoutes } from './api/index.ts';
import { metricsRoutes } from './api/metrics.ts';
import { createStats } from './api/stats-cache.ts';
import { createStreams, type Streams } from './api/streams.ts';
import { createAnswerUnreadable } from './api/unreadable.ts';
import { createWorkflowLink } from './api/workflow-link.ts';
import { createApp } from './app.ts';
import { createDeadLetterBulkControl } from './dead-letter-bulk-control.ts';
import { createDeadLetterControl } from './dead-letter-control.ts';
import { createAddressPolicy } from './domain/address-ranges.ts';
import { createIdFactory, createUlidFactory } from './domain/ids.ts';
import { passOn } from './domain/trace.ts';
import { listen } from './http-server.ts';
import { createIntake, type IntakeDeps } from './intake/intake.ts';
import { createQuota } from './intake/quota.ts';
import { createMetrics, type Metrics } from './metrics/index.ts';
import { createMetricsPage } from './metrics/page.ts';
import { createRedeliveryControl } from './redelivery-control.ts';
import type { ServiceOptions } from './service-options.ts';
import { StartError } from './start-error.ts';
import { createChangeLog } from './store/change-log.ts';
import { type Database, openDatabase } from './store/database.ts';
import { createDeadLetterBulkLog } from './store/dead-letter-bulk-log.ts';
import { createEventLog } from './store/event-log.ts';
import { createPingLog } from './store/ping-log.ts';
import { createSealer } from './store/seal.ts';
import { createStateLog } from './store/state-log.ts';
import { createStatsLog } from './store/stats-log.ts';
import { createTrialLog } from './store/trial-log.ts';
import { connectTemporal, isTemporalReachable, type Temporal } from './temporal.ts';
import { createTemporalSourceControl } from './temporal-sources/control.ts';
import { createTrySource } from './temporal-sources/try.ts';
import { urlHost } from './url-host.ts';
import { version } from './version.ts';
import { webUi } from './web/index.ts';
import { startWorker } from './worker-side.ts';

/** A running service. */
export interface Service {
  /** `http://127.0.0.1:8080` */
  url: string;
  /** Rejects when the worker fails by itself; resolves when the service has stopped. */
  done: Promise<void>;
  /**
   * Takes no more requests and tasks, lets those under way end and records them, and closes every connection. A receiver
   * that has not answered `CUT_OFF_MS` after the call is not waited for any longer.
   */
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
    const metrics = createMetrics({
      version,
      role: options.role,
      ofProcess: options.processMetrics ?? false,
      onError: (error) => options.log.warn({ err: error }, 'something could not be counted; this is told once'),
    });
    const pacer = createPacer(() => performance.now());
    const worker = options.role === 'api' ? undefined : await startWorker(options, database, temporal, pacer, metrics);
    if (worker) cleanUps.push(worker.stop);
    const ping = createPings(options, database, metrics);
    cleanUps.push(ping.close);
    const access = options.role === 'worker' ? noAccess : openAccessTo(options, database);
    cleanUps.push(access.close);
    let isStopping = false;
    const streams = createStreams({ changeLog: createChangeLog(database.sql), steadyNow: () => performance.now() });
    const server = await listen(
      createHttp(options, database, temporal, ping, metrics, {
        worker: worker?.onLists,
        tellStart: pacer.tell,
        isStopping: () => isStopping,
        access,
        streams,
      }),
      options.http,
      createAnswerUnreadable({ newRequestId: requestIds(options), log: options.log }),
    );
    // A door is closed before those who work behind it go; a worker's probes answer until its work is done.
    if (options.role === 'worker') cleanUps.splice(cleanUps.indexOf(ping.close) - 1, 0, server.close);
    else cleanUps.push(server.close);
    // A stream never ends by itself, and the door waits for what is under way.
    cleanUps.push(async () => streams.close());
    const stopped = Promise.withResolvers<void>();
    const done = worker ? Promise.race([stopped.promise, worker.failed]) : stopped.promise;
    // Whoever does not wait for it hears of a failure by its log.
    done.catch((error: unknown) => options.log.fatal({ err: error }, 'the worker failed'));
    return {
      url: `http://${urlHost(options.http.host)}:${server.port}`,
      done,
      async stop() {
        isStopping = true;
        worker?.cutOffIn(CUT_OFF_MS);
        await undo();
        stopped.resolve();
      },
    };
  } catch (error) {
    await undo();
    throw error;
  }
}

/**
 * From the beginning of a stop: longer than a request may take by default (15 s), and soon enough to record what was cut
 * off before a container is killed (30 s).
 */
const CUT_OFF_MS = 16_000;

/** Where `npm run ui:build` puts the web UI. */
const WEB_UI = join(import.meta.dirname, '..', 'ui', 'dist');

/** Test-sends are made by the process that is asked, for a person waits; it has to be no worker. */
function createPings(options: ServiceOptions, database: Database, metrics: Metrics): Ping {
  const { now, randomBytes, log } = options;
  return createPing({
    pingLog: createPingLog(database.sql, now),
    sealer: createSealer(options.encryptionKeys, randomBytes),
    sender: createSender({ addressPolicy: createAddressPolicy(options), allowHttp: options.allowHttp }),
    newId: createIdFactory({ now, randomBytes }),
    now,
    log(record) {
      log.info(record, 'attempt');
      metrics.attempt(record);
    },
    tracing: options.tracing ?? passOn,
    publicUrl: options.publicUrl,
  });
}

function openAccessTo(options: ServiceOptions, database: Database) {
  const { databaseUrl, apiKey: bootstrapKey, encryptionKeys, randomBytes, log, now } = options;
  const sealer = createSealer(encryptionKeys, randomBytes);
  const steadyNow = () => performance.now();
  return openAccess({ database, databaseUrl, bootstrapKey, sealer, randomBytes, log, now, steadyNow });
}

const requestIds =
  ({ randomBytes }: ServiceOptions) =>
  () =>
    `req_${Buffer.from(randomBytes(12)).toString('hex')}`;

/** A worker has no route that needs a key. */
const takesNoCalls = () => Promise.reject(new Error('a worker takes no calls'));
const noAccess = { authenticate: takesNoCalls, signIn: takesNoCalls, close: () => Promise.resolve() };

/** What the HTTP side has to do with the rest of its process. */
type OfProcess = Pick<IntakeDeps, 'worker' | 'tellStart'> &
  Pick<HealthDeps, 'isStopping'> & { access: Authentication; streams: Streams };

function createHttp(
  options: ServiceOptions,
  database: Database,
  temporal: Temporal,
  ping: Ping,
  metrics: Metrics,
  ofProcess: OfProcess,
) {
  const { isStopping, access, streams, ...ofWorker } = ofProcess;
  const { now, randomBytes, log } = options;
  const newId = createIdFactory({ now, randomBytes });
  const newUlid = createUlidFactory({ now, randomBytes });
  const probes: HealthDeps = {
    postgresql: (timeoutMs) => database.isReachable(timeoutMs),
    temporal: (timeoutMs) => isTemporalReachable(temporal, now() + timeoutMs),
    isStopping,
  };
  const sealer = createSealer(options.encryptionKeys, randomBytes);
  const urlPolicy = { allowHttp: options.allowHttp, addressPolicy: createAddressPolicy(options) };
  const parts: ApiParts = {
    database,
    sealer,
    newId,
    now,
    randomBytes,
    urlPolicy,
    trySource: createTrySource({ ...urlPolicy, sealer, clock: now }),
    sourceControl: createTemporalSourceControl({ client: temporal.client, now }),
    intake: createIntake({
      client: temporal.client,
      eventLog: createEventLog(database.sql, now),
      newUlid,
      now,
      onList: metrics.list,
      ...ofWorker,
    }),
    onEvents: metrics.events,
    signIn: access.signIn,
    streams,
    quota: createQuota(options.eventsPerSecond, () => performance.now()),
    control: createDeadLetterControl({ client: temporal.client, now }),
    redelivery: createRedeliveryControl({ client: temporal.client, newUlid, now }),
    ping: ping.send,
    bulkControl: createDeadLetterBulkControl({
      client: temporal.client,
      newUlid: createUlidFactory({ now, randomBytes }),
      now,
    }),
    deadLetterBulkLog: createDeadLetterBulkLog(database.sql),
    trialLog: createTrialLog(database.sql),
    stats: createStats({ statsLog: createStatsLog(database.sql), now, steadyNow: () => performance.now() }),
    workflowLink: createWorkflowLink(options.temporal.uiUrl, temporal.namespace),
    probes,
    metricsPage: createMetricsPage({
      metrics,
      stateLog: createStateLog(database.sql, now),
      sdk: options.sdkMetrics,
      now: () => performance.now(),
      log,
    }),
  };
  // A worker answers its probes and scrapes, and nothing else.
  const isApi = options.role !== 'worker';
  return createApp({
    routes: isApi ? createApiRoutes(parts) : [...healthRoutes(probes), ...metricsRoutes(parts)],
    authenticate: access.authenticate,
    badKeys: createBadKeyLimit({ now, ...options.badKeys }),
    trustedProxies: options.http.trustedProxies ?? [],
    isHttps: options.publicUrl?.startsWith('https:') ?? false,
    log,
    newRequestId: requestIds(options),
    now,
    onRequest: metrics.request,
    tracing: options.tracing ?? passOn,
    extra: [
      ...(isApi ? [{ path: '/docs', router: docsPage() }] : []),
      ...(options.extra ?? []),
      // Last: its one page answers at every path that is nobody's.
      ...(isApi ? [{ path: '/', router: webUi({ folder: options.webUiFolder ?? WEB_UI, randomBytes }) }] : []),
    ],
  });
}

async function openDatabaseOrExplain(url: string): Promise<Database> {
  try {
    return await openDatabase({ url });
  } catch (cause) {
    throw new StartError(
      `PostgreSQL cannot be used: ${(cause as Error).message}.`,
      'Check DATABASE_URL, that the server runs, and that its role may create tables and roles (docs/operations.md).',
      { cause },
    );
  }
}
