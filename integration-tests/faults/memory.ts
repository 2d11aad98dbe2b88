import { peakMemoryMiB, resetPeakMemory } from '../../bench/memory.ts';
import type { ServiceProcess } from '../harness/service-process.ts';

/** API and worker may need this much together, whatever a receiver answers. */
export const MEMORY_BOUND_MIB = 1_536;

/** The peaks of processes that come and go in one role count as one: the highest. */
export interface MemoryWatch {
  /** To be called before a process is killed: what it needed is not known after. */
  note(): void;
  /** The sum over the roles, in MiB; undefined where there is no /proc. */
  peakMiB(): number | undefined;
}

/** Begins anew with the peaks of these. @param processes by role, as they are when it is asked */
export function watchMemory(processes: () => Record<string, ServiceProcess>): MemoryWatch {
  const peaks = new Map<string, number | undefined>();
  const note = () => {
    for (const [role, { pid }] of Object.entries(processes())) {
      const peak = peakOf(pid);
      peaks.set(role, peak === undefined ? undefined : Math.max(peak, peaks.get(role) ?? 0));
    }
  };
  for (const { pid } of Object.values(processes())) resetPeakMemory(pid);
  return {
    note,
    peakMiB() {
      note();
      return [...peaks.values()].reduce(
        (sum, peak) => (sum === undefined || peak === undefined ? undefined : sum + peak),
        0,
      );
    },
  };
}

function peakOf(pid: number): number | undefined {
  try {
    return peakMemoryMiB(pid);
  } catch {
    return undefined;
  }
}
