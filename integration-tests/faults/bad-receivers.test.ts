import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { TestDatabase } from '../harness/database.ts';
import { migratedDatabase } from '../harness/migrated-database.ts';
import { killAllStarted } from '../harness/npm-start.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createEndpoint, createRule, unique } from '../harness/scenario.ts';
import { sendAll } from '../harness/sending.ts';
import { type ServiceProcess, startServiceProcess } from '../harness/service-process.ts';
import { until } from '../harness/until.ts';
import { badReceivers, startBadReceiver } from './bad-receivers.ts';
import { MEMORY_BOUND_MIB, watchMemory } from './memory.ts';
import { type Figures, report } from './report.ts';
import { ENDPOINTS_OF_FAILING, EVENTS_OF_FAILING, EVENTS_OF_RECEIVER } from './settings.ts';

/* Receivers that do as they like: each delivery has the end that it should, and nobody beside it notices. */

let database: TestDatabase;
let db: pg.Client;
let service: { api: ServiceProcess; worker: ServiceProcess };
let good: Receiver;
/** Of the same events to a receiver that behaves, with nobody beside it. */
let usualPeakMiB: number | undefined;
const figures: Figures[] = [];

beforeAll(async () => {
  database = await migratedDatabase();
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
  const start = (role: string) => startServiceProcess(database.url, { EXOSPHERE_ROLE: role });
  service = { api: await start('api'), worker: await start('worker') };
  good = await startReceiver();
}, 120_000);
afterAll(async () => {
  await killAllStarted();
  await good?.close();
  await db?.end();
  await database?.drop();
  report('receivers', figures, badReceivers.length + 1);
}, 60_000);

/** Two attempts, and not patient: a receiver that hangs is given up after about 7 s. */
const retry_policy = {
  schedule: ['1s'],
  jitter: 0,
  timeout: { connect: '3s', request: '3s' },
};

test('for comparison: a receiver that behaves', async () => {
  const { peakMiB } = await run('behaves');
  usualPeakMiB = peakMiB;
}, 120_000);

test.each(badReceivers)(
  'a receiver that $what: $outcome, and its neighbour has everything',
  async (bad) => {
    const receiver = await startBadReceiver(bad);
    try {
      const isWell = bad.outcome === 'success';
      const endpointIds: string[] = [];
      while (endpointIds.length < (isWell ? 1 : ENDPOINTS_OF_FAILING))
        endpointIds.push((await createEndpoint(service.api.api, receiver.url, { retry_policy })).id);
      const { peakMiB, badDeliveries } = await run(bad.what, { endpointIds, outcome: bad.outcome });
      const outcomes = isWell ? ['success'] : [bad.outcome, bad.outcome];
      for (const delivery of badDeliveries) {
        expect(delivery).toEqual({ status: isWell ? 'succeeded' : 'dead_lettered', outcomes });
      }
      // Bodies of 100 MiB for each event, if they were read or unpacked, would be gigabytes.
      if (peakMiB && usualPeakMiB) expect(peakMiB / usualPeakMiB).toBeLessThan(1.5);
    } finally {
      await receiver.close();
    }
  },
  180_000,
);

interface BadDelivery {
  status: string;
  outcomes: string[];
}

/** Sends events to the good receiver, and some or all of them to the bad one; when it returns all have come to their end. */
async function run(what: string, bad?: { endpointIds: string[]; outcome: string }) {
  const { api } = service.api;
  const before = good.received.length;
  const neighbour = await createEndpoint(api, good.url, { retry_policy });
  const [shared, own] = [unique('custom.shared'), unique('custom.own')];
  await createRule(api, [neighbour.id], { event_type: undefined, event_types: [shared, own] });
  if (bad) await createRule(api, bad.endpointIds, { event_type: shared });
  const owed = bad === undefined ? 0 : bad.outcome === 'success' ? EVENTS_OF_RECEIVER : EVENTS_OF_FAILING;
  const owedInAll = owed * (bad?.endpointIds.length ?? 0);
  const ids = Array.from({ length: EVENTS_OF_RECEIVER }, () => unique('event'));
  const events = ids.map((id, index) => ({ id, type: index < owed ? shared : own }));
  const memory = watchMemory(() => service);
  const { accepted, outageMs } = await sendAll(api, events);
  await good.arrived(before + ids.length, 60_000);

  const types = [[shared, own]];
  const open = `select 1 from deliveries where event_type = any ($1) and status in ('pending', 'retrying')`;
  await until(async () => (await db.query(open, types)).rowCount === 0, 'every delivery to end', 90_000);
  const { rows } = await db.query<BadDelivery & { endpoint_id: string }>(
    `select endpoint_id, status, (select array_agg(outcome order by number) from delivery_attempts
       where delivery_id = d.id) as outcomes from deliveries d where event_type = any ($1)`,
    types,
  );
  const arrived = good.received.slice(before);
  const peakMiB = memory.peakMiB();
  const delivered = new Set(arrived.map(({ text }) => JSON.parse(text).data.event.id));
  const repeated = arrived.length - new Set(arrived.map(({ headers }) => headers['webhook-id'])).size;
  const lost = accepted.size - delivered.size;
  const end = bad?.outcome === 'success' ? 'delivered' : 'a dead letter after 2 attempts';
  figures.push({
    scenario: `a receiver that ${what}`,
    accepted: accepted.size,
    delivered: delivered.size,
    repeated,
    lost,
    outageMs,
    peakMiB,
    ...(bad && { note: `${owedInAll} × ${bad.outcome}: ${end}` }),
  });
  expect([accepted.size, lost, repeated]).toEqual([ids.length, 0, 0]);
  expect(peakMiB ?? 0).toBeLessThan(MEMORY_BOUND_MIB);
  const ofNeighbour = rows.filter(({ endpoint_id }) => endpoint_id === neighbour.id);
  expect(ofNeighbour).toHaveLength(ids.length);
  for (const { status, outcomes } of ofNeighbour) expect([status, outcomes]).toEqual(['succeeded', ['success']]);
  const others = rows.filter(({ endpoint_id }) => endpoint_id !== neighbour.id);
  expect(others).toHaveLength(owedInAll);
  return { peakMiB, badDeliveries: others.map(({ status, outcomes }) => ({ status, outcomes })) };
}
