import { randomBytes } from 'node:crypto';
import { now } from './clock.ts';
import { cpuMsOf } from './cpu.ts';
import { percentile } from './figures.ts';
import { EVENT_TYPE, eventBody } from './load.ts';
import { peakMemoryMiB, resetPeakMemory } from './memory.ts';
import type { Program } from './program.ts';
import { untilQuiet } from './quiet.ts';
import type { SendJob, Sent } from './sender.ts';
import type { Stage } from './stage.ts';

/** One load to put on a program and measure. */
export interface Load {
  events: number;
  pace: SendJob['pace'];
  /** Absent: the type that one rule with one endpoint matches. */
  eventType?: string;
  /** Types and keys of its events, by number, for a body with a place for them; absent: all are alike. */
  each?: SendJob['each'];
  /** Endpoints that each event goes to; absent: 1; 0: no deliveries, and figures for 1,000 are of events. */
  endpoints?: number;
  /** Path of the one endpoint that counts; absent: all count. */
  path?: string;
  /** Deliveries are left open on purpose: nobody waits until the program has no work any more. */
  staysBusy?: boolean;
  /** What else is to be over before the CPU is read. */
  untilOver?: () => Promise<unknown>;
}

/** Times from a POST (in an open loop, from when it was due), in ms. */
export interface Times {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** What a load came to. CPU is in seconds for 1,000 deliveries, which is ms for each; NaN where it cannot be known. */
export interface Round {
  events: number;
  deliveries: number;
  /** Up to the last arrival. */
  deliveriesPerSecond: number;
  accepted: Times;
  arrived: Times;
  /** Up to the end of the last workflow, or the end of this load's work would be booked to the next. */
  cpu: {
    /** Program, Temporal and PostgreSQL together. */
    all: number;
    /** The program: all its processes together, and each. */
    own: number;
    processes: Record<string, number>;
    temporal: number;
    postgresql: number;
    /** Ours, apart: not part of `all`. */
    receiver: number;
    sender: number;
  };
  /** Peak of resident memory during this load, in MiB, by process of the program. */
  peakMemory: Record<string, number>;
  refused: number;
  unanswered: number;
  senderLateMs: number;
  startedAt: Date;
}

const runId = randomBytes(4).toString('hex');
let rounds = 0;

/** Ids of a round's events begin with this: no two runs, and no two rounds of a run, share an id. */
export function nextRoundId(): string {
  rounds += 1;
  return `bench-${runId}${String(rounds).padStart(4, '0')}`;
}

/** A job for the load generator. */
export const jobOf = (
  program: Program,
  round: string,
  { events, pace, eventType = EVENT_TYPE, each }: Load,
): SendJob => ({
  url: program.url,
  headers: program.headers,
  round,
  body: each ? eventBody('%type%', '%key%') : eventBody(eventType),
  count: events,
  ...(each ? { each } : {}),
  pace,
});

/**
 * Puts a load on a program, waits until all has arrived and nothing is left to do, and tells what it took.
 *
 * @throws Error when deliveries do not arrive
 */
export async function measure(stage: Stage, program: Program, load: Load): Promise<Round> {
  const round = nextRoundId();
  const arrivals = stage.arrivals.of(round);
  const deliveries = load.events * (load.endpoints ?? 1);
  for (const pid of Object.values(program.pids)) resetPeakMemory(pid);
  const startedAt = new Date();
  const before = readCpu(stage, program);
  const began = now();
  const sent = await stage.load.send(jobOf(program, round, load));
  const missing = await arrivals.untilDistinct(deliveries, load.path);
  if (missing > 0) throw new Error(`${missing} of ${deliveries} deliveries of the ${program.name} did not arrive.`);
  if (!load.staysBusy) await untilQuiet(program);
  await load.untilOver?.();
  const after = readCpu(stage, program);
  const last = lastArrivals(stage, round, load);
  const peakMemory = Object.fromEntries(Object.entries(program.pids).map(([name, pid]) => [name, peakMemoryMiB(pid)]));
  return {
    events: load.events,
    deliveries,
    deliveriesPerSecond: (deliveries / (Math.max(...last) - began)) * 1_000,
    accepted: timesOf(sent, sent.acceptedAt),
    arrived: timesOf(sent, last),
    cpu: cpuBetween(before, after, program, deliveries || load.events),
    peakMemory,
    refused: sent.refused,
    unanswered: sent.unanswered,
    senderLateMs: sent.lateMs,
    startedAt,
  };
}

/** When the last of each event's deliveries arrived for the first time. */
function lastArrivals(stage: Stage, round: string, { events, path }: Load): number[] {
  const arrivals = stage.arrivals.of(round);
  const last = new Array<number>(events).fill(0);
  for (const one of path === undefined ? arrivals.paths() : [path]) {
    for (const [event, at] of arrivals.first(one)) last[event] = Math.max(last[event] as number, at);
  }
  return last;
}

function timesOf({ sentAt }: Sent, ends: number[]): Times {
  const times = ends.map((end, number) => end - (sentAt[number] as number));
  const at = (share: number) => percentile(times, share);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** The program's own processes, and under these names what both programs share. */
function readCpu({ servers, receiver, load }: Stage, program: Program) {
  const shared = { temporal: servers.pids.temporal, postgresql: servers.pids.postgresql };
  return {
    own: cpuMsOf(program.pids),
    shared: cpuMsOf({ ...shared, receiver: receiver.pid, sender: load.pid }),
  };
}

function cpuBetween(
  before: ReturnType<typeof readCpu>,
  after: ReturnType<typeof readCpu>,
  program: Program,
  units: number,
): Round['cpu'] {
  const shared = (name: keyof typeof after.shared) => (after.shared[name] - before.shared[name]) / units;
  const processes = Object.fromEntries(
    Object.keys(program.pids).map((name) => [
      name,
      ((after.own[name] as number) - (before.own[name] as number)) / units,
    ]),
  );
  const own = Object.values(processes).reduce((sum, each) => sum + each, 0);
  const [temporal, postgresql] = [shared('temporal'), shared('postgresql')];
  const [receiver, sender] = [shared('receiver'), shared('sender')];
  return { all: own + temporal + postgresql, own, processes, temporal, postgresql, receiver, sender };
}
