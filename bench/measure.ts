import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../src/embedded/wait-until.ts';
import { inParallel } from '../src/in-parallel.ts';
import { cpuMsOf } from './cpu.ts';
import type { Program } from './programs.ts';
import type { Stage } from './stage.ts';

const ARRIVAL_TIMEOUT_MS = 120_000;
/** Between two events at low load: what closes after an arrival must not meet the next event. */
const PAUSE_MS = 100;

/** Processes whose CPU is told apart; `program` is the one under test. */
export const PROCESSES = ['program', 'temporal', 'postgresql', 'receiver'] as const;
export type CpuMs = Record<(typeof PROCESSES)[number], number>;

/** One round at saturation; CPU is per delivery. */
export interface Round {
  eventsPerSecond: number;
  cpuMs: CpuMs;
  ids: string[];
}

/** One round at low load, in ms from the POST: to its answer, and to the arrival at the receiver. */
export interface Quiet {
  acceptances: number[];
  latencies: number[];
  ids: string[];
}

let serial = 0;
const nextId = (program: Program) => `bench-${program.name}-${process.pid}-${++serial}`;

/**
 * Sends `events` events from `concurrency` senders as fast as they are accepted. The rate counts up to the last arrival;
 * the CPU up to the close of the last workflow, or the end of one program's work would be booked to the other.
 */
export async function saturate(
  stage: Stage,
  program: Program,
  { events, concurrency }: { events: number; concurrency: number },
): Promise<Round> {
  const ids = Array.from({ length: events }, () => nextId(program));
  const before = cpuOf(stage, program);
  const started = now();
  await inParallel(ids, concurrency, program.send);
  await stage.arrivals.all(ids, ARRIVAL_TIMEOUT_MS);
  const last = Math.max(...ids.map((id) => stage.arrivals.at(id) as number));
  await untilClosed(stage, program);
  const after = cpuOf(stage, program);
  const cpuMs = { program: 0, temporal: 0, postgresql: 0, receiver: 0 };
  for (const name of PROCESSES) cpuMs[name] = (after[name] - before[name]) / events;
  return { eventsPerSecond: (events / (last - started)) * 1000, cpuMs, ids };
}

/** Sends events one at a time, each a moment after the one before has arrived. */
export async function trickle(stage: Stage, program: Program, events: number): Promise<Quiet> {
  const quiet: Quiet = { acceptances: [], latencies: [], ids: [] };
  for (let sent = 0; sent < events; sent += 1) {
    const id = nextId(program);
    const started = now();
    await program.send(id);
    quiet.acceptances.push(now() - started);
    await stage.arrivals.all([id], ARRIVAL_TIMEOUT_MS);
    quiet.latencies.push((stage.arrivals.at(id) as number) - started);
    quiet.ids.push(id);
    await delay(PAUSE_MS);
  }
  await untilClosed(stage, program);
  return quiet;
}

/** Resolves once none of the program's workflows is open any more. @throws Error when one stays open */
async function untilClosed({ temporal }: Stage, program: Program): Promise<void> {
  const open = `TaskQueue = '${program.taskQueue}' AND ExecutionStatus = 'Running'`;
  const closed = async () => (await temporal.workflow.count(open)).count === 0;
  if (await waitUntil(closed, { timeoutMs: ARRIVAL_TIMEOUT_MS, everyMs: 200 })) return;
  throw new Error(`Workflows of the ${program.name} were still open ${ARRIVAL_TIMEOUT_MS / 1000} s after all arrived.`);
}

const now = () => performance.timeOrigin + performance.now();

const cpuOf = ({ shared }: Stage, program: Program): CpuMs => ({
  program: cpuMsOf(program.pid),
  temporal: cpuMsOf(shared.temporal),
  postgresql: cpuMsOf(shared.postgresql),
  receiver: cpuMsOf(shared.receiver),
});
