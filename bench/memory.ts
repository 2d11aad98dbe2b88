import { readFileSync, writeFileSync } from 'node:fs';

/** Lets the peak of a process's resident memory begin anew: proc_pid_clear_refs(5), value 5. */
export function resetPeakMemory(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // A kernel without it: then the peak is that of the process's whole life so far, which is no less.
  }
}

/** The peak of a process's resident memory since its start or the last reset, in MiB. */
export function peakMemoryMiB(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}
