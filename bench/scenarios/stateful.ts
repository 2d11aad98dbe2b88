import { cpuColumns } from '../columns.ts';
import { ratios } from '../figures.ts';
import { untilLooked } from '../looked.ts';
import { scaled } from '../options.ts';
import { type Load, measure, type Round } from '../round.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import type { State } from '../servers.ts';
import { create, type ServiceProcess, serviceProgram, startServiceProcess } from '../service.ts';
import { onStage, type Stage } from '../stage.ts';
import { type Column, tableOf } from '../table.ts';

const PER_SECOND = 200;
const SECONDS = 20;
const WARM_UP_SECONDS = 3;
const KEYS = 1_000;
const ONE_KEY = 'count, one key';
const MANY_KEYS = `count, ${KEYS.toLocaleString('en')} keys`;
const FIRING = 'count, one key, firing';
const NO_RULE = 'no rule';
const PAIRS_NO_RULE = 'pairs, no rule';
const PAIRS = 'pairs, duration';
/** Runs last a second: a run's start and end are not booked together. */
const OPEN_RUNS = PER_SECOND;

const TYPE = 'bench.counted';
const OTHER_TYPE = 'bench.other';
const [STARTED, ENDED] = ['bench.started', 'bench.ended'];
const KEY = ['data.run_id'];
/** Above what comes: nothing fires, so booking and looks are what is measured. */
const OUT_OF_REACH = { threshold: 1_000, window: '3s' };

/** One rule, or none, and what comes at it. */
interface Case {
  label: string;
  rule?: object;
  each: (count: number) => NonNullable<Load['each']>;
  perSecond?: number;
  /** It is to fire, once. */
  fires?: boolean;
}

/** (i) Rules that keep state, at 200 events a second. */
export const stateful: Scenario = {
  letter: 'i',
  title: `Rules that keep state, at ${PER_SECOND} events/s`,
  run: (bench) => onStage(bench, measureCases),
};

const keyed = (keys: number) => (count: number) =>
  Array.from({ length: count }, (_, number) => ({ type: TYPE, key: `key-${number % keys}` }));

/** Starts, and as long as a run lasts behind each its end. */
function pairs(count: number): { type: string; key: string }[] {
  const runs = count / 2;
  const open = Math.min(OPEN_RUNS, runs);
  const at = (type: string, run: number) => ({ type, key: `%round%-run-${run}` });
  const between = Array.from({ length: runs - open }, (_, run) => [at(STARTED, open + run), at(ENDED, run)]).flat();
  const first = Array.from({ length: open }, (_, run) => at(STARTED, run));
  const last = Array.from({ length: open }, (_, run) => at(ENDED, runs - open + run));
  return [...first, ...between, ...last];
}

const CASES: Case[] = [
  { label: NO_RULE, each: keyed(KEYS) },
  { label: ONE_KEY, each: keyed(KEYS), rule: { event_type: TYPE, trigger: { kind: 'count', ...OUT_OF_REACH } } },
  {
    label: MANY_KEYS,
    each: keyed(KEYS),
    rule: { event_type: TYPE, trigger: { kind: 'count', ...OUT_OF_REACH, per: KEY } },
  },
  {
    label: `consecutive, ${KEYS.toLocaleString('en')} keys`,
    each: keyed(KEYS),
    rule: { event_type: TYPE, trigger: { kind: 'consecutive', threshold: 1_000, reset_on: OTHER_TYPE, per: KEY } },
  },
  {
    label: `ratio, ${KEYS.toLocaleString('en')} keys`,
    each: keyed(KEYS),
    rule: {
      trigger: { kind: 'ratio', of: OTHER_TYPE, against: [OTHER_TYPE, TYPE], at_least: 0.9, window: '1h', per: KEY },
    },
  },
  {
    label: FIRING,
    each: keyed(KEYS),
    rule: { event_type: TYPE, trigger: { kind: 'count', threshold: 100, window: '1m' } },
    fires: true,
  },
  { label: PAIRS_NO_RULE, each: pairs, perSecond: 2 * PER_SECOND },
  {
    label: PAIRS,
    each: pairs,
    perSecond: 2 * PER_SECOND,
    rule: {
      trigger: { kind: 'duration', longer_than: '30m', started: STARTED, ended: ENDED, key: 'event.data.run_id' },
    },
  },
];

