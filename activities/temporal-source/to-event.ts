import { hash } from 'node:crypto';
import type { Ending } from './cause.ts';
import { isPlain, plainText } from './plain-text.ts';
import type { Run, RunStatus } from './run.ts';

/** Where runs are watched. */
export interface Place {
  address: string;
  temporalNamespace: string;
  /** Base of the Temporal Web UI that shows it, without a trailing slash; null: none is known. */
  uiUrl: string | null;
}

/** An event about a run, as `eventWorkflow` takes it: CloudEvents 1.0. */
export interface RunEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  data: Record<string, unknown>;
}

/** Contract §2: ids, sources and subjects are at most this. */
const MAX_IDENTIFIER_BYTES = 200;
/** Temporal's own bound for ids and names is 1,000: `limit.maxIDLength`. */
const MAX_NAME_BYTES = 1_024;
/** Their clock may be ahead: an event more than 24 h ahead would be refused, so this much is taken for now. */
const MAX_AHEAD_MS = 5 * 60_000;

const TYPES: Record<RunStatus, string> = {
  running: 'workflow.started',
  completed: 'workflow.succeeded',
  failed: 'workflow.failed',
  cancelled: 'workflow.cancelled',
  terminated: 'workflow.cancelled',
  continued_as_new: 'custom.temporal.continued_as_new',
  timed_out: 'workflow.timed_out',
};

/** `temporal/{address}/{namespace}`: the source of all events about a Temporal namespace. */
export function sourceOf({ address, temporalNamespace }: Place): string {
  return bounded((place) => `temporal/${place}`, `${address}/${temporalNamespace}`);
}

/** The event's id: of each run at most one for each status. */
export function eventIdOf({ workflowId, runId, status }: Run): string {
  return bounded((id) => `${id}/${runId}/${status}`, workflowId);
}

/**
 * The event that tells of a run.
 *
 * @param ending what its history says; empty for those whose history is not asked
 * @param now our clock, epoch ms: times that are far ahead of it count as now
 */
export function toEvent(run: Run, ending: Ending, place: Place, now: number): RunEvent {
  const { status, closedAt, beganAt } = run;
  const willRetry = ending.nextRunId !== undefined;
  const occurredAt = closedAt ?? beganAt;
  return {
    specversion: '1.0',
    id: eventIdOf(run),
    source: sourceOf(place),
    // Its own retry policy runs it again: nobody wants to be called before the last try.
    type: willRetry ? 'state.retry_scheduled' : TYPES[status],
    subject: bounded((id) => `workflows/${id}/runs/${run.runId}`, run.workflowId),
    time: timeText(occurredAt > now + MAX_AHEAD_MS ? now : occurredAt),
    data: {
      namespace: plainText(place.temporalNamespace, MAX_NAME_BYTES),
      graph_name: plainText(run.type, MAX_NAME_BYTES),
      run_id: run.runId,
      workflow_id: plainText(run.workflowId, MAX_NAME_BYTES),
      workflow_type: plainText(run.type, MAX_NAME_BYTES),
      task_queue: plainText(run.taskQueue, MAX_NAME_BYTES),
      status,
      started_at: timeText(beganAt),
      ...(closedAt === null ? {} : { closed_at: timeText(closedAt), duration_ms: Math.max(0, closedAt - beganAt) }),
      ...errorOf(status, ending),
      ...(willRetry && ending.nextRunId !== '' ? { next_run_id: ending.nextRunId } : {}),
      ...(Object.keys(run.labels).length > 0 ? { labels: run.labels } : {}),
      ...linksOf(run, place),
    },
  };
}

function errorOf(status: RunStatus, { cause }: Ending): { error?: Record<string, string> } {
  if (cause) {
    const { type, message, activity } = cause;
    return { error: { type, message, ...(activity === undefined ? {} : { node_name: activity }) } };
  }
  if (status === 'timed_out') return { error: { type: 'WorkflowTimeout', message: 'The run has used up its time.' } };
  return {};
}

function linksOf({ workflowId, runId }: Run, { uiUrl, temporalNamespace }: Place): { links?: { temporal: string } } {
  // A link to nowhere is no help: ids are only that long where somebody has raised the bound.
  if (uiUrl === null || Buffer.byteLength(workflowId) > MAX_NAME_BYTES) return {};
  const [namespace, workflow, run] = [temporalNamespace, workflowId, runId].map((part) =>
    encodeURIComponent(part.toWellFormed()),
  );
  return { links: { temporal: `${uiUrl}/namespaces/${namespace}/workflows/${workflow}/${run}/history` } };
}

/** An identifier with this part in it, or, where it would be none, with the part's digest. */
function bounded(write: (part: string) => string, part: string): string {
  const whole = write(part);
  if (isPlain(part) && Buffer.byteLength(whole) <= MAX_IDENTIFIER_BYTES) return whole;
  return write(hash('sha256', part, 'hex').slice(0, 32));
}

const timeText = (ms: number): string => new Date(ms).toISOString();
