import type { ChildProcess } from 'node:child_process';
import { type Arrivals, collectArrivals } from './arrivals.ts';
import { createCleanUp } from './clean-up.ts';
import { startForked } from './forked.ts';
import { type LoadGenerator, startLoadGenerator } from './load.ts';
import { type Servers, type Starting, startServers } from './servers.ts';

/** Everything that a measurement needs besides the program under test, running. */
export interface Stage extends Starting {
  servers: Servers;
  receiver: { pid: number; url: string };
  arrivals: Arrivals;
  load: LoadGenerator;
}

/**
 * Opens a stage of its own for `act` and clears it away, however `act` ends: nothing of one scenario weighs on the next.
 *
 * @returns what `act` returns
 */
export async function onStage<T>(bench: Starting, act: (stage: Stage) => Promise<T>): Promise<T> {
  const cleanUp = createCleanUp();
  // Should the bench be stopped meanwhile: steps run once, so clearing away twice does no harm.
  bench.cleanUp.add(cleanUp.run);
  try {
    const starting = { ...bench, cleanUp };
    const servers = await startServers(starting);
    const { child, pid, ready } = await startForked<{ port: number }>('receiver.ts', cleanUp);
    const load = await startLoadGenerator(cleanUp);
    bench.signal.throwIfAborted();
    const receiver = { pid, url: `http://127.0.0.1:${ready.port}` };
    return await act({ ...starting, servers, receiver, arrivals: collectArrivals(child as ChildProcess), load });
  } finally {
    await cleanUp.run();
  }
}
