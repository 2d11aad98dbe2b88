import type { RawWorkflowExecutionInfo } from '@temporalio/client';
import { plainText } from './plain-text.ts';
import { END_OF_TIME_MS } from './windows.ts';

/** How a run of a workflow stands, in the words of an event's `status`. */
export type RunStatus =
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'terminated'
  | 'continued_as_new'
  | 'timed_out';

/** A run of a workflow, as a list of executions has it. Times in epoch ms. */
export interface Run {
  workflowId: string;
  runId: string;
  type: string;
  taskQueue: string;
  status: RunStatus;
  /** When it was started, and when it began, which is later for one with a delay or a cron schedule. */
  startedAt: number;
  beganAt: number;
  /** Null while it runs. */
  closedAt: number | null;
  /** Its search attributes that are texts. */
  labels: Record<string, string>;
}

/** By number: https://github.com/temporalio/api/blob/master/temporal/api/enums/v1/workflow.proto, `WorkflowExecutionStatus`. */
const STATUSES = new Map<number, RunStatus>([
  [1, 'running'],
  [2, 'completed'],
  [3, 'failed'],
  [4, 'cancelled'],
  [5, 'terminated'],
  [6, 'continued_as_new'],
  [7, 'timed_out'],
  // Paused: it has not ended.
  [8, 'running'],
]);

/** What of a run's search attributes goes into its events. */
const MOST_LABELS = 20;
const MAX_NAME_BYTES = 100;
const MAX_VALUE_BYTES = 256;

/** @returns undefined for an entry without ids or with a status that is not known: no event could be made of it */
export function runOf(info: RawWorkflowExecutionInfo): Run | undefined {
  const status = STATUSES.get(info.status ?? 0);
  const { workflowId, runId } = info.execution ?? {};
  const startedAt = msOf(info.startTime);
  if (status === undefined || !workflowId || !runId || startedAt === null) return undefined;
  const closedAt = status === 'running' ? null : msOf(info.closeTime);
  if (status !== 'running' && closedAt === null) return undefined;
  return {
    workflowId,
    runId,
    type: info.type?.name ?? '',
    taskQueue: info.taskQueue ?? '',
    status,
    startedAt,
    beganAt: Math.max(startedAt, msOf(info.executionTime) ?? startedAt),
    closedAt,
    labels: labelsOf(info.searchAttributes?.indexedFields ?? {}),
  };
}

type Fields = NonNullable<NonNullable<RawWorkflowExecutionInfo['searchAttributes']>['indexedFields']>;

function labelsOf(fields: Fields): Record<string, string> {
  const labels: [string, string][] = [];
  for (const name of Object.keys(fields).sort()) {
    const value = textOf(fields[name]?.data);
    if (value !== undefined) labels.push([plainText(name, MAX_NAME_BYTES), plainText(value, MAX_VALUE_BYTES)]);
    if (labels.length === MOST_LABELS) break;
  }
  return Object.fromEntries(labels);
}

/** The value where it is one text: search attributes are JSON, never encoded. */
function textOf(data: Uint8Array | null | undefined): string | undefined {
  if (data?.[0] !== 0x22) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A protobuf timestamp in whole ms; null where there is none. */
function msOf(time: RawWorkflowExecutionInfo['startTime']): number | null {
  if (!time) return null;
  const seconds = Number(String(time.seconds ?? 0));
  const ms = seconds * 1000 + Math.floor((time.nanos ?? 0) / 1e6);
  // Beyond the year 9999 no event can have it.
  return ms > 0 && ms < END_OF_TIME_MS ? ms : null;
}
