import { hostname } from 'node:os';
import { createHandover } from '../activities/handover.ts';
import { createSender } from '../activities/http/send.ts';
import { createActivities } from '../activities/index.ts';
import type { Pacer } from '../activities/pacer.ts';
import { createWaker } from '../activities/waker.ts';
import { createAlertWatch } from './alert-watch.ts';
import { startBackground } from './background.ts';
import { createDeadLetterControl } from './dead-letter-control.ts';
import { createAddressPolicy } from './domain/address-ranges.ts';
import { createIdFactory, createUlidFactory } from './domain/ids.ts';
import { passOn } from './domain/trace.ts';
import { createEventLists } from './event-lists.ts';
import type { Metrics } from './metrics/index.ts';
import { keepRetentionSchedule } from './retention-schedule.ts';
import type { ServiceOptions } from './service-options.ts';
import { createAlertSweepLog } from './store/alert-sweep-log.ts';
import { createAttemptLog } from './store/attempt-log.ts';
import type { Database } from './store/database.ts';
import { createDeadLetterBulkLog } from './store/dead-letter-bulk-log.ts';
import { createDeadLetterLog } from './store/dead-letter-log.ts';
import { createEndpointHealthLog } from './store/endpoint-health-log.ts';
import { createEndpointStateLog } from './store/endpoint-state-log.ts';
import { createEventLog } from './store/event-log.ts';
import { createGateLog } from './store/gate-log.ts';
import { createRedeliveryLog } from './store/redelivery-log.ts';
import { createRetentionLog } from './store/retention-log.ts';
import { createSealer } from './store/seal.ts';
import { createServiceEventLog } from './store/service-event-log.ts';
import { createWaitingLog } from './store/waiting-log.ts';
import { holdWorkerLease } from './store/worker-lease.ts';
import type { Temporal } from './temporal.ts';
import { createWatching } from './temporal-sources/watching.ts';
import { bundleWorkflows, createSourcesWorker, createWorker } from './worker.ts';

/** The worker's half of a process: its activities over all that they need, and what it does besides. */
export async function startWorker(
  options: ServiceOptions,
  database: Database,
  temporal: Temporal,
  pacer: Pacer,
  metrics: Metrics,
) {
  const { now, random, randomBytes, log } = options;
  const tellStart = pacer.tell;
  // Unique to this start: a container's next process may have the same host and number.
  const identity = `${hostname()}:${process.pid}:${Buffer.from(randomBytes(4)).toString('hex')}`;
  const addressPolicy = createAddressPolicy(options);
  const sealer = createSealer(options.encryptionKeys, randomBytes);
  const sender = createSender({ addressPolicy, allowHttp: options.allowHttp });
  const health = createEndpointHealthLog(database.sql, now, identity);
  const serviceEventLog = createServiceEventLog(database.sql, now);
  const newUlid = createUlidFactory({ now, randomBytes });
  const { activities, begin, sweepAlerts, rulesFor, close, drain } = createActivities({
    attemptLog: createAttemptLog(database.sql, now, identity),
    eventLog: createEventLog(database.sql, now),
    endpointStateLog: createEndpointStateLog(database.sql, now, identity),
    gateLog: createGateLog(database.sql, now, random, identity),
    deadLetterLog: createDeadLetterLog(database.sql, now, identity),
    serviceEventLog,
    judge: health.judge,
    waiting: createWaitingLog(database.sql, now),
    wake: createWaker({ client: temporal.client, now }),
    redeliveryLog: createRedeliveryLog(database.sql, now, identity),
    deadLetterBulkLog: createDeadLetterBulkLog(database.sql),
    decide: createDeadLetterControl({ client: temporal.client, now }).decide,
    retentionLog: createRetentionLog(database.sql),
    retention: options.retention,
    sql: database.sql,
    sweepLog: createAlertSweepLog(database.sql),
    watch: createAlertWatch({ client: temporal.client, now }),
    worker: identity,
    onError: (error) => log.warn({ err: error }, 'a look at alerts failed; the sweep looks again'),
    onNotes: (notes) => log[notes.counts.key_dropped ? 'info' : 'debug'](notes, 'not counted by a look at alerts'),
    sealer,
    sender,
    pacer,
    handover: createHandover({
      client: temporal.client,
      newUlid,
      now,
      tellStart,
    }),
    newId: createIdFactory({ now, randomBytes }),
    now,
    random,
    log(record) {
      log.info(record, 'attempt');
      metrics.attempt(record);
    },
    tracing: options.tracing ?? passOn,
    count: metrics,
    publicUrl: options.publicUrl,
  });
  const lists = createEventLists({ client: temporal.client, newUlid, now });
  const { client } = temporal;
  const sources = createWatching({ options, sql: database.sql, client, addressPolicy, sealer, lists, metrics });
  const { deploymentName } = options.temporal;
  const workflowBundle = options.workflowBundle ?? (await bundleWorkflows(deploymentName));
  const lease = await holdWorkerLease(options.databaseUrl, identity);
  let workers: Awaited<ReturnType<typeof createWorker>>[];
  try {
    workers = [
      await createWorker({ temporal, workflowBundle, activities, identity, deploymentName }),
      await createSourcesWorker({ temporal, activities: sources.activities, identity }),
    ];
  } catch (error) {
    await lease.close();
    throw error;
  }
  const running = workers.map((worker) => worker.run());
  const background = startBackground({
    client: temporal.client,
    serviceEventLog,
    health,
    sweepAlerts,
    keepSources: sources.keep,
    lists,
    now,
    log,
  });
  const schedule = keepRetentionSchedule({ client: temporal.client, now, log });
  let cutOff: NodeJS.Timeout | undefined;
  return {
    onLists: { begin, rulesFor },
    failed: new Promise<never>((_, reject) => Promise.all(running).catch(reject)),
    /** Requests that are still on the way then are recorded as interrupted, and made anew elsewhere. */
    cutOffIn(ms: number) {
      cutOff ??= setTimeout(() => sender.close(), ms);
    },
    async stop() {
      const quiet = background.stop();
      // What has not begun is another's; what is under way ends here.
      close();
      sources.close();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await schedule.close();
      for (const run of running) {
        await run.catch((error: unknown) => log.error({ err: error }, 'worker ended with an error'));
      }
      // Requests that a local activity left behind.
      await drain();
      await quiet;
      clearTimeout(cutOff);
      sender.close();
      await lease.close();
    },
  };
}
