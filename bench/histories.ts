import { Client, Connection } from '@temporalio/client';

/** What Temporal keeps and does for one event with one delivery. */
export interface HistoryCost {
  events: number;
  workflowTasks: number;
}

/** `temporal.api.enums.v1.EventType`: EVENT_TYPE_WORKFLOW_TASK_COMPLETED. */
const WORKFLOW_TASK_COMPLETED = 7;

/**
 * Reads the newest completed histories of these workflow types and adds them up.
 *
 * @returns by workflow type; empty histories are not counted
 */
export async function historyCosts(address: string, types: string[]): Promise<Record<string, HistoryCost>> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection });
    const costs: Record<string, HistoryCost> = {};
    for (const type of types) {
      const query = `WorkflowType = '${type}' AND ExecutionStatus = 'Completed'`;
      for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 1 })) {
        const { events = [] } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        const tasks = events?.filter((event) => event.eventType === WORKFLOW_TASK_COMPLETED) ?? [];
        costs[type] = { events: events?.length ?? 0, workflowTasks: tasks.length };
        break;
      }
    }
    return costs;
  } finally {
    await connection.close();
  }
}
