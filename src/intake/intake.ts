import { type Client, isGrpcServiceError, type WorkflowStartOptions } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  type EventWorkflow,
  type EventWorkflowInput,
  eventAttributes,
  eventsWorkflowId,
  eventWorkflowId,
  taskQueue,
  workflowTaskTimeout,
} from '../../workflows/contract.ts';
import { serialisedJson } from '../../workflows/payload-converter.ts';
import { summarise } from '../../workflows/text.ts';
import { type AcceptedEvent, toCloudEvent } from '../domain/event.ts';
import { contentDigest, eventDigest } from '../domain/event-digest.ts';
import { stringifyLossless } from '../domain/lossless-json.ts';
import type { EventLog } from '../store/event-log.ts';
import { type CoalescerLimits, createCoalescer } from './coalescer.ts';

export interface AcceptedBy {
  namespace: string;
  keyId: string;
}

/** What became of an event at the door. `conflict`: its id belongs to an event with another type or data. */
export type Acceptance = 'accepted' | 'duplicate' | 'conflict';

/**
 * The way in: the start of the workflow that holds the event *is* its durable acceptance.
 *
 * An event is accepted once, ever: by its key in PostgreSQL, and until that is written by the workflow that holds it.
 *
 * @throws QueueFullError when there is no room for it now
 * @throws whatever PostgreSQL or Temporal throw when they are away; nothing is then half done
 */
export type Intake = (event: AcceptedEvent, by: AcceptedBy) => Promise<Acceptance>;

export interface IntakeDeps {
  client: Client;
  eventLog: EventLog;
  newUlid: () => string;
  now: () => number;
  /** Which workflows' lists this process works on by itself. */
  progress: ListProgress;
  limits?: CoalescerLimits;
}

/** Tells when a list that started here has been worked through: what came meanwhile goes on together. */
export interface ListProgress {
  /** Calls `done` once, when the workflow's first pass over its list is over. */
  whenWorked(workflowId: string, done: () => void): void;
}

/** A start that is not answered by then is answered 503: the caller repeats it, and the id makes that safe. */
const START_DEADLINE_MS = 10_000;

/**
 * A list is one payload, and Temporal warns of those over 512 KiB and refuses 2 MiB. 20 ms is what two lists differ by in
 * CPU time saved for each ms waited; see docs/decisions/0008.
 */
export const INTAKE_LIMITS: CoalescerLimits = {
  maxItems: 500,
  maxBytes: 1024 * 1024 - 16 * 1024,
  maxWaitMs: 20,
  maxRunsOfKey: 4,
  maxRuns: 16,
  maxHeldItems: 10_000,
  maxHeldBytes: 64 * 1024 * 1024,
  maxQueuedMs: 5_000,
};

/** An event on its way in, serialised once: `json` is what the workflow's input holds. */
interface Incoming {
  event: AcceptedEvent;
  by: AcceptedBy;
  digest: string;
  content: string;
  json: string;
}

export function createIntake(deps: IntakeDeps): Intake {
  const coalescer = createCoalescer<Incoming, Acceptance>({
    run: accept,
    limits: deps.limits ?? INTAKE_LIMITS,
    now: () => performance.now(),
  });

  return (event, by) => {
    const json = stringifyLossless(toCloudEvent(event));
    const digest = eventDigest(event.source, event.id);
    const incoming = { event, by, digest, content: contentDigest(event.type, event.data), json };
    // Who handed an event in is recorded with it, once for each list.
    return coalescer.submit(`${by.namespace} ${by.keyId}`, incoming, Buffer.byteLength(json) + 1);
  };

  /** One list: what is recorded already is told apart, and the rest starts as one workflow. */
  async function accept(key: string, list: Incoming[]): Promise<Acceptance[]> {
    const { namespace } = (list[0] as Incoming).by;
    const recorded = await deps.eventLog.contentDigests(
      namespace,
      list.map(({ digest }) => digest),
    );
    const first = new Map<string, Incoming>();
    const acceptances = list.map((incoming): Acceptance => {
      const { digest, content } = incoming;
      const known = recorded.get(digest);
      if (known !== undefined) return known === content ? 'duplicate' : 'conflict';
      const twin = first.get(digest);
      // A twin in the same list: the first wins, as it would have if they had come one after the other.
      if (twin !== undefined) return twin.content === content ? 'accepted' : 'conflict';
      first.set(digest, incoming);
      return 'accepted';
    });
    const [only, ...more] = first.values();
    if (only === undefined) return acceptances;
    if (more.length > 0) await startList(key, [only, ...more]);
    else if (!(await startOne(key, only))) {
      // The first is on its way. If it is recorded by now we can tell a repeat from a conflict; if not, the
      // repeat is accepted and has no effect.
      const now = (await deps.eventLog.contentDigests(namespace, [only.digest])).get(only.digest);
      if (now !== undefined) acceptances[list.indexOf(only)] = now === only.content ? 'duplicate' : 'conflict';
    }
    return acceptances;
  }

  async function startList(key: string, list: Incoming[]): Promise<void> {
    const types = list.map(({ event }) => event.type);
    const distinct = [...new Set(types)];
    const shown = distinct.slice(0, 3).join(', ') + (distinct.length > 3 ? ', …' : '');
    await start(key, eventsWorkflowId(deps.newUlid()), list, `${list.length} events: ${shown}`);
  }

  /** @returns false when the very event's workflow exists already */
  async function startOne(key: string, incoming: Incoming): Promise<boolean> {
    const { event, by, digest } = incoming;
    const summary = summarise(`${event.type} ${event.subject ?? event.id}`);
    try {
      await start(key, eventWorkflowId(by.namespace, digest), [incoming], summary);
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  }

  async function start(key: string, workflowId: string, list: Incoming[], staticSummary: string): Promise<void> {
    const { by } = list[0] as Incoming;
    const options: WorkflowStartOptions<EventWorkflow> = {
      taskQueue,
      workflowId,
      args: [inputOf(list, by)],
      workflowTaskTimeout,
      // A run that failed or was terminated may have recorded nothing; what it did record, the key has told.
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
      // With a worker on the same connection the first task comes back with the answer: one hop less.
      requestEagerStart: true,
      // Between namespaces a busy task queue is shared fairly; the children inherit it.
      priority: { fairnessKey: by.namespace },
      typedSearchAttributes: eventAttributes(
        by.namespace,
        list.map(({ event }) => event.type),
        list.map(({ event }) => event.id),
      ),
      staticSummary,
    };
    const worked = coalescer.working(key);
    deps.progress.whenWorked(workflowId, worked);
    try {
      await deps.client.withDeadline(deps.now() + START_DEADLINE_MS, () =>
        deps.client.workflow.start<EventWorkflow>('eventWorkflow', options),
      );
    } catch (error) {
      worked();
      throw error;
    }
  }
}

/** The events are JSON already; writing them again with the rest would cost the most of a start. */
function inputOf(list: Incoming[], by: AcceptedBy): EventWorkflowInput {
  const events = list.map(({ json }) => json).join(',');
  const head = `{"namespace":${JSON.stringify(by.namespace)},"accepted_by":${JSON.stringify(by.keyId)}`;
  return serialisedJson(`${head},"events":[${events}]}`) as EventWorkflowInput;
}

/** Whether an error says that Temporal could not be reached in time, rather than that it refused. */
export function isTemporalAway(error: unknown): boolean {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  // gRPC: CANCELLED (how the SDK's own deadline ends a call), DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE.
  // https://grpc.io/docs/guides/status-codes/
  return isGrpcServiceError(cause) && [1, 4, 8, 14].includes(cause.code);
}
