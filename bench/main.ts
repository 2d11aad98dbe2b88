/*
 * `npm run bench [-- --rounds 4 --events 100 --concurrency 24 --latency 20 --quick --check --profile]`
 *
 * The service against the floor on the same Temporal server in the same run, turn by turn, so that a machine that
 * slows down slows both. Absolute figures belong to one machine; the ratios are what is judged. `--check` fails on a
 * missed target; `--profile` leaves CPU profiles of both programs in `.cache/bench/profiles` (and slows them down).
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { abortOnSignals, createCleanUp, unlessAborted } from './clean-up.ts';
import { readOptions } from './options.ts';
import { report } from './report.ts';
import { measureAll } from './run.ts';
import { openStage } from './stage.ts';

const CACHE_DIR = join(import.meta.dirname, '..', '.cache');
const OUTPUT_DIR = join(CACHE_DIR, 'bench');

const say = (line: string) => void process.stderr.write(`[bench] ${line}\n`);
const signal = abortOnSignals();
const cleanUp = createCleanUp();
try {
  await main();
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  say(error instanceof Error ? error.message : String(error));
} finally {
  say('Stopping everything…');
  await cleanUp.run();
}
// What was cut off by a signal may still wait for arrivals that will not come.
process.exit();

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const profileDir = options.profile ? join(OUTPUT_DIR, 'profiles') : undefined;
  if (profileDir) rmSync(profileDir, { recursive: true, force: true });
  say('Starting PostgreSQL, Temporal, the receiver, the floor and the service…');
  const stage = await openStage({ cacheDir: CACHE_DIR, cleanUp, signal, say, profileDir });
  const results = await unlessAborted(signal, measureAll(stage, options, say));
  const { text, targets } = report(results);
  process.stdout.write(text);
  mkdirSync(OUTPUT_DIR, { recursive: true });
  writeFileSync(join(OUTPUT_DIR, 'latest.json'), `${JSON.stringify({ ...results, targets }, null, 2)}\n`);
  if (options.check && targets.some(({ reached }) => !reached)) process.exitCode = 1;
}
