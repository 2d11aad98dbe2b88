import {
  log,
  proxySinks,
  type Sinks,
  type WorkflowInfo,
  type WorkflowInterceptors,
  workflowInfo,
} from '@temporalio/workflow';
import { type FailureMessage, failureErrorOf, isRunAgain } from './failure.ts';
import { plainText } from './plain-text.ts';
import { REPORT_SINK, type Report, type ReportStatus } from './report.ts';

/*
 * Loaded into the sandbox of every workflow of a worker that has the plugin. It looks at what goes in (activations) and
 * out (commands), and touches no promise: the order in which a workflow's own code runs stays what it was without it, so
 * that histories from before replay with it, and those from with it replay without.
 */

/** How what is seen in a workflow gets out of it. */
export interface ReportSinks extends Sinks {
  [REPORT_SINK]: { report(report: Report): void };
}

/** What is read of an activation's jobs. */
interface Job {
  initializeWorkflow?: object | null;
  resolveActivity?: {
    seq?: number | null;
    result?: { failed?: { failure?: FailureMessage | null } | null } | null;
  } | null;
}

/** What is read of a workflow's commands. */
interface Command {
  completeWorkflowExecution?: object | null;
  failWorkflowExecution?: { failure?: FailureMessage | null } | null;
  cancelWorkflowExecution?: object | null;
  continueAsNewWorkflowExecution?: object | null;
}

/** The name is Temporal's. */
export function interceptors(): WorkflowInterceptors {
  const sink = proxySinks<ReportSinks>()[REPORT_SINK];
  /** Types of activities that are under way: the failure of a local one does not tell. */
  const activityTypes = new Map<number, string>();

  function tell(status: ReportStatus, more: Partial<Report> = {}): void {
    const info = workflowInfo();
    // The sink is silent in a replay, but what it is given would have been made all the same.
    if (info.unsafe.isReplaying) return;
    sink.report({ ...aboutRun(info), status, at: Date.now(), ...more });
  }

  function tellJob({ initializeWorkflow, resolveActivity }: Job): void {
    if (initializeWorkflow) tell('running', { at: workflowInfo().runStartTime.getTime() });
    if (!resolveActivity) return;
    const seq = resolveActivity.seq ?? 0;
    const activityType = activityTypes.get(seq);
    activityTypes.delete(seq);
    const failure = resolveActivity.result?.failed?.failure;
    if (!failure) return;
    const activityId = failure.activityFailureInfo?.activityId ?? String(seq);
    tell('errored', { activitySeq: seq, error: { ...failureErrorOf(failure, activityType), state_id: activityId } });
  }

  function tellCommand(command: Command): void {
    if (command.completeWorkflowExecution) tell('completed');
    else if (command.cancelWorkflowExecution) tell('cancelled');
    else if (command.continueAsNewWorkflowExecution) tell('continued_as_new');
    else if (command.failWorkflowExecution) tellFailed(command.failWorkflowExecution.failure ?? {});
  }

  function tellFailed(failure: FailureMessage): void {
    const { retryPolicy, attempt, executionExpirationTime } = workflowInfo();
    const expiresAt = executionExpirationTime?.getTime();
    const willRunAgain = isRunAgain(failure, { retryPolicy, attempt, expiresAt, now: Date.now() });
    tell('failed', { error: failureErrorOf(failure), willRunAgain });
  }

  return {
    outbound: [
      {
        scheduleActivity(input, next) {
          activityTypes.set(input.seq, input.activityType);
          return next(input);
        },
        scheduleLocalActivity(input, next) {
          activityTypes.set(input.seq, input.activityType);
          return next(input);
        },
      },
    ],
    internals: [
      {
        activate(input, next) {
          for (const job of (input.activation.jobs ?? []) as Job[]) harmless(() => tellJob(job));
          next(input);
        },
        concludeActivation(input, next) {
          const output = next(input);
          for (const command of output.commands as Command[]) harmless(() => tellCommand(command));
          return output;
        },
      },
    ],
  };
}

/** An error of ours would fail the task of somebody's workflow, which Temporal repeats for ever. */
function harmless(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    log.warn('What became of this workflow was not told to Exosphere Alerts', { error });
  }
}

function aboutRun(info: WorkflowInfo) {
  return {
    temporalNamespace: info.namespace,
    workflowId: info.workflowId,
    runId: info.runId,
    workflowType: info.workflowType,
    taskQueue: info.taskQueue,
    startedAt: info.runStartTime.getTime(),
    labels: labelsOf(info),
  };
}

/** What of a run's search attributes goes into its events. */
const MOST_LABELS = 20;
const MAX_NAME_BYTES = 100;
const MAX_VALUE_BYTES = 256;

/** Search attributes that are one text. */
function labelsOf({ typedSearchAttributes }: WorkflowInfo): Record<string, string> {
  const labels = typedSearchAttributes
    .getAll()
    .flatMap(({ key, value }) => (typeof value === 'string' ? [[key.name, value] as const] : []))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MOST_LABELS);
  return Object.fromEntries(
    labels.map(([name, value]) => [plainText(name, MAX_NAME_BYTES), plainText(value, MAX_VALUE_BYTES)]),
  );
}
