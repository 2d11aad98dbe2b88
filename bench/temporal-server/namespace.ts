import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { waitUntil } from '../../src/embedded/wait-until.ts';
import { ensureSearchAttributes, type SearchAttributeTypes } from '../../src/temporal-search-attributes.ts';
import searchAttributes from '../../temporal-config/search-attributes.json' with { type: 'json' };

const NAMESPACE = 'default';
const RETENTION_MS = 24 * 3_600_000;
const USABLE_WITHIN_MS = 60_000;
/** https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;

/**
 * Makes the namespace `default` on a new server, registers our search attributes, and waits until every service that a
 * workflow needs knows both.
 *
 * @throws Error when it takes more than a minute
 */
export async function prepareNamespace(connection: Connection): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace: NAMESPACE,
    workflowExecutionRetentionPeriod: msToTs(RETENTION_MS),
  });
  const usable = await waitUntil(
    async () => (await historyAnswers(connection)) && (await matchingAnswers(connection)),
    { timeoutMs: USABLE_WITHIN_MS, everyMs: 100 },
  );
  if (!usable) throw new Error(`The Temporal server does not take the namespace ${NAMESPACE} into use.`);
  await ensureSearchAttributes(connection, NAMESPACE, searchAttributes as SearchAttributeTypes);
}

/** The frontend knows by itself whether there is such a namespace; whether there is such a workflow it has to ask. */
async function historyAnswers(connection: Connection): Promise<boolean> {
  const execution = { workflowId: 'none' };
  try {
    await connection.workflowService.describeWorkflowExecution({ namespace: NAMESPACE, execution });
    return true;
  } catch (error) {
    const { code, details = '' } = error as { code?: number; details?: string };
    return code === NOT_FOUND && !/namespace/i.test(details);
  }
}

async function matchingAnswers(connection: Connection): Promise<boolean> {
  const request = { namespace: NAMESPACE, taskQueue: { name: 'none' }, taskQueueType: 1 };
  return await connection.workflowService.describeTaskQueue(request).then(
    () => true,
    () => false,
  );
}
