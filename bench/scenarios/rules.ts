import { cpuColumns, inWords, RATE } from '../columns.ts';
import { ratios } from '../figures.ts';
import { inParallel } from '../in-parallel.ts';
import { EVENT_TYPE } from '../load.ts';
import { scaled } from '../options.ts';
import { measure, type Round } from '../round.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import type { State } from '../servers.ts';
import { create, serviceProgram, startServiceProcess } from '../service.ts';
import { onStage, type Stage } from '../stage.ts';
import { type Row, tableOf } from '../table.ts';
import { createTypicalRule, warmUp } from '../typical.ts';

const COUNTS = [10, 1_000, 10_000];
/** Rules of the event's own type, each of which is evaluated: few do so much. */
const SAME_TYPE_COUNTS = [10, 1_000];
const EVENTS = 2_000;
/** Each keeps the decision of every rule. */
const SAME_TYPE_EVENTS = 300;
const IN_FLIGHT = 32;
/** Requests under way at once while rules are created. */
const CREATING = 8;

/** So many rules of which one matches, in a state of their own. */
interface RuleSet {
  label: string;
  rules: number;
  events: number;
  /** What the rules that do not match are like. */
  other: (number: number) => { event_type: string; condition?: string };
}

/** (e) 10, 1,000 and 10,000 rules of which one matches. */
export const rules: Scenario = {
  letter: 'e',
  title: `${COUNTS.map((count) => count.toLocaleString('en')).join(', ')} rules, one matching`,
  run: (bench) => onStage(bench, measureRuleSets),
};

async function measureRuleSets(stage: Stage): Promise<Outcome> {
  const sets = ruleSets(stage);
  const states = new Map<RuleSet, State>();
  for (const set of sets) states.set(set, await createRules(stage, set));
  const cases = sets.map((set) => ({
    label: set.label,
    run: () => measureWith(stage, states.get(set) as State, set),
  }));
  const rows = await repeat(stage, 'e', cases, inWords);
  const all = (row: Row<Round> | undefined) => (row?.rounds ?? []).map(({ cpu }) => cpu.all);
  const sameType = rows.splice(COUNTS.length);
  const columns = [RATE, ...cpuColumns()];
  return {
    tables: [tableOf('rules of other types', rows, columns), tableOf('rules of the same type', sameType, columns)],
    notes: [
      `Closed loop, ${IN_FLIGHT} in flight; a service process of its own for each round, warmed up.`,
      'Of the same type: each rule has a condition that is false, is evaluated for each event and its decision kept.',
    ],
    figures: {
      [`CPU with ${COUNTS.at(-1)?.toLocaleString('en')} rules over that with ${COUNTS[0]}`]: ratios(
        all(rows.at(-1)),
        all(rows[0]),
      ),
    },
    raw: { otherTypes: rows, sameType },
  };
}

function ruleSets({ options }: Stage): RuleSet[] {
  const count = (full: number) => scaled(options, full, 10);
  return [
    ...COUNTS.map(count).map((rules) => ({
      label: rules.toLocaleString('en'),
      rules,
      events: scaled(options, EVENTS, 100),
      other: (number: number) => ({ event_type: `custom.n${number}` }),
    })),
    ...SAME_TYPE_COUNTS.map(count).map((rules) => ({
      label: `${rules.toLocaleString('en')} of the same type`,
      rules,
      events: scaled(options, SAME_TYPE_EVENTS, 50),
      other: (number: number) => ({
        event_type: EVENT_TYPE,
        condition: `event.data.graph_name == "other-${number}" && event.data.duration_ms > ${number}`,
      }),
    })),
  ];
}

async function createRules(stage: Stage, { label, rules, other }: RuleSet): Promise<State> {
  stage.say(`Creating ${label} rules…`);
  const state = await stage.servers.newState();
  const service = await startServiceProcess(stage, state);
  const endpoint = await createTypicalRule(stage, service);
  const numbers = Array.from({ length: rules - 1 }, (_, number) => number);
  await inParallel(numbers, CREATING, (number) =>
    create(service, 'alert-rules', { name: `rule ${number}`, webhook_endpoint_id: endpoint, ...other(number) }),
  );
  await service.stop();
  return state;
}

async function measureWith(stage: Stage, state: State, { events }: RuleSet): Promise<Round> {
  const service = await startServiceProcess(stage, state);
  const program = serviceProgram(state, { service });
  await warmUp(stage, program);
  const round = await measure(stage, program, { events, pace: { inFlight: IN_FLIGHT } });
  await service.stop();
  return round;
}
