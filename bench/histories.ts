import type { Client } from '@temporalio/client';
import type { Program } from './programs.ts';

/** What Temporal keeps and does for one event with one delivery, read from the two real histories. */
export interface HistoryCost {
  event: { events: number; tasks: number; eager: boolean };
  delivery: { events: number; tasks: number };
}

/** `temporal.api.enums.v1.EventType`: EVENT_TYPE_WORKFLOW_TASK_COMPLETED. */
const WORKFLOW_TASK_COMPLETED = 7;

/** Reads the history of each event's workflow and of the one child that it started. */
export async function historyCosts(client: Client, program: Program, eventIds: string[]): Promise<HistoryCost[]> {
  const costs: HistoryCost[] = [];
  for (const id of eventIds) {
    const event = await historyOf(client, program.workflowId(id));
    const children = event.flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) => started ?? []);
    const childId = children[0]?.workflowExecution?.workflowId;
    if (children.length !== 1 || !childId)
      throw new Error(`${program.workflowId(id)} started ${children.length} children, not 1.`);
    const delivery = await historyOf(client, childId);
    const eager = event[0]?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted === true;
    costs.push({
      event: { events: event.length, tasks: tasksIn(event), eager },
      delivery: { events: delivery.length, tasks: tasksIn(delivery) },
    });
  }
  return costs;
}

type HistoryEvents = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']
>;

const historyOf = async (client: Client, workflowId: string): Promise<HistoryEvents> =>
  (await client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];

const tasksIn = (events: HistoryEvents) =>
  events.filter(({ eventType }) => eventType === WORKFLOW_TASK_COMPLETED).length;
