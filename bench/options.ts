import { parseArgs } from 'node:util';

/** What a run does; see {@link USAGE}. */
export interface Options {
  /** Letters of the scenarios, in the order of the alphabet. */
  scenarios: string[];
  repetitions: number;
  /** Share of the events, seconds and rules of a full run. */
  scale: number;
  /** `dev`, `postgresql`, or `host:port` of a server that is there. */
  temporal: string;
  /** URL of a PostgreSQL that is there. */
  database: string | undefined;
  /** Folder of a checkout of an earlier state, to compare with. */
  before: string | undefined;
  /** Sizes of the comparison with the floor at low load. */
  floor: { rounds: number; events: number; concurrency: number; latency: number };
  check: boolean;
  profile: boolean;
}

const LETTERS = 'abcdefghijkl';

const USAGE = `npm run bench -- [options]
  --scenarios a,b,d       which to run; all if absent: ${LETTERS.split('').join(',')}
  --repetitions N         of each (3)
  --scale X               share of the events, seconds and rules, up to 1 (1)
  --quick                 --repetitions 1 --scale 0.04, and a small comparison with the floor: to see that it runs
  --temporal WHICH        dev (default), postgresql, or host:port of a running server (where namespaces bench-… stay)
  --database URL          of a running PostgreSQL, whose role may create databases; absent: the embedded one
  --before FOLDER         a checkout of an earlier state, with its node_modules: (a) and (b) then measure that beside
  --check                 exit code 1 on a missed target
  --profile               CPU profiles of the programs of (a) and (g) in .cache/bench/profiles; it slows them down
  --rounds, --events, --concurrency, --latency N   sizes of (g): rounds, events and senders of its busy half, events one by one
`;

/** Few and small: to see that it runs, not to judge by. */
const QUICK = { repetitions: 1, scale: 0.04, floor: { rounds: 2, events: 40, concurrency: 16, latency: 10 } };
const FULL = { repetitions: 3, scale: 1, floor: { rounds: 4, events: 100, concurrency: 24, latency: 20 } };

/**
 * Reads the command line. A number that is given wins over `--quick`.
 *
 * @throws Error with the usage when an option is unknown or its value is not one
 */
export function readOptions(args: string[]): Options {
  const values = parse(args);
  const defaults = values.quick ? QUICK : FULL;
  const whole = (name: keyof typeof FULL.floor | 'repetitions', fallback: number): number => {
    const given = values[name];
    if (given === undefined) return fallback;
    if (!/^[1-9]\d{0,6}$/.test(given)) throw wrong(`--${name} takes a whole number of at least 1.`);
    return Number(given);
  };
  const { floor } = defaults;
  return {
    scenarios: scenariosOf(values.scenarios ?? LETTERS.split('').join(',')),
    repetitions: whole('repetitions', defaults.repetitions),
    scale: scaleOf(values.scale, defaults.scale),
    temporal: temporalOf(values.temporal),
    database: values.database,
    before: values.before,
    floor: {
      rounds: whole('rounds', floor.rounds),
      events: whole('events', floor.events),
      concurrency: whole('concurrency', floor.concurrency),
      latency: whole('latency', floor.latency),
    },
    check: values.check,
    profile: values.profile,
  };
}

/** A size of a full run as this run has it. @param least what still makes sense */
export const scaled = ({ scale }: Options, full: number, least: number): number =>
  Math.min(full, Math.max(least, Math.round(full * scale)));

function scenariosOf(list: string): string[] {
  const letters = [...new Set(list.split(','))].sort();
  if (letters.every((letter) => letter.length === 1 && LETTERS.includes(letter))) return letters;
  throw wrong(`--scenarios takes letters from ${LETTERS[0]} to ${LETTERS.at(-1)} with commas between them.`);
}

function scaleOf(given: string | undefined, fallback: number): number {
  const scale = given === undefined ? fallback : Number(given);
  if (scale > 0 && scale <= 1) return scale;
  throw wrong('--scale takes a number above 0 and up to 1.');
}

function temporalOf(given: string): string {
  if (['dev', 'postgresql'].includes(given) || /^[^\s/]+:\d{1,5}$/.test(given)) return given;
  throw wrong('--temporal takes dev, postgresql or host:port.');
}

const wrong = (what: string, cause?: unknown) => new Error(`${what}\n\n${USAGE}`, { cause });

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args,
      options: {
        ...{ scenarios: text, repetitions: text, scale: text, before: text, database: text },
        temporal: { type: 'string', default: 'dev' },
        ...{ rounds: text, events: text, concurrency: text, latency: text },
        ...{ quick: flag, check: flag, profile: flag },
      },
    }).values;
  } catch (cause) {
    throw wrong(`${(cause as Error).message.split('. ')[0]}.`, cause);
  }
}
