import { spawn } from 'node:child_process';
import { ROOT } from './repository.ts';
import { until } from './until.ts';

/** A program that a test has started. */
export interface Program {
  /** All that it has printed so far. */
  out(): string;
  /** Resolves once it has printed this, or said it on its error output. @throws Error with all that it said, when it does not, or ends without */
  prints(text: string): Promise<void>;
  /** Resolves with what it has printed once it has ended well. @throws Error with what it said otherwise */
  ended(): Promise<string>;
}

/** A program may have to be compiled or bundled first, beside everything else. */
const WITHIN_MS = 120_000;

const running = new Set<() => Promise<unknown>>();

/** Runs a program in the repository, with these settings and nothing of the test's own but where programs are. */
export function startProgram(command: string, args: string[], env: Record<string, string>): Program {
  const child = spawn(command, args, {
    cwd: ROOT,
    // Its own loopback is reached without a proxy.
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NO_PROXY: '*', PYTHONUNBUFFERED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      err += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  let code: number | null | undefined;
  void exited.then((given) => {
    code = given;
    running.delete(end);
  });
  const end = () => {
    child.kill('SIGKILL');
    return exited;
  };
  running.add(end);
  const hasSaid = (text: string) => out.includes(text) || err.includes(text);
  const said = () => `${command} ${args.join(' ')} has said:\n${out}${err}`;
  return {
    out: () => out,
    async prints(text) {
      const seen = async () => hasSaid(text) || code !== undefined;
      await until(seen, text, WITHIN_MS).catch((error: Error) => {
        throw new Error(`${error.message} ${said()}`);
      });
      if (!hasSaid(text)) throw new Error(`It ended with ${code} and has not printed "${text}". ${said()}`);
    },
    async ended() {
      await until(async () => code !== undefined, `the end of ${args.join(' ')}`, WITHIN_MS).catch((error: Error) => {
        throw new Error(`${error.message} ${said()}`);
      });
      if (code !== 0) throw new Error(`It ended with ${code}. ${said()}`);
      return out;
    },
  };
}

/** Ends whatever of it still runs: for `afterAll`. */
export async function endPrograms(): Promise<void> {
  await Promise.all([...running].map((end) => end()));
}
