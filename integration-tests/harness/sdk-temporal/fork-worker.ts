import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { testServers } from '../servers.ts';

const PROGRAM = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Starts `worker.ts` in the test file's Temporal namespace. @returns its process, once it polls */
export async function forkWorker(taskQueue: string, bundleFile: string): Promise<ChildProcess> {
  const { temporalAddress, temporalNamespace } = testServers();
  const child = fork(PROGRAM, [temporalAddress, temporalNamespace, taskQueue, bundleFile], { execArgv: [] });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`The worker ended while it started (exit code ${code}).`);
  });
  // After the start its end is no news to anybody.
  died.catch(() => {});
  await Promise.race([once(child, 'message'), died]);
  return child;
}
