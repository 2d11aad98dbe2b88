import { setTimeout as delay } from 'node:timers/promises';
import { median, percentile, ratios, spread } from '../figures.ts';
import { startFloor } from '../floor.ts';
import { type WorkflowsOfType, workflowsStarted } from '../histories.ts';
import type { Program } from '../program.ts';
import { untilQuiet } from '../quiet.ts';
import { jobOf, measure, nextRoundId, type Round } from '../round.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import { onStage, type Stage } from '../stage.ts';
import { startTypicalService, warmUp } from '../typical.ts';

/** Between two events at low load: what closes after an arrival must not meet the next event. */
const PAUSE_MS = 100;

/** One round at low load, in ms from the POST: to its answer, and to the arrival at the receiver. */
interface Quiet {
  acceptances: number[];
  latencies: number[];
}

/** What was measured of one program, round by round. */
interface Measured {
  quiet: Quiet[];
  quietWorkflows: { event: WorkflowsOfType['sample']; delivery: WorkflowsOfType['sample'] };
  busy: Round[];
}

type Both = Record<'floor' | 'service', Measured>;

/** (g) The service against a bare Temporal program of its shape, at low load and busy. */
export const floorComparison: Scenario = {
  letter: 'g',
  title: 'Beside the floor',
  run: (bench) => onStage(bench, compare),
};

async function compare(stage: Stage): Promise<Outcome> {
  const { rounds, events, concurrency, latency } = stage.options.floor;
  const service = await startTypicalService(stage);
  const floor = await startFloor(stage, await stage.servers.newState());
  await warmUp(stage, floor);
  const programs = { floor, service };
  const both: Both = { floor: nothingYet(), service: nothingYet() };
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of ['floor', 'service'] as const) {
      const measured = both[name];
      await trickle(stage, programs[name], latency, measured);
      const busy = await measure(stage, programs[name], { events, pace: { inFlight: concurrency } });
      measured.busy.push(busy);
      stage.say(`(g) ${round} of ${rounds}, ${name}: ${busy.deliveriesPerSecond.toFixed(1)} events/s`);
    }
  }
  return outcomeOf(both, [
    `${rounds} rounds in turn: ${latency} events one by one, then ${events} from ${concurrency} senders.`,
    'Figures are medians of the rounds (least–greatest); tasks and history events those of the median event (greatest).',
  ]);
}

const nothingYet = (): Measured => ({ quiet: [], quietWorkflows: { event: [], delivery: [] }, busy: [] });

/** Sends events one at a time, each a moment after the one before has arrived. */
async function trickle(stage: Stage, program: Program, events: number, into: Measured): Promise<void> {
  const startedAt = new Date();
  const quiet: Quiet = { acceptances: [], latencies: [] };
  for (let sent = 0; sent < events; sent += 1) {
    const round = nextRoundId();
    const { sentAt, acceptedAt } = await stage.load.send(jobOf(program, round, { events: 1, pace: { inFlight: 1 } }));
    const arrivals = stage.arrivals.of(round);
    if ((await arrivals.untilDistinct(1)) > 0) throw new Error(`An event of the ${program.name} did not arrive.`);
    const [began, accepted, arrived] = [sentAt[0], acceptedAt[0], arrivals.first('/').get(0)] as [
      number,
      number,
      number,
    ];
    quiet.acceptances.push(accepted - began);
    quiet.latencies.push(arrived - began);
    await delay(PAUSE_MS);
  }
  await untilQuiet(program);
  into.quiet.push(quiet);
  for (const { type, sample } of await workflowsStarted(program, startedAt)) {
    const part = type === program.workflowTypes.delivery ? 'delivery' : 'event';
    into.quietWorkflows[part].push(...sample);
  }
}

function outcomeOf({ floor, service }: Both, notes: string[]): Outcome {
  const row = (label: string, figure: (of: Measured) => string) => [label, figure(floor), figure(service)];
  const rate = ({ busy }: Measured) => busy.map(({ deliveriesPerSecond }) => deliveriesPerSecond);
  const p50 = ({ quiet }: Measured) => quiet.map(({ latencies }) => median(latencies));
  const cpu = (part: 'own' | 'temporal' | 'postgresql' | 'receiver' | 'all') => (of: Measured) =>
    spread(of.busy.map((round) => round.cpu[part]));
  const rows = [
    row('events/s, busy', (of) => spread(rate(of))),
    row('low load, POST to its answer, p50 ms', ({ quiet }) =>
      spread(quiet.map(({ acceptances }) => median(acceptances))),
    ),
    row('low load, POST to arrival, p50 ms', (of) => spread(p50(of))),
    row('low load, POST to arrival, p99 ms, of all', ({ quiet }) =>
      percentile(
        quiet.flatMap(({ latencies }) => latencies),
        0.99,
      ).toFixed(1),
    ),
    row('CPU s for 1,000 deliveries: all but the receiver', cpu('all')),
    row('the program', cpu('own')),
    row('Temporal', cpu('temporal')),
    row('PostgreSQL', cpu('postgresql')),
    row('*receiver*', cpu('receiver')),
    row('low load, history events, event + delivery', (of) => usual(of, 'historyEvents')),
    row('low load, workflow tasks, event + delivery', (of) => usual(of, 'tasks')),
    row(
      'low load, started eagerly',
      ({ quietWorkflows: { event } }) => `${event.filter(({ eager }) => eager).length} of ${event.length}`,
    ),
  ];
  const tasks = (part: 'event' | 'delivery') => [median(service.quietWorkflows[part].map((one) => one.tasks))];
  return {
    tables: [{ head: ['', 'floor', 'service'], rows }],
    notes,
    figures: {
      'workflow tasks of an event, low load': tasks('event'),
      'workflow tasks of a delivery, low load': tasks('delivery'),
      "p50 over the floor's, low load": ratios(p50(service), p50(floor)),
      "events/s over the floor's, busy": ratios(rate(service), rate(floor)),
    },
    raw: { floor, service },
  };
}

/** `2 + 1`, and `(3 + 1)` behind it where some event took more. */
function usual({ quietWorkflows: { event, delivery } }: Measured, what: 'historyEvents' | 'tasks'): string {
  const [ofEvent, ofDelivery] = [event.map((one) => one[what]), delivery.map((one) => one[what])];
  const middle = `${median(ofEvent)} + ${median(ofDelivery)}`;
  const most = `${Math.max(...ofEvent)} + ${Math.max(...ofDelivery)}`;
  return middle === most ? middle : `${middle} (${most})`;
}
