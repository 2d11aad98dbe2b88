import { isIdentifier } from './names.ts';
import { plainText } from './plain-text.ts';
import type { Report, ReportStatus } from './report.ts';
import { sha256 } from './sha256.ts';

/*
 * What is told of a workflow's run as an event: the same identity and the same words as a watched source of Exosphere Alerts
 * has (`POST /v1/sources/temporal`), so that an outcome which both tell of is one event.
 */

/** Where a worker's workflows run, as events name it. */
export interface Place {
  /** `host:port` of their Temporal, as a source of the same namespace has it. */
  address: string | undefined;
  /** Base URL of its Web UI. */
  uiUrl: string | undefined;
}

/** An event of a run; CloudEvents' `time` is `occurred_at`. */
export interface RunEvent {
  id: string;
  source: string;
  type: string;
  subject: string;
  occurred_at: string;
  data: Record<string, unknown>;
}

const TYPES: Record<ReportStatus, string> = {
  running: 'workflow.started',
  completed: 'workflow.succeeded',
  failed: 'workflow.failed',
  cancelled: 'workflow.cancelled',
  continued_as_new: 'custom.temporal.continued_as_new',
  errored: 'state.errored',
};

/** Temporal's own bound for ids and names is 1,000: `limit.maxIDLength`. */
const MAX_NAME_BYTES = 1_024;

/** The event of a report. Stable: the same report makes the same id wherever and however often it is made. */
export function runEventOf(report: Report, place: Place): RunEvent {
  const { status, temporalNamespace, runId } = report;
  const isEnd = status !== 'running' && status !== 'errored';
  const what = status === 'errored' ? `activities/${report.activitySeq}` : status;
  return {
    id: bounded(report.workflowId, (workflow) => `${workflow}/${runId}/${what}`),
    source: sourceOf(temporalNamespace, place.address),
    // A run that its own retry policy follows with another is no failure of the workflow yet.
    type: report.willRunAgain ? 'state.retry_scheduled' : TYPES[status],
    subject: subjectOfRun(report.workflowId, runId),
    occurred_at: new Date(report.at).toISOString(),
    data: {
      namespace: plainText(temporalNamespace, MAX_NAME_BYTES),
      graph_name: plainText(report.workflowType, MAX_NAME_BYTES),
      run_id: runId,
      workflow_id: plainText(report.workflowId, MAX_NAME_BYTES),
      workflow_type: plainText(report.workflowType, MAX_NAME_BYTES),
      task_queue: plainText(report.taskQueue, MAX_NAME_BYTES),
      status,
      started_at: new Date(report.startedAt).toISOString(),
      ...(isEnd
        ? { closed_at: new Date(report.at).toISOString(), duration_ms: Math.max(0, report.at - report.startedAt) }
        : {}),
      ...(report.error === undefined ? {} : { error: report.error }),
      ...(Object.keys(report.labels).length === 0 ? {} : { labels: report.labels }),
      ...linksOf(report, place.uiUrl),
    },
  };
}

/** What the events of a run are about. */
export const subjectOfRun = (workflowId: string, runId: string): string =>
  bounded(workflowId, (workflow) => `workflows/${workflow}/runs/${runId}`);

/** `temporal/{address}/{namespace}`; without an address, which a worker does not know by itself, `temporal/{namespace}`. */
function sourceOf(temporalNamespace: string, address: string | undefined): string {
  const place = address === undefined ? temporalNamespace : `${address}/${temporalNamespace}`;
  return bounded(place, (part) => `temporal/${part}`);
}

/** An identifier with this part in it, or, where it would be none, with the part's digest. */
function bounded(part: string, write: (part: string) => string): string {
  const whole = write(part);
  return isIdentifier(whole) ? whole : write(sha256(part).slice(0, 32));
}

function linksOf({ temporalNamespace, workflowId, runId }: Report, uiUrl: string | undefined) {
  if (uiUrl === undefined) return {};
  const [namespace, workflow, run] = [temporalNamespace, workflowId, runId].map((part) =>
    encodeURIComponent(plainText(part, MAX_NAME_BYTES)),
  );
  const base = uiUrl.replace(/\/+$/, '');
  return { links: { temporal: `${base}/namespaces/${namespace}/workflows/${workflow}/${run}/history` } };
}
