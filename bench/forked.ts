import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CleanUp } from './clean-up.ts';

/** Our own helpers end at once; a program under test lets what is under way end, and nothing here takes that long. */
const STOP_WITHIN_MS = 20_000;

/**
 * Starts one of the bench's own programs, which says by a message when it is ready.
 *
 * @param program file name in `bench/`
 * @returns the process, and what it said
 * @throws Error when it ends instead
 */
export async function startForked<Ready extends object>(
  program: string,
  cleanUp: CleanUp,
  { args = [], execArgv = [] }: { args?: string[]; execArgv?: string[] } = {},
): Promise<{ child: ChildProcess; pid: number; ready: Ready }> {
  const child = fork(join(import.meta.dirname, program), args, { execArgv });
  cleanUp.add(() => end(child));
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`${program} ended while starting (exit code ${code}).`);
  });
  // After the start its end is no news to anybody.
  died.catch(() => {});
  const [ready] = (await Promise.race([once(child, 'message'), died])) as [Ready];
  return { child, pid: child.pid as number, ready };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  if (ended()) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited.finally(() => clearTimeout(timer));
}
