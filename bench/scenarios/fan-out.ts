import { cpuColumns, inWords, LATENCY, RATE } from '../columns.ts';
import { inParallel } from '../in-parallel.ts';
import { scaled } from '../options.ts';
import { type Load, measure } from '../round.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import { create, serviceProgram, startServiceProcess } from '../service.ts';
import { onStage, type Stage } from '../stage.ts';
import { tableOf } from '../table.ts';
import { createTypicalRule, warmUp } from '../typical.ts';

const SOME = 10;
const MANY = 1_000;
const EVENTS_TO_SOME = 500;
const EVENTS_TO_MANY = 5;
/** Requests under way at once while endpoints are created. */
const CREATING = 8;

/** (c) One event to 10 and to 1,000 endpoints. */
export const fanOut: Scenario = {
  letter: 'c',
  title: `One event to ${SOME} and to ${MANY.toLocaleString('en')} endpoints`,
  run: (bench) => onStage(bench, measureFanOut),
};

async function measureFanOut(stage: Stage): Promise<Outcome> {
  const { options, say } = stage;
  const many = scaled(options, MANY, SOME);
  const state = await stage.servers.newState();
  const service = await startServiceProcess(stage, state);
  await createTypicalRule(stage, service);
  say(`Creating ${many} endpoints…`);
  const numbers = Array.from({ length: many }, (_, number) => number);
  const endpoints = await inParallel(numbers, CREATING, (number) =>
    create(service, 'webhooks', { name: `endpoint ${number}`, target_url: `${stage.receiver.url}/endpoint/${number}` }),
  );
  for (const count of [SOME, many]) {
    await create(service, 'alert-rules', {
      name: `to ${count}`,
      event_type: typeFor(count),
      webhook_endpoint_ids: endpoints.slice(0, count),
    });
  }
  const program = serviceProgram(state, { service });
  await warmUp(stage, program);
  const loads: Load[] = [
    { endpoints: SOME, events: scaled(options, EVENTS_TO_SOME, 10), pace: { inFlight: 32 } },
    { endpoints: many, events: scaled(options, EVENTS_TO_MANY, 2), pace: { inFlight: 1 } },
  ];
  const cases = loads.map((load) => ({
    label: `1 → ${load.endpoints}, ${load.events} events`,
    run: () => measure(stage, program, { ...load, eventType: typeFor(load.endpoints as number) }),
  }));
  const rows = await repeat(stage, 'c', cases, inWords);
  const cpu = (index: number) => (rows[index]?.rounds ?? []).map((round) => round.cpu.all);
  return {
    tables: [tableOf('endpoints', rows, [RATE, ...LATENCY, ...cpuColumns()])],
    notes: ['Closed loop. Latency is from a POST to the last of its arrivals.'],
    figures: {
      [`CPU s for 1,000 deliveries, 1 → ${SOME}`]: cpu(0),
      [`CPU s for 1,000 deliveries, 1 → ${MANY.toLocaleString('en')}`]: cpu(1),
    },
    raw: rows,
  };
}

const typeFor = (count: number) => `bench.to-${count}`;
