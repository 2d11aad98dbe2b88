import type { Round } from './round.ts';
import type { Column } from './table.ts';

export const RATE: Column<Round> = { head: 'deliveries/s', of: (round) => round.deliveriesPerSecond, digits: 0 };

/** POST to arrival, in ms. */
export const LATENCY: Column<Round>[] = [
  { head: 'p50 ms', of: ({ arrived }) => arrived.p50 },
  { head: 'p95 ms', of: ({ arrived }) => arrived.p95 },
  { head: 'p99 ms', of: ({ arrived }) => arrived.p99 },
];

const total: Column<Round> = { head: 'CPU s for 1,000: all', of: ({ cpu }) => cpu.all, digits: 2 };
const rest: Column<Round>[] = [
  { head: 'Temporal', of: ({ cpu }) => cpu.temporal, digits: 2 },
  { head: 'PostgreSQL', of: ({ cpu }) => cpu.postgresql, digits: 2 },
  { head: '*receiver*', of: ({ cpu }) => cpu.receiver, digits: 2 },
  { head: '*sender*', of: ({ cpu }) => cpu.sender, digits: 2 },
];

/** CPU by process; what is measured apart is in italics. @param processes of the program; absent: it as a whole */
export const cpuColumns = (processes?: string[]): Column<Round>[] => [
  total,
  ...(processes
    ? processes.map((name) => ({ head: name, of: ({ cpu }: Round) => cpu.processes[name] as number, digits: 2 }))
    : [{ head: 'service', of: ({ cpu }: Round) => cpu.own, digits: 2 }]),
  ...rest,
];

/** @param processes of the program */
export const memoryColumns = (processes: string[]): Column<Round>[] =>
  processes.map((name) => ({
    head: `peak MiB${processes.length > 1 ? `: ${name}` : ''}`,
    of: ({ peakMemory }) => peakMemory[name] as number,
    digits: 0,
  }));

/** A round in a few words. */
export function inWords({ deliveriesPerSecond, arrived, cpu, refused, unanswered }: Round): string {
  const repeated = refused + unanswered > 0 ? `, ${refused} refused and ${unanswered} unanswered POSTs repeated` : '';
  const figures = [`${deliveriesPerSecond.toFixed(0)} deliveries/s`, `p50 ${arrived.p50.toFixed(1)} ms`];
  return `${figures.join(', ')}, ${cpu.all.toFixed(2)} CPU s for 1,000${repeated}`;
}
