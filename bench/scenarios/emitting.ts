import { once } from 'node:events';
import { cpuMsOf } from '../cpu.ts';
import type { EmitJob, Emitted } from '../emitter.ts';
import { startForked } from '../forked.ts';
import { scaled } from '../options.ts';
import type { Program } from '../program.ts';
import { untilQuiet } from '../quiet.ts';
import { nextRoundId } from '../round.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import { onStage, type Stage } from '../stage.ts';
import { type Column, tableOf } from '../table.ts';
import { startTypicalService } from '../typical.ts';

const EVENTS = 5_000;
const FEW = 32;

/** One round; CPU is in seconds for 1,000 events. */
interface Round {
  perSecond: number;
  cpu: { emitter: number; service: number; temporal: number; postgresql: number };
}

/** (l) The SDK's `emit`, by Temporal alone and by REST. */
export const emitting: Scenario = {
  letter: 'l',
  title: `${EVENTS.toLocaleString('en')} events emitted by the SDK`,
  run: (bench) => onStage(bench, compare),
};

const COLUMNS: Column<Round>[] = [
  { head: 'accepted/s', of: ({ perSecond }) => perSecond, digits: 0 },
  { head: 'CPU s for 1,000: emitter', of: ({ cpu }) => cpu.emitter, digits: 2 },
  { head: 'service', of: ({ cpu }) => cpu.service, digits: 2 },
  { head: 'Temporal', of: ({ cpu }) => cpu.temporal, digits: 2 },
  { head: 'PostgreSQL', of: ({ cpu }) => cpu.postgresql, digits: 2 },
];

async function compare(stage: Stage): Promise<Outcome> {
  const service = await startTypicalService(stage);
  const emitter = await startEmitter(stage, service);
  await measure(stage, service, emitter, { way: 'Temporal', inFlight: FEW });
  await measure(stage, service, emitter, { way: 'REST', inFlight: FEW });
  const cases = (['Temporal', 'REST'] as const).flatMap((way) =>
    [null, FEW].map((inFlight) => ({
      label: `${way}, ${inFlight === null ? 'all as they come' : `${inFlight} awaited`}`,
      run: () => measure(stage, service, emitter, { way, inFlight }),
    })),
  );
  const rows = await repeat(stage, 'l', cases, ({ perSecond, cpu }) => {
    return `${perSecond.toFixed(0)} accepted/s, ${cpu.emitter.toFixed(2)} CPU s for 1,000 in the emitter`;
  });
  const notes = [
    `${scaled(stage.options, EVENTS, 100)} events of 500 bytes in each round, each delivered to one endpoint.`,
    'accepted/s is until the emitter has an answer for all; CPU runs until the last workflow has ended.',
  ];
  return { tables: [tableOf('way', rows, COLUMNS)], notes, figures: {}, raw: rows };
}

type Emit = (job: EmitJob) => Promise<Emitted>;

async function startEmitter({ servers, cleanUp }: Stage, { temporal, url, headers }: Program) {
  const { origin } = new URL(url);
  const key = headers['x-api-key'] ?? '';
  const args = [servers.temporalAddress, temporal.options.namespace, origin, key];
  const { child, pid } = await startForked('emitter.ts', cleanUp, { args });
  const emit: Emit = async (job) => {
    child.send(job);
    const [{ emitted, failed }] = (await once(child, 'message')) as [{ emitted?: Emitted; failed?: string }];
    if (emitted === undefined) throw new Error(`The emitter failed: ${failed}`);
    return emitted;
  };
  return { pid, emit };
}

async function measure(
  stage: Stage,
  service: Program,
  emitter: { pid: number; emit: Emit },
  how: Pick<EmitJob, 'way' | 'inFlight'>,
): Promise<Round> {
  const { temporal, postgresql } = stage.servers.pids;
  const read = () => cpuMsOf({ emitter: emitter.pid, temporal, postgresql, ...service.pids });
  const count = scaled(stage.options, EVENTS, 100);
  const round = nextRoundId();
  const before = read();
  const { ms } = await emitter.emit({ ...how, round, count });
  const missing = await stage.arrivals.of(round).untilDistinct(count);
  if (missing > 0) throw new Error(`${missing} of ${count} deliveries did not arrive.`);
  await untilQuiet(service);
  const after = read();
  const used = (name: keyof typeof before) => (after[name] - before[name]) / count;
  const ofService = Object.keys(service.pids).reduce((sum, name) => sum + used(name as keyof typeof before), 0);
  return {
    perSecond: (count / ms) * 1_000,
    cpu: { emitter: used('emitter'), service: ofService, temporal: used('temporal'), postgresql: used('postgresql') },
  };
}
