import { historyCosts } from './histories.ts';
import { saturate, trickle } from './measure.ts';
import type { Options } from './options.ts';
import type { Measured, Results } from './results.ts';
import type { Stage } from './stage.ts';

/** Plans, caches, compiled code and connections are warm after this many events. */
const WARM_UP = 60;
/** Histories read of each program and load. */
const SAMPLES = 20;

/** Warms both programs up, then measures them turn by turn. */
export async function measureAll(stage: Stage, options: Options, say: (line: string) => void): Promise<Results> {
  const { rounds, events, concurrency, latency } = options;
  const programs = [stage.floor, stage.service];
  for (const program of programs) {
    say(`Warming up the ${program.name} with ${WARM_UP} events…`);
    await saturate(stage, program, { events: WARM_UP, concurrency });
  }
  const empty = (): Measured => ({ quiet: [], busy: [], histories: [], busyHistories: [] });
  const measured = { floor: empty(), service: empty() };
  for (let round = 1; round <= rounds; round += 1) {
    for (const program of programs) {
      const { quiet, busy } = measured[program.name];
      quiet.push(await trickle(stage, program, latency));
      const busyRound = await saturate(stage, program, { events, concurrency });
      busy.push(busyRound);
      say(`Round ${round} of ${rounds}, ${program.name.padEnd(7)}: ${busyRound.eventsPerSecond.toFixed(1)} events/s`);
    }
  }
  say('Reading histories…');
  for (const program of programs) {
    const of = measured[program.name];
    const read = (ids: string[]) => historyCosts(stage.temporal, program, ids.slice(-SAMPLES));
    of.histories = await read(of.quiet.flatMap(({ ids }) => ids));
    of.busyHistories = await read(of.busy.flatMap(({ ids }) => ids));
  }
  return { options, ...measured };
}
