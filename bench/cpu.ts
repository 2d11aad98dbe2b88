import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of 10 ms on every platform that Node runs on: sysconf(_SC_CLK_TCK) is 100. */
const MS_PER_TICK = 10;

/**
 * CPU time that processes and their descendants, present and ended, have used, user and system.
 *
 * @param pids by name; an unknown process (undefined) gives NaN
 * @returns milliseconds by name, all read in one pass
 */
export function cpuMsOf<Name extends string>(pids: Record<Name, number | undefined>): Record<Name, number> {
  const table = processTable();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of table) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const total = (pid: number): number =>
    (table.get(pid)?.ticks ?? 0) + (children.get(pid) ?? []).reduce((sum, child) => sum + total(child), 0);
  const entries = Object.entries(pids) as [Name, number | undefined][];
  return Object.fromEntries(
    entries.map(([name, pid]) => [name, pid === undefined ? Number.NaN : total(pid) * MS_PER_TICK]),
  ) as Record<Name, number>;
}

function processTable(): Map<number, { parent: number; ticks: number }> {
  const table = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (!fields) continue;
    // proc_pid_stat(5), counted after "(comm) ": parent; utime and stime, then those of children that have ended.
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    table.set(Number(name), { parent: Number(fields[1]), ticks });
  }
  return table;
}

function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
  } catch {
    // It ended between the two looks.
    return undefined;
  }
}