async function measureCases(stage: Stage): Promise<Outcome> {
  const states = new Map<Case, State>();
  for (const one of CASES) states.set(one, await prepare(stage, one));
  const cases = CASES.map((one) => ({
    label: one.label,
    run: () => measureCase(stage, states.get(one) as State, one),
  }));
  const rows = await repeat(stage, 'i', cases, inWords);
  const cpu = (label: string, part: 'all' | 'own') =>
    (rows.find((row) => row.label === label)?.rounds ?? []).map((round) => round.cpu[part]);
  const added = (label: string) => {
    const base = cpu(NO_RULE, 'own');
    return cpu(label, 'own').map((value, index) => value - (base[index] as number));
  };
  return {
    tables: [tableOf('events', rows, [ACCEPTED, ...cpuColumns()])],
    notes: [
      `${scaled(stage.options, SECONDS, 3)} s of ${PER_SECOND} events/s, of ${PER_SECOND} pairs of a start and an end, a second apart, in the last two; nothing is delivered, so CPU s for 1,000 are of events, each ms.`,
      'One process for each round, warmed up; CPU runs until every event is looked at. It includes what idling costs meanwhile.',
    ],
    figures: {
      'own CPU ms for an event that a count on one key adds': added(ONE_KEY),
      [`own CPU ms for an event that a count on ${KEYS.toLocaleString('en')} keys adds`]: added(MANY_KEYS),
      'CPU with a duration rule over that with no rule': ratios(cpu(PAIRS, 'all'), cpu(PAIRS_NO_RULE, 'all')),
    },
    raw: rows,
  };
}

const ACCEPTED: Column<Round> = { head: 'accepted, p50 ms', of: ({ accepted }) => accepted.p50 };

const inWords = ({ accepted, cpu }: Round) =>
  `own CPU ${cpu.own.toFixed(2)} ms for an event, all ${cpu.all.toFixed(2)}; accepted in ${accepted.p50.toFixed(1)} ms`;

async function measureCase(stage: Stage, state: State, one: Case): Promise<Round> {
  const service = await startServiceProcess(stage, state);
  const program = serviceProgram(state, { service });
  const put = (seconds: number) => measure(stage, program, loadOf(one, seconds, state));
  await put(scaled(stage.options, WARM_UP_SECONDS, 2));
  const round = await put(scaled(stage.options, SECONDS, 3));
  const [firing, expected] = [await untilLooked(state), one.fires ? 1 : 0];
  if (firing !== expected) throw new Error(`${one.label}: ${firing} alert(s) fire, and ${expected} should.`);
  await service.stop();
  return round;
}

function loadOf({ each, perSecond = PER_SECOND }: Case, seconds: number, state: State): Load {
  const events = perSecond * seconds;
  const pace = { perSecond };
  return { events, pace, each: each(events), endpoints: 0, untilOver: () => untilLooked(state) };
}

async function createRule(stage: Stage, service: ServiceProcess, rule: object): Promise<void> {
  const endpoint = await create(service, 'webhooks', { name: 'bench', target_url: `${stage.receiver.url}/` });
  await create(service, 'alert-rules', { name: 'bench', webhook_endpoint_ids: [endpoint], ...rule });
}

async function prepare(stage: Stage, { rule }: Case): Promise<State> {
  const state = await stage.servers.newState();
  if (rule === undefined) return state;
  const service = await startServiceProcess(stage, state);
  await createRule(stage, service, rule);
  await service.stop();
  return state;
}
