import { type Client, WorkflowNotFoundError } from '@temporalio/client';

/** Histories as one who may read the Temporal namespace reads them: payloads decoded. Workflows that never ran have none. */
export async function historiesOf(client: Client, workflowIds: string[]): Promise<string> {
  const histories = await Promise.all(workflowIds.map((id) => historyOf(client, id)));
  return JSON.stringify(histories, (_, value) => (isBytes(value) ? Buffer.from(value).toString('utf8') : value));
}

async function historyOf(client: Client, workflowId: string): Promise<unknown> {
  try {
    return await client.workflow.getHandle(workflowId).fetchHistory();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Not `instanceof`: under jest, the bytes of Node's own buffers are of another realm. */
const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value);
