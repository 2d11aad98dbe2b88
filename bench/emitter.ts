/*
 * A program that emits by the SDK, a process of its own, so that its CPU is known: takes one job at a time from its parent and
 * says how long it was until the service had all events.
 */
import { ExosphereAlerts } from '@exosphere/alerts';
import { createTemporalEmitter, type Emitter } from '@exosphere/alerts/temporal';
import { Client, Connection } from '@temporalio/client';
import { inParallel } from './in-parallel.ts';
import { EVENT_TYPE, eventBody } from './load.ts';

/** What to emit, and how. */
export interface EmitJob {
  way: 'Temporal' | 'REST';
  /** Ids are this, a dash and the number from 0. */
  round: string;
  count: number;
  /** The next event when one of so many is accepted; null: all as they come, at so many in each turn of the event loop. */
  inFlight: number | null;
}

export interface Emitted {
  ms: number;
}

/** A turn of a busy program's event loop. */
const IN_A_TURN = 10;

const [address = '', namespace = '', url = '', apiKey = ''] = process.argv.slice(2);
const connection = await Connection.connect({ address });
const buffer = { maxEvents: 100_000, maxBytes: 256 * 1024 * 1024 };
const emitters: Record<EmitJob['way'], Emitter> = {
  Temporal: createTemporalEmitter({ client: new Client({ connection, namespace }), namespace: 'default', buffer }),
  REST: new ExosphereAlerts({ url, apiKey, buffer }),
};
const { before, after } = eventBody(EVENT_TYPE);
const { data } = JSON.parse(`${before}${after}`);

process.on('message', (job: EmitJob) => {
  run(job).then(
    (emitted) => process.send?.({ emitted }),
    (error: Error) => process.send?.({ failed: error.message }),
  );
});
process.on('SIGINT', () => {});
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(1));
process.send?.({ ready: true });

async function run({ way, round, count, inFlight }: EmitJob): Promise<Emitted> {
  const emitter = emitters[way];
  const numbers = Array.from({ length: count }, (_, number) => number);
  const eventOf = (number: number) => ({ type: EVENT_TYPE, id: `${round}-${number}`, data });
  const began = performance.now();
  if (inFlight !== null) {
    await inParallel(numbers, inFlight, async (number) => void (await emitter.send(eventOf(number))));
  } else {
    for (const number of numbers) {
      emitter.emit(eventOf(number));
      if (number % IN_A_TURN === IN_A_TURN - 1) await new Promise(setImmediate);
    }
    if (!(await emitter.flush({ timeout: 300_000 }))) throw new Error(`${emitter.pending} events were not accepted.`);
  }
  return { ms: performance.now() - began };
}
