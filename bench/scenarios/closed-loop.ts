import { cpuColumns, inWords, LATENCY, memoryColumns, RATE } from '../columns.ts';
import { ratios } from '../figures.ts';
import { startFloor } from '../floor.ts';
import { tasksOf, workflowsStarted } from '../histories.ts';
import { scaled } from '../options.ts';
import type { Program } from '../program.ts';
import { type Load, measure, type Round } from '../round.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import type { Starting } from '../servers.ts';
import { onStage, type Stage } from '../stage.ts';
import { type Column, tableOf } from '../table.ts';
import { startTypicalPair, startTypicalService, warmUp } from '../typical.ts';

const EVENTS = 5_000;
/** It takes about as long as the service's with a tenth of its events. */
const FLOOR_EVENTS = 500;
const FEW = 32;
const MANY = 256;

/** A round, and how much Temporal had to do in it. */
type Counted = Round & { workflows: number; tasks: number };

const perThousand = ({ deliveries }: Round) => 1_000 / deliveries;
const WORK: Column<Counted>[] = [
  { head: 'workflows for 1,000', of: (round) => round.workflows * perThousand(round), digits: 0 },
  { head: 'workflow tasks for 1,000', of: (round) => round.tasks * perThousand(round), digits: 0 },
];

/** (a) As fast as events are accepted: the service, and the floor beside it. */
export const closedLoop: Scenario = {
  letter: 'a',
  title: `${EVENTS.toLocaleString('en')} events in a closed loop, one endpoint`,
  run: (bench) => onStage(bench, compareWithFloor),
};

/** (h) The same with API and worker apart. */
export const twoProcesses: Scenario = {
  letter: 'h',
  title: 'The same with one API and one worker process',
  run: (bench) => onStage(bench, measurePair),
};

async function compareWithFloor(stage: Stage): Promise<Outcome> {
  const { before } = stage.options;
  const earlier = before === undefined ? undefined : await startTypicalService(stage, { checkout: before });
  const service = await startTypicalService(stage);
  const floor = await startFloor(stage, await stage.servers.newState());
  await warmUp(stage, floor);
  const cases = [...serviceCases(stage, service), floorCase(stage, floor)];
  const every = earlier ? [...cases, ...serviceCases(stage, earlier, 'before, ')] : cases;
  const rows = await repeat(stage, 'a', every, inWords);
  const [few, many, bare, fewBefore, manyBefore] = rows.map(({ rounds }) => rounds) as [
    Counted[],
    Counted[],
    Counted[],
  ] &
    Counted[][];
  const all = (rounds: Counted[]) => rounds.map(({ cpu }) => cpu.all);
  return {
    tables: [
      tableOf('in flight', rows, [RATE, ...cpuColumns(), ...WORK]),
      tableOf('in flight', rows.slice(0, 2), [...LATENCY, ...memoryColumns(Object.keys(service.pids))]),
    ],
    notes: notesOf(stage),
    figures: {
      [`CPU s for 1,000 deliveries, ${FEW} in flight`]: all(few),
      [`CPU s for 1,000 deliveries, ${MANY} in flight`]: all(many),
      [`the floor's CPU over the service's, ${MANY} in flight`]: ratios(all(bare), all(many)),
      [`own CPU ms for an event, ${MANY} in flight`]: many.map(({ cpu }) => cpu.own),
      ...(fewBefore ? { [`CPU over that before, ${FEW} in flight`]: ratios(all(few), all(fewBefore)) } : {}),
      ...(manyBefore ? { [`CPU over that before, ${MANY} in flight`]: ratios(all(many), all(manyBefore)) } : {}),
    },
    raw: rows,
  };
}

async function measurePair(stage: Stage): Promise<Outcome> {
  const pair = await startTypicalPair(stage);
  const rows = await repeat(stage, 'h', serviceCases(stage, pair), inWords);
  const processes = Object.keys(pair.pids);
  return {
    tables: [
      tableOf('in flight', rows, [RATE, ...cpuColumns(processes), ...WORK]),
      tableOf('in flight', rows, [...LATENCY, ...memoryColumns(processes)]),
    ],
    notes: notesOf(stage),
    figures: {},
    raw: rows,
  };
}

const serviceCases = (stage: Stage, program: Program, prefix = '') =>
  [FEW, MANY].map((inFlight) => ({
    label: `${prefix}${inFlight}`,
    run: () => measureAndCount(stage, program, { events: scaled(stage.options, EVENTS, 100), pace: { inFlight } }),
  }));

const floorCase = (stage: Stage, floor: Program) => ({
  label: `${MANY}, floor`,
  run: () =>
    measureAndCount(stage, floor, { events: scaled(stage.options, FLOOR_EVENTS, 50), pace: { inFlight: MANY } }),
});

async function measureAndCount(stage: Stage, program: Program, load: Load): Promise<Counted> {
  const round = await measure(stage, program, load);
  const workflows = await workflowsStarted(program, round.startedAt);
  const count = workflows.reduce((sum, one) => sum + one.count, 0);
  return { ...round, workflows: count, tasks: tasksOf(workflows) };
}

const notesOf = ({ options }: Starting) => [
  `${scaled(options, EVENTS, 100)} events of the service in each round; in flight: POSTs that wait for their 202.`,
  'CPU runs until the last workflow has ended. Latency is from a POST to its arrival.',
];
