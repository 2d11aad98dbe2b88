import { inParallel } from '../src/in-parallel.ts';
import type { Arrivals } from './arrivals.ts';
import { cpuMsOf } from './cpu.ts';
import type { Program } from './programs.ts';

const ARRIVAL_TIMEOUT_MS = 120_000;

/** Processes whose CPU is told apart, by name. */
export type Processes = Record<string, number>;

/** One round at saturation. `cpuMs` is per delivery, for the program itself and each other process. */
export interface Round {
  eventsPerSecond: number;
  cpuMs: Record<string, number>;
}

let serial = 0;
const nextId = (program: Program) => `bench-${program.name}-${process.pid}-${++serial}`;

/** Sends `events` events from `concurrency` senders as fast as they are accepted; ends when the last has arrived. */
export async function saturate(
  program: Program,
  arrivals: Arrivals,
  processes: Processes,
  { events, concurrency }: { events: number; concurrency: number },
): Promise<Round> {
  const ids = Array.from({ length: events }, () => nextId(program));
  const watched: Processes = { [program.name]: program.pid, ...processes };
  const before = cpuOf(watched);
  const started = now();
  await inParallel(ids, concurrency, program.send);
  await arrivals.all(ids, ARRIVAL_TIMEOUT_MS);
  const last = Math.max(...ids.map((id) => arrivals.at(id) as number));
  const after = cpuOf(watched);
  const cpuMs = Object.fromEntries(
    Object.keys(watched).map((name) => [
      name === program.name ? 'program' : name,
      ((after[name] as number) - (before[name] as number)) / events,
    ]),
  );
  return { eventsPerSecond: (events / (last - started)) * 1000, cpuMs };
}

/** Sends events one at a time, each after the one before has arrived. @returns ms from POST to arrival of each */
export async function trickle(program: Program, arrivals: Arrivals, events: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let sent = 0; sent < events; sent += 1) {
    const id = nextId(program);
    const started = now();
    await program.send(id);
    await arrivals.all([id], ARRIVAL_TIMEOUT_MS);
    latencies.push((arrivals.at(id) as number) - started);
  }
  return latencies;
}

const now = () => performance.timeOrigin + performance.now();
const cpuOf = (processes: Processes) =>
  Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, cpuMsOf(pid)]));
