import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { StopStep } from './leftover.ts';
import { waitUntil } from './wait-until.ts';

/** A server process that we started. */
export type Child = {
  readonly pid: number;
  /** Resolves when the process has ended, with how: `exit code 1` or `signal SIGKILL`. Never rejects. */
  readonly exited: Promise<string>;
  /** How it ended, `undefined` while it runs. */
  readonly ended: () => string | undefined;
  /** What it has printed so far (its log file). */
  readonly output: () => string;
  /** Sends the signals one after the other until it has ended. */
  readonly stop: (steps: readonly StopStep[]) => Promise<void>;
};

/** What to start and where its output goes. */
export type ChildOptions = {
  command: string;
  args: readonly string[];
  /** The whole environment of the process: nothing is inherited, so that settings of the caller's shell cannot leak in. */
  env: Record<string, string>;
  /** File for its output, emptied first. */
  logFile: string;
  /** Run as this user (only root can). */
  runAs?: { uid: number; gid: number };
  /** Sent to it should this process die without stopping it (kill -9). */
  lastSignal: NodeJS.Signals;
};

/**
 * Starts a server in a session of its own, so that a Ctrl-C in the terminal reaches us only and we decide what stops
 * when. A lifeline stops the server even if this process is killed with SIGKILL.
 *
 * @throws the error of spawn(2), such as ENOENT, when the program cannot be started
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const log = openSync(options.logFile, 'w', 0o600);
  const child = spawn(options.command, options.args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: options.env,
    ...options.runAs,
  });
  closeSync(log);
  let end: string | undefined;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      end = signal ? `signal ${signal}` : `exit code ${code}`;
      resolve(end);
    });
  });
  await once(child, 'spawn');
  const pid = child.pid!;
  const lifeline = tieLifeline(pid, options.lastSignal);
  child.once('exit', () => lifeline.kill('SIGKILL'));

  return {
    pid,
    exited,
    ended: () => end,
    output: () => readFileSync(options.logFile, 'utf8'),
    stop: async (steps) => {
      for (const { signal, graceMs } of steps) {
        if (end !== undefined) return;
        child.kill(signal);
        await waitUntil(() => end !== undefined, { timeoutMs: graceMs, everyMs: 20 });
      }
      await exited;
    },
  };
}

/**
 * A shell that waits for the end of its input, which is our end, however it comes, and then signals the server. It is
 * killed when the server ends, so it cannot hit a later process that got the same id.
 */
function tieLifeline(pid: number, signal: NodeJS.Signals): ChildProcess {
  const script = `while read -r _; do :; done; kill -s "$1" "$2"`;
  const lifeline = spawn('/bin/sh', ['-c', script, 'lifeline', signal.replace('SIG', ''), String(pid)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell there is no lifeline; the next start still finds and stops the leftover.
  lifeline.once('error', () => {});
  lifeline.stdin?.once('error', () => {});
  lifeline.unref();
  (lifeline.stdin as (typeof lifeline.stdin & { unref?: () => void }) | null)?.unref?.();
  return lifeline;
}
