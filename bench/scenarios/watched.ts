import pg from 'pg';
import { waitUntil } from '../../src/embedded/wait-until.ts';
import { now } from '../clock.ts';
import { cpuMsOf } from '../cpu.ts';
import { percentile } from '../figures.ts';
import { inParallel } from '../in-parallel.ts';
import { scaled } from '../options.ts';
import { untilQuiet } from '../quiet.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import type { State } from '../servers.ts';
import { create, serviceProgram, startServiceProcess } from '../service.ts';
import { onStage, type Stage } from '../stage.ts';
import { type Column, tableOf } from '../table.ts';

/** Half a minute's worth at 200/s. */
const ENDS = 6_000;
const AT_ONCE = 32;
const WITHIN_MS = 600_000;
const BACKLOG = 'a backlog';
const AS_THEY_END = 'as they end';

/** What watching came to. CPU is in ms for each end; lag in seconds, from an end to its event's acceptance. */
interface Watched {
  endsPerSecond: number;
  eventsPerSecond: number;
  lag: { p50: number; p95: number };
  cpu: { own: number; temporal: number; postgresql: number };
}

const COLUMNS: Column<Watched>[] = [
  { head: 'ends/s', of: ({ endsPerSecond }) => endsPerSecond, digits: 0 },
  { head: 'events/s', of: ({ eventsPerSecond }) => eventsPerSecond, digits: 0 },
  { head: 'lag, p50 s', of: ({ lag }) => lag.p50 },
  { head: 'lag, p95 s', of: ({ lag }) => lag.p95 },
  { head: 'CPU ms for each: service', of: ({ cpu }) => cpu.own, digits: 2 },
  { head: 'Temporal', of: ({ cpu }) => cpu.temporal, digits: 2 },
  { head: 'PostgreSQL', of: ({ cpu }) => cpu.postgresql, digits: 2 },
];

/** (k) A Temporal namespace is watched in which workflows end by the hundred. */
export const watched: Scenario = {
  letter: 'k',
  title: `A watched namespace, ${ENDS.toLocaleString('en')} workflows that end`,
  run: (bench) => onStage(bench, measureBoth),
};

async function measureBoth(stage: Stage): Promise<Outcome> {
  const count = scaled(stage.options, ENDS, 100);
  const cases = [
    { label: BACKLOG, run: () => measure(stage, count, 'before') },
    { label: AS_THEY_END, run: () => measure(stage, count, 'meanwhile') },
  ];
  const rows = await repeat(stage, 'k', cases, inWords);
  const roundsOf = (label: string) => rows.find((row) => row.label === label)?.rounds ?? [];
  return {
    tables: [tableOf('', rows, COLUMNS)],
    notes: [
      `${count.toLocaleString('en')} workflows that are started and terminated, ${AT_ONCE} at once: of each the history is read, as of failures. A source is asked for at most 500 events/s.`,
      "In a backlog they have ended before the service starts; its lag is how long ago that was. Beside that, Temporal pays for their starts and ends too, and for the service's own workflows both times.",
    ],
    figures: {
      'events/s of a backlog': roundsOf(BACKLOG).map(({ eventsPerSecond }) => eventsPerSecond),
      'own CPU ms for a watched end': roundsOf(BACKLOG).map(({ cpu }) => cpu.own),
      'events/s over ends/s, as they end': roundsOf(AS_THEY_END).map(
        ({ eventsPerSecond, endsPerSecond }) => eventsPerSecond / endsPerSecond,
      ),
    },
    raw: rows,
  };
}

const inWords = ({ endsPerSecond, eventsPerSecond, lag, cpu }: Watched) =>
  `${endsPerSecond.toFixed(0)} ends/s, ${eventsPerSecond.toFixed(0)} events/s, lag p50 ${lag.p50.toFixed(1)} s, own CPU ${cpu.own.toFixed(2)} ms for each`;

async function measure(stage: Stage, count: number, when: 'before' | 'meanwhile'): Promise<Watched> {
  const state = await stage.servers.newState();
  const theirs = await stage.servers.newState();
  let service = await startServiceProcess(stage, state);
  const where = { address: stage.servers.temporalAddress, namespace: theirs.namespace };
  await create(service, 'sources/temporal', { name: 'bench', ...where });
  let endsPerSecond = 0;
  const end = async () => {
    const began = now();
    await endMany(theirs, count);
    endsPerSecond = (count * 1_000) / (now() - began);
  };
  if (when === 'before') {
    await service.stop();
    await end();
    service = await startServiceProcess(stage, state);
  }
  const pids = { own: service.pid, ...stage.servers.pids };
  const [before, began] = [cpuMsOf(pids), now()];
  if (when === 'meanwhile') await end();
  const lags = await lagsOf(state, count);
  const ms = now() - began;
  await untilQuiet(serviceProgram(state, { service }));
  const after = cpuMsOf(pids);
  await service.stop();
  const each = (name: keyof typeof pids) => (after[name] - before[name]) / count;
  return {
    endsPerSecond,
    eventsPerSecond: (count * 1_000) / ms,
    lag: { p50: percentile(lags, 0.5), p95: percentile(lags, 0.95) },
    cpu: { own: each('own'), temporal: each('temporal'), postgresql: each('postgresql') },
  };
}

/** Nobody works on them: they cost their cluster a start and an end, and nothing else. */
async function endMany({ temporal }: State, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  await inParallel(numbers, AT_ONCE, async (number) => {
    const handle = await temporal.workflow.start('order', { taskQueue: 'nobody', workflowId: `order-${number}` });
    await handle.terminate('bench');
  });
}

/** Seconds from each end to the acceptance of its event, once there are so many. @throws Error when they do not come */
async function lagsOf({ databaseUrl }: State, count: number): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const ask = async (what: string) =>
    (await client.query(`select ${what} from events where type = 'workflow.cancelled'`)).rows;
  try {
    const areThere = async () => (await ask('count(*)::int as events'))[0].events >= count;
    if (!(await waitUntil(areThere, { timeoutMs: WITHIN_MS, everyMs: 200 }))) {
      throw new Error(`Of ${count} ends not all were told in ${WITHIN_MS / 1000} s.`);
    }
    return (await ask('extract(epoch from received_at - time)::float8 as lag')).map(({ lag }) => lag);
  } finally {
    await client.end();
  }
}
