import { proxyActivities, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { type DeliveryWorkflowInput, type SettledDelivery, statusAttribute } from './contract.ts';
import { inert } from './text.ts';

/** Until there is an answer, however long PostgreSQL is away. A try waits at most for one that is cut off, and sends. */
const { redeliver } = proxyActivities<Activities>({
  startToCloseTimeout: '3m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
  summary: 'One more POST, asked for by a person',
});

/** One more sending of a delivery that has ended. Whatever comes of it, no retry follows and no dead letter. */
export async function redeliverOnce(input: DeliveryWorkflowInput): Promise<SettledDelivery> {
  setCurrentDetails('A person asked for it to be sent once more.');
  const settled = await redeliver({ namespace: input.namespace, delivery_id: input.delivery_id });
  if (settled.status === 'succeeded') upsertSearchAttributes([statusAttribute('succeeded')]);
  setCurrentDetails(describe(settled));
  return settled;
}

function describe(settled: SettledDelivery): string {
  if (settled.status === 'succeeded') return `Sent once more: delivered by attempt ${settled.attempts}.`;
  if (settled.status === 'skipped') return `Not sent once more: ${settled.reason}.`;
  return inert(`Sent once more, in vain: ${settled.last_error ?? settled.reason}. The delivery stays as it was.`);
}
