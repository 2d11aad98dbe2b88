import { ApplicationFailure, condition, continueAsNew, proxyActivities } from '@temporalio/workflow';

/* Somebody else's workflows, which know nothing of the service: run by a plain worker on a task queue of its own. */

const { charge } = proxyActivities<{ charge: (order: string) => Promise<string> }>({
  startToCloseTimeout: '30s',
  retry: { maximumAttempts: 1 },
});

/** Ends well. */
export async function shipOrder(): Promise<string> {
  return 'shipped';
}

/** Fails, by its activity. */
export async function chargeOrder(order: string): Promise<string> {
  return await charge(order);
}

/** Goes on as a new run once, which ends well. */
export async function pageThrough(page: number): Promise<void> {
  if (page === 1) await continueAsNew<typeof pageThrough>(2);
}

/** Stays open until it is cancelled or terminated. */
export async function waitForParcel(): Promise<void> {
  await condition(() => false);
}

/** Fails by itself. */
export async function refundOrder(order: string): Promise<void> {
  throw ApplicationFailure.nonRetryable(`${order} was never paid`, 'NotPaid');
}

/** Fails, and would not if it were tried again. */
export async function flakyOrder(order: string): Promise<void> {
  throw ApplicationFailure.create({ message: `${order} has bad luck`, type: 'BadLuck' });
}
