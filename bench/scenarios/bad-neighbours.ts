import { claimPort } from '../../src/embedded/port.ts';
import { scaled } from '../options.ts';
import { comparePairs, type Pair, pairInWords } from '../pairs.ts';
import { measure } from '../round.ts';
import { type Outcome, repeat, type Scenario } from '../scenario.ts';
import type { Starting } from '../servers.ts';
import { create, type ServiceProcess, serviceProgram, startServiceProcess } from '../service.ts';
import { onStage, type Stage } from '../stage.ts';
import type { Row } from '../table.ts';
import { CONDITION, createTypicalRule, warmUp } from '../typical.ts';

const SECONDS = 20;
const RATES = [50, 200];
const CROWDED = 'bench.crowded';

/** (d) A healthy endpoint beside one that answers after 10 s and one that refuses connections. */
export const badNeighbours: Scenario = {
  letter: 'd',
  title: 'A healthy endpoint beside a slow one (10 s) and one that refuses connections',
  async run(bench) {
    const cases = RATES.map((rate) => ({
      label: `${rate}/s`,
      // On servers of its own: what still fails and waits would weigh on what is measured next.
      run: () => onStage(bench, (stage) => measurePair(stage, rate)),
    }));
    return outcomeOf(bench, await repeat(bench, 'd', cases, pairInWords));
  },
};

async function measurePair(stage: Stage, perSecond: number): Promise<Pair> {
  const state = await stage.servers.newState();
  const service = await startServiceProcess(stage, state);
  const healthy = await createTypicalRule(stage, service);
  await createCrowdedRule(stage, service, healthy);
  const program = serviceProgram(state, { service });
  await warmUp(stage, program);
  const load = { events: perSecond * scaled(stage.options, SECONDS, 3), pace: { perSecond } };
  const alone = await measure(stage, program, load);
  const beside = await measure(stage, program, { ...load, eventType: CROWDED, path: '/', staysBusy: true });
  // Its open requests are nobody's any more; waiting for them would take their time-outs.
  await service.kill();
  return { alone, beside };
}

/** A rule that tells the healthy endpoint and both bad ones, with the retry policy that an endpoint has by itself. */
async function createCrowdedRule(stage: Stage, service: ServiceProcess, healthy: string): Promise<void> {
  const closedPort = await claimPort(0, { what: 'Nobody', setting: 'none' });
  const slow = await create(service, 'webhooks', { name: 'slow', target_url: `${stage.receiver.url}/slow` });
  const refusing = await create(service, 'webhooks', {
    name: 'refusing',
    target_url: `http://127.0.0.1:${closedPort}/`,
  });
  await create(service, 'alert-rules', {
    name: 'crowded',
    event_type: CROWDED,
    condition: CONDITION,
    webhook_endpoint_ids: [healthy, slow, refusing],
  });
}

function outcomeOf({ options }: Starting, rows: Row<Pair>[]): Outcome {
  return {
    ...comparePairs(rows, {
      corners: { latency: 'healthy endpoint', ratio: 'healthy endpoint' },
      alone: (label) => `${label}, alone`,
      beside: (label) => `${label}, beside them`,
      figure: (which, label) => `${which} at ${label} over that alone`,
    }),
    notes: [
      `${scaled(options, SECONDS, 3)} s alone, then as long with all three, on fresh servers for each pair of rounds.`,
      'Every event goes to all three; retry policies are the defaults.',
    ],
  };
}
