import {
  ApplicationFailure,
  RawValue,
  TemporalFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
} from '@temporalio/common';
import {
  CancellationScope,
  log,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Taken } from '../src/emit/emitter.ts';
import { ExosphereAlertsError } from '../src/error.ts';
import type { NewEvent } from '../src/events.ts';
import type { EmitActivities } from './activities.ts';
import { type CloudEvent, serialise, toCloudEvent } from './cloud-event.ts';
import { checkNamespace, EVENT_WORKFLOW, eventWorkflowId, TASK_QUEUE, WORKFLOW_TASK_TIMEOUT } from './names.ts';
import { subjectOfRun } from './run-event.ts';
import { eventAttributes } from './search-attributes.ts';
import { summarise } from './summary.ts';

export type { Taken } from '../src/emit/emitter.ts';
export type { NewEvent } from '../src/events.ts';

/** How an event leaves a workflow. */
export interface WorkflowEmitOptions {
  /**
   * `activity` (the default): by `emitExosphereEvent`, which the worker has from the plugin or from
   * `createEmitActivities`; from whichever Temporal namespace. `child`: as a child workflow that outlives its parent, and
   * nothing to be registered; only where the workflow runs in the Temporal namespace of Exosphere Alerts, for anywhere else
   * nobody would ever run the child.
   */
  via?: 'activity' | 'child';
  /** With `child`: the namespace of Exosphere Alerts that the event belongs to. With `activity` the emitter knows it. */
  namespace?: string;
  /** With `activity`: task queue of the worker that has it; the workflow's own by default. */
  taskQueue?: string;
  /** With `activity`: for how long it is tried, by default 10 minutes; a number is ms. */
  timeout?: `${number} ${'second' | 'minute' | 'hour'}${'s' | ''}` | number;
  /** Whether an event that cannot be handed over fails with an error. By default it is logged, and the workflow goes on. */
  throwOnError?: boolean;
}

/** What became of an event. `failed`: it is not on its way, for the reason that `error` has. */
export type WorkflowEmitResult = Taken | { id: string; status: 'failed'; error: string };

/** Long enough for a restart of what is away; short enough that a workflow which waits for it is not held for ever. */
const TIMEOUT = '10 minutes';

/**
 * Emits an event from inside a workflow: deterministic, and once whatever happens to the worker.
 *
 * Resolves once the event is accepted, also while the workflow is being cancelled: what a clean-up tells is told. Await it,
 * or it may be dropped where the workflow ends. Never fails the workflow unless `throwOnError` asks for that.
 *
 * @param event without an id it gets one of the workflow's own random numbers, without a time the workflow's
 * @throws ApplicationFailure, ActivityFailure with `throwOnError`: uncaught they fail the workflow
 */
export async function emitFromWorkflow(
  event: NewEvent,
  options: WorkflowEmitOptions = {},
): Promise<WorkflowEmitResult> {
  const id = event?.id ?? uuid4();
  try {
    return await CancellationScope.nonCancellable(() => handOver({ ...event, id }, options));
  } catch (error) {
    if (options.throwOnError) throw failureOf(error);
    const reason = reasonOf(error);
    log.warn('An event was not emitted to Exosphere Alerts', { eventId: id, eventType: event?.type, reason });
    return { id, status: 'failed', error: reason };
  }
}

async function handOver(event: NewEvent & { id: string }, options: WorkflowEmitOptions): Promise<Taken> {
  if (options.via === 'child') return await byChild(event, options.namespace);
  // Without a source of its own it gets that of the emitter's namespace, which is not known here.
  const checked = complete(event, 'unknown');
  const { taskQueue, timeout = TIMEOUT } = options;
  const { emitExosphereEvent } = proxyActivities<EmitActivities>({
    ...(taskQueue === undefined ? {} : { taskQueue }),
    scheduleToCloseTimeout: timeout,
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
    summary: summarise(`${event.type} to Exosphere Alerts`),
  });
  return await emitExosphereEvent({ ...event, subject: checked.subject as string, occurred_at: checked.time });
}

async function byChild(event: NewEvent & { id: string }, namespace: string | undefined): Promise<Taken> {
  checkNamespace(namespace);
  const whole = complete(event, `/namespaces/${namespace}`);
  const { id, source, type, subject } = whole;
  try {
    await startChild(EVENT_WORKFLOW, {
      workflowId: eventWorkflowId(namespace, source, id),
      taskQueue: TASK_QUEUE,
      // The service reads plain JSON, whatever converter this worker has.
      args: [new RawValue({ namespace, events: [whole] })],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      // A run that failed or was terminated may have recorded nothing.
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      priority: { fairnessKey: namespace },
      typedSearchAttributes: eventAttributes(namespace, [type], [id]),
      staticSummary: summarise(`${type} ${subject ?? id}`),
    });
    return { id, status: 'accepted' };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { id, status: 'duplicate' };
    throw error;
  }
}

function complete(event: NewEvent & { id: string }, source: string): CloudEvent {
  const { workflowId, runId } = workflowInfo();
  const gaps = { id: event.id, source, subject: subjectOfRun(workflowId, runId), now: Date.now() };
  const whole = toCloudEvent(event, gaps);
  // For what it refuses: beyond Temporal's bound for a payload the workflow itself would fail.
  serialise(whole);
  return whole;
}

/** Any other error would fail the workflow's task, which Temporal repeats for ever. */
function failureOf(error: unknown): TemporalFailure {
  if (error instanceof TemporalFailure) return error;
  return ApplicationFailure.nonRetryable(
    reasonOf(error),
    error instanceof ExosphereAlertsError ? error.code : undefined,
  );
}

/** The bottom of a failure: around it is only that an activity failed. */
function reasonOf(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return at instanceof Error ? at.message : String(at);
}
