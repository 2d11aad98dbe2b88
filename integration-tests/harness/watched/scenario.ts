import { expect } from '@jest/globals';
import { type ServiceProcess, startServiceProcess } from '../service-process.ts';
import { until } from '../until.ts';
import type { TheirNamespace } from './namespace.ts';
import { endInEveryWay, runsOf } from './outcomes.ts';
import { eventsAbout } from './source.ts';

/** What an event of a run with this status is. */
const TYPES: Record<string, string> = {
  COMPLETED: 'workflow.succeeded',
  FAILED: 'workflow.failed',
  TIMED_OUT: 'workflow.timed_out',
  TERMINATED: 'workflow.cancelled',
  CANCELLED: 'workflow.cancelled',
  CONTINUED_AS_NEW: 'custom.temporal.continued_as_new',
};

/**
 * Has so many workflows end in every way, and kills the process that watches them in the middle: each end is one event in
 * the end, and none is missing. The namespace has to be watched already.
 *
 * @returns the process that goes on in place of the killed one
 */
export async function killedInTheMiddle(
  theirs: TheirNamespace,
  databaseUrl: string,
  watcher: ServiceProcess,
  count: number,
): Promise<ServiceProcess> {
  // What was told before is none of this.
  const before = (await eventsAbout(databaseUrl, theirs.name)).size;
  const made = endInEveryWay(theirs, 'order', count);
  const patience = 60_000 + count * 100;
  await until(
    async () => (await eventsAbout(databaseUrl, theirs.name)).size >= before + count / 5,
    'a fifth to be told',
    patience,
  );
  await watcher.kill();
  const next = await startServiceProcess(databaseUrl);
  await made;
  let missing: string[] = [];
  const isComplete = async () => {
    const [runs, events] = [await runsOf(theirs.client), await eventsAbout(databaseUrl, theirs.name)];
    const open = [...runs.values()].filter((status) => status === 'RUNNING').length;
    missing = [...runs].filter(([id, status]) => status !== 'RUNNING' && !events.has(id)).map(([id]) => id);
    return missing.length === 0 && open <= STAY_OPEN && runs.size >= count;
  };
  await until(isComplete, 'every end to be told', patience).catch((error: Error) => {
    throw new Error(`${error.message} ${missing.length} are missing, such as ${missing.slice(0, 3).join(', ')}.`);
  });
  const [runs, events] = [await runsOf(theirs.client), await eventsAbout(databaseUrl, theirs.name)];
  const ends = [...events.values()].filter(({ data }) => data.status !== 'running');
  expect(ends.filter(({ times }) => times !== 1)).toEqual([]);
  expect(ends.length).toBe([...runs.values()].filter((status) => status !== 'RUNNING').length);
  for (const [id, status] of runs) {
    if (id.startsWith('order-')) expect([id, events.get(id)?.type]).toEqual([id, TYPES[status]]);
  }
  return next;
}

/** Those that a test leaves open while this goes on. */
const STAY_OPEN = 1;
