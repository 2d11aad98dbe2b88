import { proxyActivities } from '@temporalio/workflow';

const { load } = proxyActivities({
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 2, initialInterval: '100 milliseconds' },
});

/** Knows nothing of alerts. */
export async function nightlyImport(table) {
  await load(table);
}
