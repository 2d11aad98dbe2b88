import type { Client } from '@temporalio/client';
import { DESERTED, type TheirNamespace } from './namespace.ts';

/** In these shares; one of a hundred is left open. */
const OUTCOMES = ['completed', 'failed', 'timed_out', 'terminated', 'cancelled', 'continued_as_new'] as const;

const TOGETHER = 25;

/**
 * Has so many workflows end, in every way that one can.
 *
 * @param prefix of their ids
 * @returns once the last of them has been told how it is to end
 */
export async function endInEveryWay({ client, taskQueue }: TheirNamespace, prefix: string, count: number) {
  const numbers = Array.from({ length: count }, (_, index) => index).values();
  const worker = async () => {
    for (const number of numbers)
      await end(client, taskQueue, OUTCOMES[number % OUTCOMES.length]!, `${prefix}-${number}`);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
}

async function end(client: Client, taskQueue: string, outcome: (typeof OUTCOMES)[number], workflowId: string) {
  const start = (type: string, fields: object = {}) =>
    client.workflow.start(type, { taskQueue, workflowId, args: [], ...fields });
  switch (outcome) {
    case 'completed':
      return await start('shipOrder');
    case 'failed':
      return await start('chargeOrder', { args: [workflowId] });
    case 'timed_out':
      return await start('shipOrder', { taskQueue: DESERTED, workflowRunTimeout: '1s' });
    case 'terminated':
      return await (await start('waitForParcel', { taskQueue: DESERTED })).terminate('lost in the post');
    case 'cancelled':
      return await (await start('waitForParcel')).cancel();
    case 'continued_as_new':
      return await start('pageThrough', { args: [1] });
  }
}

/** What every closed run is, and every open one, by the id that its event has. Newest first. */
export async function runsOf(client: Client): Promise<Map<string, string>> {
  const runs = new Map<string, string>();
  for await (const { workflowId, runId, status } of client.workflow.list()) {
    runs.set(`${workflowId}/${runId}/${status.name.toLowerCase()}`, status.name);
  }
  return runs;
}
