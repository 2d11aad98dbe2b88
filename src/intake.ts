import { type Client, isGrpcServiceError, type WorkflowStartOptions } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  type EventWorkflow,
  type EventWorkflowInput,
  eventAttributes,
  eventWorkflowId,
  taskQueue,
} from '../workflows/contract.ts';
import { summarise } from '../workflows/text.ts';
import { type AcceptedEvent, toCloudEvent } from './domain/event.ts';
import { contentDigest, eventDigest } from './domain/event-digest.ts';
import type { EventLog } from './store/event-log.ts';

export interface AcceptedBy {
  namespace: string;
  keyId: string;
}

/** What became of an event at the door. `conflict`: its id is recorded with another type or data. */
export type Acceptance = 'accepted' | 'duplicate' | 'conflict';

export type Intake = (event: AcceptedEvent, by: AcceptedBy) => Promise<Acceptance>;

/** A start that is not answered by then is answered 503: the caller repeats it, and the id makes that safe. */
const START_DEADLINE_MS = 10_000;

/**
 * The way in: the start of the event's workflow *is* its durable acceptance.
 *
 * An event is accepted once, ever: while its workflow runs and as long as Temporal remembers it by the workflow's
 * id, and after that by its key in PostgreSQL.
 *
 * @throws whatever PostgreSQL or Temporal throw when they are away; nothing is then half done
 */
export function createIntake(deps: { client: Client; eventLog: EventLog; now: () => number }): Intake {
  return async (event, by) => {
    const digest = eventDigest(event.source, event.id);
    const recorded = await compareRecorded(by.namespace, digest, event);
    if (recorded) return recorded;
    try {
      await start(event, by, digest);
      return 'accepted';
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // The first is on its way. If it is recorded by now we can tell a repeat from a conflict; if not, the
      // repeat is accepted and has no effect.
      return (await compareRecorded(by.namespace, digest, event)) ?? 'accepted';
    }
  };

  async function compareRecorded(
    namespace: string,
    digest: string,
    event: AcceptedEvent,
  ): Promise<'duplicate' | 'conflict' | undefined> {
    const recorded = await deps.eventLog.contentDigest(namespace, digest);
    if (recorded === undefined) return undefined;
    return recorded === contentDigest(event.type, event.data) ? 'duplicate' : 'conflict';
  }

  async function start(event: AcceptedEvent, by: AcceptedBy, digest: string): Promise<void> {
    const input: EventWorkflowInput = {
      namespace: by.namespace,
      events: [toCloudEvent(event)],
      accepted_by: by.keyId,
    };
    const options: WorkflowStartOptions<EventWorkflow> = {
      taskQueue,
      workflowId: eventWorkflowId(by.namespace, digest),
      args: [input],
      // A run that failed or was terminated may have recorded nothing; what it did record, the key above has told.
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
      // With a worker on the same connection the first task comes back with the answer: one hop less.
      requestEagerStart: true,
      // Between namespaces a busy task queue is shared fairly; the children inherit it.
      priority: { fairnessKey: by.namespace },
      typedSearchAttributes: eventAttributes(by.namespace, [event.type], [event.id]),
      staticSummary: summarise(`${event.type} ${event.subject ?? event.id}`),
    };
    await deps.client.withDeadline(deps.now() + START_DEADLINE_MS, () =>
      deps.client.workflow.start<EventWorkflow>('eventWorkflow', options),
    );
  }
}

/** Whether an error says that Temporal could not be reached in time, rather than that it refused. */
export function isTemporalAway(error: unknown): boolean {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  // gRPC: CANCELLED (how the SDK's own deadline ends a call), DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE.
  // https://grpc.io/docs/guides/status-codes/
  return isGrpcServiceError(cause) && [1, 4, 8, 14].includes(cause.code);
}
