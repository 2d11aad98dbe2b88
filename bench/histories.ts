import type { Program } from './program.ts';

/** The workflows of one type among those that a load has started. */
export interface WorkflowsOfType {
  type: string;
  count: number;
  /** Of those whose histories were read, each: what Temporal keeps and does for it. */
  sample: { historyEvents: number; tasks: number; eager: boolean }[];
}

/** `temporal.api.enums.v1.EventType`: EVENT_TYPE_WORKFLOW_TASK_COMPLETED. */
const WORKFLOW_TASK_COMPLETED = 7;

/** Histories read of each type; the rest will be alike. */
const SAMPLES = 20;

/** The program's workflows that started in a period, each type with a sample of histories. */
export async function workflowsStarted(program: Program, since: Date, until = new Date()): Promise<WorkflowsOfType[]> {
  const { temporal, taskQueue } = program;
  const period = `StartTime BETWEEN '${since.toISOString()}' AND '${until.toISOString()}'`;
  const idsByType = new Map<string, string[]>();
  for await (const { type, workflowId } of temporal.workflow.list({
    query: `TaskQueue = '${taskQueue}' AND ${period}`,
    pageSize: 1_000,
  })) {
    const ids = idsByType.get(type) ?? [];
    ids.push(workflowId);
    idsByType.set(type, ids);
  }
  const found: WorkflowsOfType[] = [];
  for (const [type, ids] of idsByType) {
    const sample: WorkflowsOfType['sample'] = [];
    for (const id of spreadOver(ids, SAMPLES)) sample.push(await historyOf(program, id));
    found.push({ type, count: ids.length, sample });
  }
  return found;
}

/** Workflow tasks of all workflows, as far as the samples tell. */
export const tasksOf = (workflows: WorkflowsOfType[]): number =>
  workflows.reduce((sum, { count, sample }) => {
    const tasks = sample.reduce((all, one) => all + one.tasks, 0);
    return sum + (count * tasks) / sample.length;
  }, 0);

async function historyOf({ temporal }: Program, workflowId: string): Promise<WorkflowsOfType['sample'][number]> {
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  const history = events ?? [];
  return {
    historyEvents: history.length,
    tasks: history.filter(({ eventType }) => eventType === WORKFLOW_TASK_COMPLETED).length,
    eager: history[0]?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted === true,
  };
}

/** At most so many of the list, evenly spread over it. */
function spreadOver<T>(list: T[], most: number): T[] {
  const step = Math.max(1, list.length / most);
  return Array.from({ length: Math.min(most, list.length) }, (_, index) => list[Math.floor(index * step)] as T);
}
