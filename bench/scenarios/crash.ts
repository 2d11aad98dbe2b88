import { now } from '../clock.ts';
import { scaled } from '../options.ts';
import { untilQuiet } from '../quiet.ts';
import { jobOf, nextRoundId } from '../round.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import type { Sent } from '../sender.ts';
import type { State } from '../servers.ts';
import { type ServiceProcess, serviceProgram, startServiceProcess } from '../service.ts';
import { onStage, type Stage } from '../stage.ts';
import { type Column, tableOf } from '../table.ts';
import { createTypicalRule, warmUp } from '../typical.ts';

const EVENTS = 2_000;
const IN_FLIGHT = 32;

/** What a crash came to; times in seconds from the spawn of the new process. */
interface Crash {
  /** Accepted events that never arrived. */
  lost: number;
  /** Arrivals beyond the first of a webhook-id. */
  repeated: number;
  /** Deliveries beyond the first of an event: repeats that a receiver cannot know by their webhook-id. */
  doubled: number;
  /** When the last event arrived that was sent before the crash. */
  slowest: number;
  /** When `/readyz` answered 200. */
  ready: number;
  /** POSTs that had no answer and were repeated. */
  unanswered: number;
}

const COLUMNS: Column<Crash>[] = [
  { head: 'lost', of: ({ lost }) => lost, digits: 0 },
  { head: 'repeated', of: ({ repeated }) => repeated, digits: 0 },
  { head: 'under a second webhook-id', of: ({ doubled }) => doubled, digits: 0 },
  { head: 'slowest delivery, s after the restart', of: ({ slowest }) => slowest },
  { head: 'ready, s after the restart', of: ({ ready }) => ready },
  { head: 'POSTs repeated', of: ({ unanswered }) => unanswered, digits: 0 },
];

/** (f) kill -9 of the service in the middle of its work, and a restart at once. */
export const crash: Scenario = {
  letter: 'f',
  title: `kill -9 in the middle of ${EVENTS.toLocaleString('en')} events`,
  run: (bench) => onStage(bench, measureCrashes),
};

async function measureCrashes(stage: Stage): Promise<Outcome> {
  const state = await stage.servers.newState();
  let service = await startServiceProcess(stage, state);
  await createTypicalRule(stage, service);
  await warmUp(stage, serviceProgram(state, { service }));
  const run = async () => {
    const { result, next } = await crashOnce(stage, state, service);
    service = next;
    return result;
  };
  const label = `${IN_FLIGHT} in flight`;
  const rows = await repeat(stage, 'f', [{ label, run }], inWords);
  const rounds = rows.flatMap((row) => row.rounds);
  return {
    tables: [tableOf('', rows, COLUMNS)],
    notes: [
      `${scaled(stage.options, EVENTS, 100)} events; the kill comes when half are accepted, the spawn right after it.`,
      'A POST without an answer is repeated with the same id until it is accepted. The slowest delivery is that of the events sent before the kill.',
    ],
    figures: {
      'events lost': rounds.map(({ lost }) => lost),
      'slowest delivery, s after the restart': rounds.map(({ slowest }) => slowest),
    },
    raw: rows,
  };
}

async function crashOnce(
  stage: Stage,
  state: State,
  service: ServiceProcess,
): Promise<{ result: Crash; next: ServiceProcess }> {
  const round = nextRoundId();
  const events = scaled(stage.options, EVENTS, 100);
  const program = serviceProgram(state, { service });
  const job = jobOf(program, round, { events, pace: { inFlight: IN_FLIGHT } });
  let killedAt = 0;
  const restarted = Promise.withResolvers<ServiceProcess>();
  const restart = async () => {
    killedAt = now();
    await service.kill();
    return await startServiceProcess(stage, state, { port: Number(new URL(service.url).port) });
  };
  const sending = stage.load.send({ ...job, tellAt: Math.floor(events / 2) }, () => restarted.resolve(restart()));
  const [sent, next] = await Promise.all([sending, restarted.promise]);
  const lost = await stage.arrivals.of(round).untilDistinct(events);
  // Said now: what is lost may also be open for ever, and then the next line ends the scenario.
  if (lost > 0) stage.say(`(f) ${lost} of ${events} accepted events have not arrived.`);
  // Repeats may come later than the last event.
  await untilQuiet(program);
  return { result: judge(stage, round, { sent, killedAt, next, lost }), next };
}

function judge(
  stage: Stage,
  round: string,
  { sent, killedAt, next, lost }: { sent: Sent; killedAt: number; next: ServiceProcess; lost: number },
): Crash {
  const arrivals = stage.arrivals.of(round);
  const first = arrivals.first('/');
  const sentBefore = [...first].filter(([event]) => (sent.sentAt[event] as number) < killedAt);
  const times = [...arrivals.byWebhookId.values()];
  return {
    lost,
    repeated: times.reduce((sum, count) => sum + count - 1, 0),
    doubled: arrivals.byWebhookId.size - arrivals.distinct(),
    slowest: (Math.max(...sentBefore.map(([, at]) => at)) - next.spawnedAt) / 1_000,
    ready: (next.readyAt - next.spawnedAt) / 1_000,
    unanswered: sent.unanswered,
  };
}

const inWords = ({ lost, repeated, slowest, ready }: Crash) =>
  `${lost} lost, ${repeated} repeated, slowest ${slowest.toFixed(1)} s, ready ${ready.toFixed(1)} s after the restart`;
