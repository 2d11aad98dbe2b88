import { startForked } from './forked.ts';
import { profileArguments } from './profiles.ts';
import type { Program } from './program.ts';
import type { State } from './servers.ts';
import type { Stage } from './stage.ts';

const TASK_QUEUE = 'bench-floor';

/** Starts the floor, see `floor/server.ts`. It keeps nothing but what Temporal keeps. */
export async function startFloor(stage: Stage, state: State): Promise<Program> {
  const { pid, ready } = await startForked<{ port: number }>('floor/server.ts', stage.cleanUp, {
    args: [stage.servers.temporalAddress, state.namespace, TASK_QUEUE, `${stage.receiver.url}/`],
    execArgv: profileArguments(stage.options, 'floor'),
  });
  return {
    name: 'floor',
    url: `http://127.0.0.1:${ready.port}/`,
    headers: {},
    pids: { floor: pid },
    taskQueue: TASK_QUEUE,
    workflowTypes: { event: 'floorEvent', delivery: 'floorDelivery' },
    temporal: state.temporal,
  };
}
