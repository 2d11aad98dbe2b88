import { Client } from '@temporalio/client';
import { RawValue } from '@temporalio/common';
import type { CloudEvent } from './cloud-event.ts';
import { EVENT_WORKFLOW, eventsWorkflowId, eventWorkflowId, TASK_QUEUE, WORKFLOW_TASK_TIMEOUT } from './names.ts';
import { eventAttributes } from './search-attributes.ts';
import { summarise } from './summary.ts';

/** An event as it goes into a workflow's input. */
interface SerialisedEvent {
  event: CloudEvent;
  json: string;
}

/** A list of events of one namespace. */
export interface EventList {
  events: readonly SerialisedEvent[];
  /** Names a list of several. */
  ulid: string;
}

export interface StartDeps {
  client: Client;
  /** Of Exosphere Alerts. */
  namespace: string;
  /** A start that has no answer by then counts as failed. */
  deadlineMs: number;
  now(): number;
}

/**
 * A client for the service's Temporal namespace over a caller's connection. Not the caller's own client: what encrypts its
 * payloads, or adds to its headers, is made for the caller's workers, and the service could not read it.
 */
export function clientFor(callers: Pick<Client, 'connection' | 'options'>, temporalNamespace?: string): Client {
  const { namespace, identity } = callers.options;
  return new Client({
    connection: callers.connection,
    namespace: temporalNamespace ?? namespace,
    ...(identity === undefined ? {} : { identity }),
  });
}

/**
 * Starts the workflow that holds the events, as the service's own door does: that start is their acceptance.
 *
 * @returns `duplicate` when the workflow of this event, or of this very list, is there already
 * @throws what the client throws when Temporal is away or refuses
 */
export async function startEvents(
  list: EventList,
  deps: StartDeps,
  stop: AbortSignal,
): Promise<'accepted' | 'duplicate'> {
  const { client, namespace, deadlineMs, now } = deps;
  const { events, ulid } = list;
  const [first] = events as [SerialisedEvent, ...SerialisedEvent[]];
  const isAlone = events.length === 1;
  const { source, id, type, subject } = first.event;
  const types = events.map(({ event }) => event.type);
  const start = () =>
    client.workflow.start(EVENT_WORKFLOW, {
      taskQueue: TASK_QUEUE,
      workflowId: isAlone ? eventWorkflowId(namespace, source, id) : eventsWorkflowId(ulid),
      args: [inputOf(namespace, events)],
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      // A run that failed or was terminated may have recorded nothing; what it did record, the service knows.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      priority: { fairnessKey: namespace },
      typedSearchAttributes: eventAttributes(
        namespace,
        types,
        events.map(({ event }) => event.id),
      ),
      staticSummary: summarise(isAlone ? `${type} ${subject ?? id}` : `${events.length} events: ${shown(types)}`),
    });
  try {
    await client.withAbortSignal(stop, () => client.withDeadline(now() + deadlineMs, start));
    return 'accepted';
  } catch (error) {
    // By its name: two copies of the SDK in one process have a class each.
    if (error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError') return 'duplicate';
    throw error;
  }
}

/** The events are JSON already, counted byte by byte: they go in as they are. */
function inputOf(namespace: string, events: readonly SerialisedEvent[]): RawValue {
  const list = events.map(({ json }) => json).join(',');
  // First attempts of a list are made together, as those of what comes in by REST.
  const together = events.length > 1 ? '"together":true,' : '';
  const text = `{"namespace":${JSON.stringify(namespace)},${together}"events":[${list}]}`;
  const encoder = new TextEncoder();
  return RawValue.fromPayload({ metadata: { encoding: encoder.encode('json/plain') }, data: encoder.encode(text) });
}

function shown(types: string[]): string {
  const distinct = [...new Set(types)];
  return distinct.slice(0, 3).join(', ') + (distinct.length > 3 ? ', …' : '');
}

/** https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;

/** gRPC's code of an error of the client; undefined where it is another error. */
export function codeOf(error: unknown): number | undefined {
  // The client makes an error of its own of this one. By its name: two copies of the SDK have a class each.
  if (error instanceof Error && error.name === 'NamespaceNotFoundError') return NOT_FOUND;
  return (grpcErrorOf(error) as { code: number } | undefined)?.code;
}

/** What a person reads of an error of the client: the reason is in its cause. */
export function messageOf(error: unknown): string {
  const cause = grpcErrorOf(error) ?? error;
  return cause instanceof Error ? (cause as { details?: string }).details || cause.message : String(cause);
}

function grpcErrorOf(error: unknown): unknown {
  const hasCode = (value: unknown) => typeof (value as { code?: unknown } | null)?.code === 'number';
  if (hasCode(error)) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  return hasCode(cause) ? cause : undefined;
}
