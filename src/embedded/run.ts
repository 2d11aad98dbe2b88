import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** How a command went: `ok` when it ended with exit code 0; `output` is all it printed, or why it did not start. */
export type RunResult = { ok: boolean; output: string };

/**
 * Runs a command to its end.
 *
 * @param options `timeoutMs`: it is ended after this many milliseconds; `cwd`: its working directory; `onWait`: called
 *   every ten seconds with the seconds so far, for progress lines
 * @returns how it went; never rejects
 */
export function run(
  command: string,
  args: readonly string[],
  options: { timeoutMs: number; cwd?: string; onWait?: (seconds: number) => void },
): Promise<RunResult> {
  return new Promise((done) => {
    const started = performance.now();
    const child = spawn(command, args, { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    // Not spawn's own `timeout`: where the program cannot be started, that one keeps this process up until it has passed.
    const deadline = setTimeout(() => child.kill(), options.timeoutMs);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const ticker = setInterval(
      () => options.onWait?.(Math.round((performance.now() - started) / 1000)),
      WAIT_LINE_EVERY_MS,
    );
    const end = (result: RunResult) => {
      clearTimeout(deadline);
      clearInterval(ticker);
      done(result);
    };
    child.once('error', (error) => end({ ok: false, output: error.message }));
    child.once('close', (code, signal) =>
      end({ ok: code === 0, output: signal ? `${output}\nended by ${signal}` : output }),
    );
  });
}

const WAIT_LINE_EVERY_MS = 10_000;

/**
 * Looks a program up as a shell does.
 *
 * @param pathEnv the PATH variable
 * @returns its path, or `undefined`
 */
export function findOnPath(program: string, pathEnv: string): string | undefined {
  return pathEnv
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => resolve(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
