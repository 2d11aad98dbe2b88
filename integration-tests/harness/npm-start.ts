import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { ROOT } from './repository.ts';
import { until } from './until.ts';

/** What `npm start` runs, as a process of its own. */
export interface Started {
  pid: number;
  /** All that it has printed so far, to the screen and to the error output. */
  out(): string;
  err(): string;
  /** Resolves with the match once it has printed this; rejects with all its output when it ends without. */
  prints(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** Resolves with the exit code (null: killed) once the process has ended. */
  exited: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** The processes that it has started, and theirs, that are running now. */
  family(): RunningProcess[];
}

export interface RunningProcess {
  pid: number;
  parent: number;
  command: string;
}

/** The four ports of the embedded default, as settings. */
export type Ports = {
  PORT: string;
  EXOSPHERE_TEMPORAL_PORT: string;
  EXOSPHERE_TEMPORAL_UI_PORT: string;
  EXOSPHERE_POSTGRES_PORT: string;
};

export interface StartOptions {
  env: Record<string, string>;
  args?: string[];
  /** As this user (only root can). */
  runAs?: { uid: number; gid: number };
}

/** Four at once, on a machine with much else to do, have taken more than a minute. */
const PATIENT_MS = 120_000;

const running = new Set<{ child: ChildProcess; family: () => RunningProcess[] }>();

/** Starts `node src/main.ts`. Nothing of the test's own environment reaches it. */
export function npmStart({ env, args = [], runAs }: StartOptions): Started {
  const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts'), ...args], {
    cwd: ROOT,
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...runAs,
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  let ended = false;
  // `close` and not `exit`: only then is all output here.
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve)).finally(() => {
    ended = true;
    running.delete(entry);
  });
  const family = () => familyOf(child.pid!);
  const entry = { child, family };
  running.add(entry);
  return {
    pid: child.pid!,
    out: () => out,
    err: () => err,
    async prints(pattern, timeoutMs = PATIENT_MS) {
      const found = await until(() => out.match(pattern) ?? (ended && 'ended'), `the line ${pattern}`, timeoutMs);
      if (found !== 'ended') return found;
      throw new Error(`It ended without printing ${pattern}:\n${out}${err}`);
    },
    exited,
    signal: (name) => void child.kill(name),
    family,
  };
}

/**
 * Presses Ctrl-C as a terminal and npm do together: the same signal twice.
 *
 * @returns what was running under it
 * @throws Error unless it ends with exit code 0
 */
export async function interrupt(service: Started): Promise<RunningProcess[]> {
  const family = service.family();
  service.signal('SIGINT');
  service.signal('SIGINT');
  const code = await service.exited;
  if (code !== 0) throw new Error(`It ended with exit code ${code}:\n${service.out()}${service.err()}`);
  return family;
}

/** Ends whatever a failed test has left: the service by SIGKILL, its servers with it. */
export async function killAllStarted(): Promise<void> {
  for (const { child, family } of running) {
    const pids = [child.pid!, ...family().map(({ pid }) => pid)];
    for (const pid of pids) killIfThere(pid);
  }
  await until(() => running.size === 0, 'the end of every process that was started');
}

/** Four ports that nobody uses just now. */
export async function freePorts(): Promise<Ports> {
  return {
    PORT: String(await freePort()),
    EXOSPHERE_TEMPORAL_PORT: String(await freePort()),
    EXOSPHERE_TEMPORAL_UI_PORT: String(await freePort()),
    EXOSPHERE_POSTGRES_PORT: String(await freePort()),
  };
}

/** Those of the processes that run still, by id and command: an id alone may belong to somebody else by now. */
export function stillRunning(processes: RunningProcess[]): RunningProcess[] {
  const now = new Map(processTable().map(({ pid, command }) => [pid, command]));
  return processes.filter(({ pid, command }) => now.get(pid) === command);
}

/** Every process whose command line names the folder. */
export function processesNaming(folder: string): RunningProcess[] {
  return processTable().filter(({ command }) => command.includes(folder));
}

function familyOf(pid: number): RunningProcess[] {
  const table = processTable();
  const below = (parent: number): RunningProcess[] =>
    table.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid);
}

function processTable(): RunningProcess[] {
  const listed = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return listed
    .split('\n')
    .map((line) => line.match(/^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/))
    .filter((found) => found !== null && !found[3]?.startsWith('Z'))
    .map((found) => ({ pid: Number(found?.[1]), parent: Number(found?.[2]), command: found?.[4] ?? '' }));
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
