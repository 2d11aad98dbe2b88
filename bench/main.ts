/*
 * `npm run bench [-- --rounds 4 --events 150 --concurrency 24 --latency 40 --check]`
 *
 * The service against the floor on the same Temporal server in the same run, turn by turn, so that a machine that
 * slows down slows both. Absolute figures belong to one machine; the ratios are what is judged.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { claimPort } from '../src/embedded/port.ts';
import { startEmbeddedPostgres } from '../src/embedded/postgres.ts';
import { startTemporalDevServer } from '../src/embedded/temporal.ts';
import { findTemporalCli } from '../src/embedded/temporal-cli.ts';
import type { SearchAttributeTypes } from '../src/temporal-search-attributes.ts';
import searchAttributes from '../temporal-config/search-attributes.json' with { type: 'json' };
import { collectArrivals } from './arrivals.ts';
import { type HistoryCost, historyCosts } from './histories.ts';
import { type Round, saturate, trickle } from './measure.ts';
import { type Program, startFloor, startReceiver, startServiceProgram } from './programs.ts';
import { type Results, report } from './report.ts';

const CACHE_DIR = join(import.meta.dirname, '..', '.cache');
/** Plans, caches and connections are warm after this many events. */
const WARM_UP = 60;

const say = (line: string) => void process.stderr.write(`[bench] ${line}\n`);
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    events: { type: 'string', default: '150' },
    concurrency: { type: 'string', default: '24' },
    latency: { type: 'string', default: '40' },
    check: { type: 'boolean', default: false },
  },
});
const [rounds, events, concurrency, latency] = [values.rounds, values.events, values.concurrency, values.latency].map(
  Number,
) as [number, number, number, number];

const folder = mkdtempSync(join(tmpdir(), 'exosphere-bench-'));
const stops: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
try {
  const results = await run();
  const { text, missed } = report(results);
  process.stdout.write(text);
  mkdirSync(join(CACHE_DIR, 'bench'), { recursive: true });
  writeFileSync(join(CACHE_DIR, 'bench', 'latest.json'), `${JSON.stringify(results, null, 2)}\n`);
  if (values.check && missed > 0) process.exitCode = 1;
} finally {
  for (const stop of stops.reverse()) await stop();
}

async function run(): Promise<Results> {
  say('Starting PostgreSQL, Temporal, the receiver, the floor and the service…');
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    port: 0,
    say,
    random: randomBytes,
  });
  stops.push(postgres.stop);
  const cli = await findTemporalCli({ pathEnv: process.env.PATH ?? '', cacheDir: CACHE_DIR, say });
  const temporal = await startTemporalDevServer({
    cli,
    dbFile: join(folder, 'temporal', 'temporal.db'),
    port: 0,
    uiPort: 0,
    headless: true,
    namespace: 'default',
    searchAttributes: searchAttributes as SearchAttributeTypes,
    say,
  });
  stops.push(temporal.stop);
  const receiver = await startReceiver();
  stops.push(async () => receiver.child.kill());
  const around = { databaseUrl: postgres.url, temporalAddress: temporal.address, receiverUrl: receiver.url };
  const floor = await startFloor(around);
  stops.push(floor.stop);
  const port = await claimPort(0, { what: 'The service', setting: 'PORT' });
  const service = await startServiceProgram(around, port);
  stops.push(service.stop);

  const arrivals = collectArrivals(receiver.child);
  const processes = { temporal: temporal.pid, postgresql: postgres.pid, receiver: receiver.child.pid as number };
  const programs: Program[] = [floor, service];
  say(`Warming up with ${WARM_UP} events each…`);
  for (const program of programs) await saturate(program, arrivals, processes, { events: WARM_UP, concurrency });

  const saturated: Record<string, Round[]> = { floor: [], service: [] };
  const latencies: Record<string, number[]> = { floor: [], service: [] };
  for (let round = 1; round <= rounds; round += 1) {
    for (const program of programs) {
      say(`Round ${round} of ${rounds}: ${program.name}, ${latency} events one by one, then ${events} at once…`);
      latencies[program.name]?.push(...(await trickle(program, arrivals, latency)));
      saturated[program.name]?.push(await saturate(program, arrivals, processes, { events, concurrency }));
    }
  }
  const types = ['floorEvent', 'floorDelivery', 'eventWorkflow', 'deliveryWorkflow'];
  const histories: Record<string, HistoryCost> = await historyCosts(temporal.address, types);
  return { rounds, events, concurrency, latencyEvents: latency, saturated, latencies, histories };
}
