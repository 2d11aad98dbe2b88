/*
 * `npm run bench [-- options]`, see `options.ts`: what the service costs and how fast it is, seen from outside, on
 * PostgreSQL and Temporal servers of the run's own. Absolute figures belong to one machine; where two things are
 * compared they run turn by turn, and their ratio is what counts. The report goes to stdout, progress to stderr,
 * everything to `.cache/bench/`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { abortOnSignals, createCleanUp, unlessAborted } from './clean-up.ts';
import { describeMachine } from './machine.ts';
import { readOptions } from './options.ts';
import { OUTPUT_DIR } from './output.ts';
import { removeProfiles } from './profiles.ts';
import { circumstances, section, targetSection } from './report.ts';
import type { Outcome, Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import type { Starting } from './servers.ts';
import { judge } from './targets.ts';

const say = (line: string) => void process.stderr.write(`[bench] ${line}\n`);
const signal = abortOnSignals();
const cleanUp = createCleanUp();
try {
  await unlessAborted(signal, main());
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
  if (options.profile) removeProfiles();
  const versions: Record<string, string> = {};
  const startedAt = new Date();
  const command = `npm run bench ${process.argv.length > 2 ? `-- ${process.argv.slice(2).join(' ')}` : ''}`.trim();
  const outcomes = new Map<string, Outcome>();
  const chosen = scenarios.filter(({ letter }) => options.scenarios.includes(letter));
  for (const [index, scenario] of chosen.entries()) {
    say(`(${scenario.letter}) ${scenario.title}, ${index + 1} of ${chosen.length} scenarios`);
    const outcome = await runOrTell(scenario, { options, cleanUp, signal, say, versions });
    if (!outcome) continue;
    outcomes.set(scenario.letter, outcome);
    // One after the other, so that an end on the way leaves what there is.
    process.stdout.write(`${section(scenario, outcome)}\n`);
    save();
  }
  const targets = judge(outcomes);
  process.stdout.write(`${targetSection(targets)}\n${circumstances(about())}`);
  if (options.check && targets.some(({ reached }) => !reached)) process.exitCode = 1;

  function about(): Record<string, string> {
    const size = `${options.scale} of a full run's events, seconds and rules`;
    return { command: `\`${command}\``, size, ...describeMachine(), ...versions, date: startedAt.toISOString() };
  }

  function save(): void {
    mkdirSync(OUTPUT_DIR, { recursive: true });
    const all = { about: about(), options, scenarios: Object.fromEntries(outcomes), targets: judge(outcomes) };
    const text = `${JSON.stringify(all, null, 2)}\n`;
    for (const name of [startedAt.toISOString().replaceAll(':', '-'), 'latest']) {
      writeFileSync(join(OUTPUT_DIR, `${name}.json`), text);
    }
  }
}

/** Each scenario stands on a stage of its own, so one that fails does not take the others with it. */
async function runOrTell(scenario: Scenario, bench: Starting): Promise<Outcome | undefined> {
  try {
    return await scenario.run(bench);
  } catch (error) {
    if (bench.signal.aborted) throw error;
    process.exitCode = 1;
    const why = error instanceof Error ? error.stack : String(error);
    say(`(${scenario.letter}) FAILED: ${why}`);
    return undefined;
  }
}
