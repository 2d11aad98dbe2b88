import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findOnPath, run } from '../../src/embedded/run.ts';

/** Where to look. */
export type TimeSkippingServerSearch = {
  /** Explicit path (TEMPORAL_TEST_SERVER_PATH). */
  serverPath?: string | undefined;
  /** The PATH variable, to find Java and Maven. */
  pathEnv: string;
  /** Folder that keeps the server. */
  cacheDir: string;
  /** Takes progress lines. */
  say: (line: string) => void;
};

/** As in time-skipping-server.pom.xml; a part of the folder's name, so that another version is fetched anew. */
const VERSION = '1.32.0';
const POM = join(import.meta.dirname, 'time-skipping-server.pom.xml');
const FETCH_WITHIN_MS = 300_000;

/**
 * Finds the server that `TestWorkflowEnvironment.createTimeSkipping` needs: the explicit path, the copy kept from an
 * earlier run, or the Java server from Maven Central where there are Java and Maven. Call it once, from globalSetup.
 *
 * @returns path of the executable for `{server: {executable: {type: 'existing-path', path}}}`; `undefined`: let the SDK
 *   download its own
 */
export async function prepareTimeSkippingServer({
  serverPath,
  pathEnv,
  cacheDir,
  say,
}: TimeSkippingServerSearch): Promise<string | undefined> {
  if (serverPath) return resolve(serverPath);
  const folder = join(resolve(cacheDir), `time-skipping-server-${VERSION}`);
  const executable = join(folder, 'run');
  const java = findOnPath('java', pathEnv);
  if (existsSync(executable) && java) return executable;
  const maven = findOnPath('mvn', pathEnv);
  if (!java || !maven) return undefined;
  try {
    await fetchWithMaven({ maven, folder, cacheDir: resolve(cacheDir), say });
    return executable;
  } catch (error) {
    say(`No time-skipping server from Maven, so Temporal's SDK will download one: ${(error as Error).message}`);
    return undefined;
  }
}

/** Fills a workshop folder and moves it into place: never half a server, whoever else does the same. */
async function fetchWithMaven({
  maven,
  folder,
  cacheDir,
  say,
}: {
  maven: string;
  folder: string;
  cacheDir: string;
  say: (line: string) => void;
}): Promise<void> {
  const started = performance.now();
  mkdirSync(cacheDir, { recursive: true });
  const workshop = mkdtempSync(join(cacheDir, 'time-skipping-server-'));
  try {
    say(`Fetching Temporal's time-skipping server ${VERSION} with Maven (33 MB)…`);
    const copied = await run(
      maven,
      [
        ...['--batch-mode', '--quiet', '--file', POM, 'dependency:copy-dependencies'],
        ...['-DincludeScope=runtime', `-DoutputDirectory=${join(workshop, 'lib')}`],
      ],
      { timeoutMs: FETCH_WITHIN_MS, onWait: (seconds) => say(`  still fetching (${seconds} s)…`) },
    );
    if (!copied.ok) throw new Error(copied.output.trim().split('\n')[0]);
    const script = join(workshop, 'run');
    writeFileSync(script, '#!/bin/sh\nexec java -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"\n');
    chmodSync(script, 0o755);
    moveIntoPlace(workshop, folder);
    say(`Time-skipping server ready (${((performance.now() - started) / 1000).toFixed(1)} s).`);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function moveIntoPlace(workshop: string, folder: string): void {
  try {
    renameSync(workshop, folder);
  } catch (error) {
    // Another run was faster; its copy is as good.
    if (!existsSync(join(folder, 'run'))) throw error;
  }
}
