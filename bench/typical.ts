import { EVENT_TYPE } from './load.ts';
import { scaled } from './options.ts';
import type { Program } from './program.ts';
import { measure } from './round.ts';
import type { State } from './servers.ts';
import { create, type ServiceChoice, type ServiceProcess, serviceProgram, startServiceProcess } from './service.ts';
import type { Stage } from './stage.ts';

/** A rule's condition as people write them. */
export const CONDITION = 'event.data.graph_name == "etl" && event.data.duration_ms > 1000';

/** Plans, caches, compiled code and connections are warm after so many events. */
const WARM_UP = { events: 600, inFlight: 32 };

/** Starts the service with one endpoint and one rule that matches every event, warmed up. */
export async function startTypicalService(stage: Stage, choice?: ServiceChoice): Promise<Program> {
  const state = await stage.servers.newState();
  const service = await startServiceProcess(stage, state, choice);
  return await prepare(stage, state, { service });
}

/** The same as two processes: one API, one worker. */
export async function startTypicalPair(stage: Stage): Promise<Program> {
  const state = await stage.servers.newState();
  // One after the other, for both migrate.
  const api = await startServiceProcess(stage, state, { role: 'api' });
  const worker = await startServiceProcess(stage, state, { role: 'worker' });
  return await prepare(stage, state, { api, worker });
}

/** Creates an endpoint at the receiver and a rule for it. @returns the endpoint's id */
export async function createTypicalRule(stage: Stage, service: ServiceProcess): Promise<string> {
  const endpoint = await create(service, 'webhooks', { name: 'bench', target_url: `${stage.receiver.url}/` });
  await create(service, 'alert-rules', {
    name: 'bench',
    event_type: EVENT_TYPE,
    condition: CONDITION,
    webhook_endpoint_id: endpoint,
  });
  return endpoint;
}

/** Sends a program its first events; what they cost is nobody's. */
export async function warmUp(stage: Stage, program: Program): Promise<void> {
  const { events, inFlight } = WARM_UP;
  stage.say(`Warming up the ${program.name}…`);
  await measure(stage, program, { events: scaled(stage.options, events, 40), pace: { inFlight } });
}

async function prepare(stage: Stage, state: State, processes: Record<string, ServiceProcess>): Promise<Program> {
  const [first] = Object.values(processes) as [ServiceProcess];
  await createTypicalRule(stage, first);
  const program = serviceProgram(state, processes);
  await warmUp(stage, program);
  return program;
}
