import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of 10 ms on every platform that Node runs on: sysconf(_SC_CLK_TCK) is 100. */
const MS_PER_TICK = 10;

/**
 * CPU time that a process and its present descendants have used, user and system.
 *
 * @returns milliseconds
 */
export function cpuMsOf(pid: number): number {
  const children = childrenByParent();
  const total = (id: number): number =>
    ticksOf(id) + (children.get(id) ?? []).reduce((sum, child) => sum + total(child), 0);
  return total(pid) * MS_PER_TICK;
}

function ticksOf(pid: number): number {
  const fields = statOf(pid);
  // proc_pid_stat(5), counted after "(comm) ": utime and stime, then those of children that have ended.
  return fields ? [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) : 0;
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? Number(statOf(Number(name))?.[1]) : Number.NaN;
    if (!Number.isNaN(parent)) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
  } catch {
    return undefined;
  }
}
