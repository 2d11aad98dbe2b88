import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { waitUntil } from './wait-until.ts';

/** A signal, and how many milliseconds the process is given to end before the next one. */
export type StopStep = { signal: NodeJS.Signals; graceMs: number };

/**
 * Whether a process with this id exists, its zombie aside.
 *
 * @param pid process id
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/** A killed process whose parent has not asked for its exit status yet is still listed; it holds no port and no file. */
function isZombie(pid: number): boolean {
  try {
    // proc_pid_stat(5): "pid (comm) state …"; comm may hold spaces and brackets.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.startsWith('Z') ?? false;
  } catch {
    return false;
  }
}

/**
 * The command line of a running process, its arguments joined by spaces.
 *
 * @param pid process id
 * @returns the text, or an empty string when there is no such process or the system does not tell
 */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    // No /proc: macOS and the BSDs have ps.
  }
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

/**
 * Sends the signals one after the other until the process is gone.
 *
 * @param pid process id
 * @param steps the signals, mildest first
 * @returns whether it is gone
 */
export async function stopProcess(pid: number, steps: readonly StopStep[]): Promise<boolean> {
  for (const { signal, graceMs } of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone since the last look, or not ours to signal: the check below tells which.
    }
    if (await waitUntil(() => !isAlive(pid), { timeoutMs: graceMs })) return true;
  }
  return false;
}
