import type { CleanUp } from './clean-up.ts';
import { startForked } from './forked.ts';
import type { SendJob, Sent } from './sender.ts';

/** The load generator's process, as the bench uses it. */
export interface LoadGenerator {
  pid: number;
  /**
   * Sends one job's events; one job at a time.
   *
   * @param onReached called when `tellAt` events have been accepted
   * @throws Error when an event is not accepted for good
   */
  send(job: SendJob, onReached?: () => void): Promise<Sent>;
}

/** The event type that matches in most scenarios. */
export const EVENT_TYPE = 'bench.event';
/** Of a whole request body: that of the peers' measurements. */
const EVENT_BYTES = 500;
/** Of the ids; a few bytes more or less do not matter. */
const USUAL_ID = 'bench-0123456789ab-1000';

/** An event's body before and after its id. @param key its run's id */
export function eventBody(type: string, key = '5f0e8c1e-0000-4000-8000-000000000001'): SendJob['body'] {
  const data = {
    graph_name: 'etl',
    run_id: key,
    duration_ms: 61_000,
    error: { type: 'TimeoutError', message: 'the warehouse did not answer', node_name: 'load' },
    labels: { env: 'prod', team: 'data-platform', region: 'eu-central-1' },
    text: '',
  };
  const around = () => `","type":"${type}","data":${JSON.stringify(data)}}`;
  const before = '{"id":"';
  data.text = 'x'.repeat(Math.max(0, EVENT_BYTES - before.length - USUAL_ID.length - around().length));
  return { before, after: around() };
}

/** Starts the load generator. */
export async function startLoadGenerator(cleanUp: CleanUp): Promise<LoadGenerator> {
  const { child, pid } = await startForked('sender.ts', cleanUp);
  return {
    pid,
    async send(job, onReached) {
      const { promise, resolve, reject } = Promise.withResolvers<Sent>();
      const hear = (told: { sent?: Sent; failed?: string }) => {
        if (told.sent) resolve(told.sent);
        else if (told.failed !== undefined) reject(new Error(told.failed));
        else onReached?.();
      };
      const died = () => reject(new Error('The load generator ended by itself.'));
      child.on('message', hear).once('exit', died);
      child.send(job);
      return await promise.finally(() => child.off('message', hear).off('exit', died));
    },
  };
}
