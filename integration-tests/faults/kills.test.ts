import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { freePorts, killAllStarted } from '../harness/npm-start.ts';
import { type OwnServers, startOwnServers } from '../harness/own-servers.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createEndpoint, createRule, unique } from '../harness/scenario.ts';
import { sendAll } from '../harness/sending.ts';
import { type ServiceProcess, startServiceProcess } from '../harness/service-process.ts';
import { until } from '../harness/until.ts';
import { MEMORY_BOUND_MIB, watchMemory } from './memory.ts';
import { type Figures, report } from './report.ts';
import { EVENTS } from './settings.ts';

/* kill -9 of each part in the middle of events: all that was accepted arrives, and what was recorded is not sent again. */

let servers: OwnServers;
let service: { api: ServiceProcess; worker: ServiceProcess };
let apiPort: string;
let receiver: Receiver;
const figures: Figures[] = [];

beforeAll(async () => {
  servers = await startOwnServers();
  apiPort = (await freePorts()).PORT;
  service = { api: await start('api'), worker: await start('worker') };
}, 120_000);
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());
afterAll(async () => {
  await killAllStarted();
  await servers?.close();
  report('kill -9', figures, parts.length);
}, 60_000);

function start(role: 'api' | 'worker'): Promise<ServiceProcess> {
  return startServiceProcess(servers.databaseUrl(), {
    TEMPORAL_ADDRESS: servers.temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    EXOSPHERE_ROLE: role,
    ...(role === 'api' && { PORT: apiPort }),
  });
}

async function restart(role: 'api' | 'worker'): Promise<void> {
  await service[role].kill();
  service[role] = await start(role);
}

/** What a worker may have on the way at once to one endpoint: 64 of lists, and one in each of 100 workflow tasks. */
const UNDER_WAY = 164;

const parts = [
  { part: 'API', mayRepeat: 0, crash: () => restart('api') },
  { part: 'worker', mayRepeat: UNDER_WAY, crash: () => restart('worker') },
  { part: 'Temporal', mayRepeat: 0, crash: () => killAndStart(servers.temporal) },
  { part: 'PostgreSQL', mayRepeat: 0, crash: () => killAndStart(servers.postgres) },
];

async function killAndStart(server: OwnServers['temporal']): Promise<void> {
  await server.kill();
  // Its children need a moment to see that it is gone, and hold what it needs until then.
  await until(
    () =>
      server.start().then(
        () => true,
        () => false,
      ),
    'the server to start',
    60_000,
  );
}

test.each(parts)(
  'kill -9: $part',
  async ({ part, mayRepeat, crash }) => {
    const retry_policy = { initial_interval: '1s', maximum_interval: '1s', jitter: 0 };
    const endpoint = await createEndpoint(service.api.api, receiver.url, { retry_policy });
    const type = (await createRule(service.api.api, [endpoint.id])).event_types[0];
    const events = Array.from({ length: EVENTS }, () => ({ id: unique('event'), type }));
    const memory = watchMemory(() => service);
    const crashed = Promise.withResolvers<void>();
    const sent = await sendAll(service.api.api, events, () => {
      memory.note();
      crash().then(crashed.resolve, crashed.reject);
    });
    await crashed.promise;
    const arrived = () => new Set(receiver.received.map(({ text }) => JSON.parse(text).data.event.id as string));
    await until(
      () => receiver.received.length >= EVENTS && arrived().size >= EVENTS,
      'all events to arrive',
      120_000,
    ).catch(() => {});
    await untilAtRest();

    const webhookIds = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
    const delivered = arrived();
    const peakMiB = memory.peakMiB();
    const lost = [...sent.accepted].filter((id) => !delivered.has(id)).length;
    const repeated = receiver.received.length - webhookIds.size;
    const { outageMs } = sent;
    const scenario = `kill -9: ${part}`;
    figures.push({
      scenario,
      accepted: sent.accepted.size,
      delivered: delivered.size,
      repeated,
      lost,
      outageMs,
      peakMiB,
    });
    expect(sent.accepted.size).toBe(EVENTS);
    expect(lost).toBe(0);
    expect(webhookIds.size).toBe(EVENTS);
    expect(repeated).toBeLessThanOrEqual(mayRepeat);
    expect(peakMiB ?? 0).toBeLessThan(MEMORY_BOUND_MIB);
    for (const status of ['pending', 'retrying', 'dead_lettered']) {
      const { body } = await service.api.api.get(`/v1/deliveries?endpoint_id=${endpoint.id}&status=${status}&limit=1`);
      expect([status, body.items]).toEqual([status, []]);
    }
  },
  300_000,
);

/** Until no workflow is open: then nothing will be sent any more. */
async function untilAtRest(): Promise<void> {
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const { workflow } = new Client({ connection });
  try {
    const isAtRest = async () => (await workflow.count("ExecutionStatus = 'Running'")).count === 0;
    await until(isAtRest, 'every workflow to end', 120_000);
  } finally {
    await connection.close();
  }
}
