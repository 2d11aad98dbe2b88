import { eventBody, startLoadGenerator } from '../load.ts';
import { scaled } from '../options.ts';
import { comparePairs, type Pair, pairInWords } from '../pairs.ts';
import { measure, nextRoundId } from '../round.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import type { Sent } from '../sender.ts';
import type { Starting } from '../servers.ts';
import { apiKeyOf, create, type ServiceProcess, serviceProgram, startServiceProcess } from '../service.ts';
import { onStage, type Stage } from '../stage.ts';
import type { Row } from '../table.ts';
import { CONDITION, createTypicalRule, warmUp } from '../typical.ts';

/** Of the quiet namespace; its neighbour sends a hundred times as much. */
const PER_SECOND = 2;
const TIMES = 100;
/** A hundred events: with fewer, p99 would be the slowest of them. */
const SECONDS = 50;
/** By which its neighbour is ahead, and outlasts it. */
const LEAD_S = 3;
const ENDPOINTS = 20;

/** Paths of the neighbour's receivers. */
const NEIGHBOURS = { quick: '/neighbour', slow: '/wait-5000' };
type Kind = keyof typeof NEIGHBOURS;
const LABELS: Record<Kind, string> = { quick: 'quick receivers', slow: 'receivers that take 5 s' };

interface BesideSender extends Pair {
  neighbour: Sent;
}

/** (j) A quiet namespace beside one that sends a hundred times as much. */
export const noisyNeighbour: Scenario = {
  letter: 'j',
  title: `A namespace with ${PER_SECOND} events/s beside one with ${PER_SECOND * TIMES}/s`,
  async run(bench) {
    const cases = (Object.keys(NEIGHBOURS) as Kind[]).map((kind) => ({
      label: LABELS[kind],
      // On servers of its own: what a neighbour has left undone would weigh on what is measured next.
      run: () => onStage(bench, (stage) => measurePair(stage, kind)),
    }));
    return outcomeOf(bench, await repeat(bench, 'j', cases, pairInWords));
  },
};

async function measurePair(stage: Stage, kind: Kind): Promise<BesideSender> {
  const state = await stage.servers.newState();
  const service = await startServiceProcess(stage, state);
  await createTypicalRule(stage, service);
  const apiKey = await apiKeyOf(service, 'neighbour');
  await createNeighbour(stage, service, apiKey, kind);
  const program = serviceProgram(state, { service });
  await warmUp(stage, program);
  const seconds = scaled(stage.options, SECONDS, 3);
  const load = { events: PER_SECOND * seconds, pace: { perSecond: PER_SECOND }, path: '/' };
  const alone = await measure(stage, program, load);
  const generator = await startLoadGenerator(stage.cleanUp);
  const ahead = Promise.withResolvers<void>();
  const perSecond = PER_SECOND * TIMES;
  const count = perSecond * (seconds + 2 * LEAD_S);
  const sending = generator.send(
    {
      ...{ url: program.url, headers: { 'x-api-key': apiKey }, round: nextRoundId(), count, pace: { perSecond } },
      body: eventBody('%type%', '%key%'),
      each: Array.from({ length: count }, (_, index) => ({ type: typeOf(index % ENDPOINTS), key: `run-${index}` })),
      tellAt: perSecond * LEAD_S,
    },
    ahead.resolve,
  );
  await Promise.race([ahead.promise, sending]);
  const beside = await measure(stage, program, { ...load, staysBusy: true });
  const neighbour = await sending;
  // What it still owes its slow receivers is nobody's any more.
  await service.kill();
  return { alone, beside, neighbour };
}

const typeOf = (endpoint: number) => `bench.neighbour.${endpoint}`;

/** Endpoints of the neighbour, each with a rule for a type of its own. */
async function createNeighbour(stage: Stage, service: ServiceProcess, apiKey: string, kind: Kind): Promise<void> {
  for (let number = 0; number < ENDPOINTS; number += 1) {
    const target_url = `${stage.receiver.url}${NEIGHBOURS[kind]}/${number}`;
    const endpoint = await create(service, 'webhooks', { name: `n${number}`, target_url }, apiKey);
    const rule = { name: `n${number}`, event_type: typeOf(number), condition: CONDITION };
    await create(service, 'alert-rules', { ...rule, webhook_endpoint_id: endpoint }, apiKey);
  }
}

function outcomeOf({ options }: Starting, rows: Row<BesideSender>[]): Outcome {
  const refused = {
    head: "neighbour's POSTs refused",
    of: ({ neighbour }: BesideSender) => neighbour.refused,
    digits: 0,
  };
  return {
    ...comparePairs(rows, {
      corners: { latency: 'quiet namespace', ratio: 'beside a neighbour with' },
      alone: (label) => `alone, before: ${label}`,
      beside: (label) => `beside ${label}`,
      figure: (which, label) => `${which} beside ${label}, over that alone`,
      more: [refused],
    }),
    notes: [
      `${scaled(options, SECONDS, 3)} s alone, then as long beside the neighbour, on fresh servers for each pair of rounds.`,
      `The neighbour's events go to ${ENDPOINTS} endpoints in turn. One process, no limit at the door.`,
    ],
  };
}
