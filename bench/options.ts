import { parseArgs } from 'node:util';

/** What a run does; see {@link USAGE}. */
export interface Options {
  rounds: number;
  events: number;
  concurrency: number;
  latency: number;
  check: boolean;
  profile: boolean;
}

const USAGE =
  'npm run bench -- [--rounds N] [--events N] [--concurrency N] [--latency N] [--quick] [--check] [--profile]';

/** Few and small rounds: to see that it runs, not to judge by. */
const QUICK = { rounds: 2, events: 40, concurrency: 16, latency: 10 };
const FULL = { rounds: 4, events: 100, concurrency: 24, latency: 20 };

/**
 * Reads the command line. A number that is given wins over `--quick`.
 *
 * @throws Error with the usage when an option is unknown or not a whole number of at least 1
 */
export function readOptions(args: string[]): Options {
  const { values } = parse(args);
  const defaults = values.quick ? QUICK : FULL;
  const number = (name: keyof typeof FULL): number => {
    const given = values[name];
    if (given === undefined) return defaults[name];
    if (!/^[1-9]\d{0,6}$/.test(given)) throw new Error(`--${name} takes a whole number of at least 1. ${USAGE}`);
    return Number(given);
  };
  return {
    rounds: number('rounds'),
    events: number('events'),
    concurrency: number('concurrency'),
    latency: number('latency'),
    check: values.check,
    profile: values.profile,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        rounds: { type: 'string' },
        events: { type: 'string' },
        concurrency: { type: 'string' },
        latency: { type: 'string' },
        quick: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new Error(`${(cause as Error).message.split('. ')[0]}. ${USAGE}`, { cause });
  }
}
