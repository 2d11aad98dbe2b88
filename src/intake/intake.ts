import { type Client, isGrpcServiceError, type WorkflowStartOptions } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import type { Begin, RulesFor } from '../../activities/index.ts';
import type { ReadyEvent } from '../../activities/read-event.ts';
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
import { createBatcher } from '../batcher.ts';
import { type AcceptedEvent, toCloudEvent } from '../domain/event.ts';
import { contentDigest, eventDigest } from '../domain/event-digest.ts';
import { stringifyLossless } from '../domain/lossless-json.ts';
import type { EventLog } from '../store/event-log.ts';
import type { CoalescerLimits } from './coalescer/limits.ts';
import { createCoalescer } from './coalescer.ts';

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
  /** Works on lists that this process has accepted and its worker has got; undefined where it has no worker. */
  worker: { begin: Begin; rulesFor: RulesFor } | undefined;
  /** Told of each list that Temporal has taken, how many events it has. */
  onList?: ((size: number) => void) | undefined;
  /** Told how long each start took, in ms. */
  tellStart?: ((ms: number) => void) | undefined;
  limits?: CoalescerLimits;
}

/** A start that is not answered by then is answered 503: the caller repeats it, and the id makes that safe. */
const START_DEADLINE_MS = 10_000;

/** A list is one payload, of which Temporal refuses 2 MiB. How the others were found: docs/decisions/0008. */
export const INTAKE_LIMITS: CoalescerLimits = {
  maxItems: 500,
  maxBytes: 1024 * 1024 - 16 * 1024,
  maxWaitMs: 60,
  pressedGapMs: 24,
  pressedGapMsPerItem: 0.2,
  restedPerSecond: 12,
  restedRuns: 2,
  restedItemsPerSecond: 100,
  maxRunsOfKey: 4,
  maxRunsBesideOthers: 2,
  maxRuns: 16,
  maxHeldItems: 10_000,
  maxHeldBytes: 64 * 1024 * 1024,
  maxQueuedMs: 5_000,
};

/** An event on its way in, serialised once: `json` is what the workflow's input holds. */
interface Incoming extends ReadyEvent {
  by: AcceptedBy;
  json: string;
  /** The content digest of what is recorded under its key. */
  known?: Promise<string | undefined>;
}

/** PostgreSQL has not answered in time. */
export class PostgresLateError extends Error {
  override name = 'PostgresLateError';
}

const LOOK_UP_DEADLINE_MS = 5_000;
const LOOK_UPS_TOGETHER = 1_000;
/** Well below what a list waits under the pressure at which this counts. */
const LOOK_UPS_PAUSE_MS = 15;

export function createIntake(deps: IntakeDeps): Intake {
  const recorded = createBatcher<{ namespace: string; digest: string }, string | undefined>({
    run: (keys) => deps.eventLog.contentDigests(keys),
    maxItems: LOOK_UPS_TOGETHER,
    concurrency: 2,
    pauseMs: LOOK_UPS_PAUSE_MS,
  });

  const coalescer = createCoalescer<Incoming, Acceptance>({
    run: accept,
    // While an event waits for company its look-up costs no time.
    prepare(incoming) {
      incoming.known = recorded({ namespace: incoming.by.namespace, digest: incoming.digest });
      incoming.known.catch(() => {});
    },
    // The name of a namespace has no space in it.
    namespaceOf: (key) => key.slice(0, key.indexOf(' ')),
    limits: deps.limits ?? INTAKE_LIMITS,
    now: () => performance.now(),
  });

  return async (event, by) => {
    const digest = eventDigest(event.source, event.id);
    const content = contentDigest(event.type, event.data);
    const json = stringifyLossless(toCloudEvent(event));
    const incoming = { event, by, digest, contentDigest: content, json };
    // Who handed an event in is recorded with it, once for each list.
    return await coalescer.submit(`${by.namespace} ${by.keyId}`, incoming, Buffer.byteLength(json) + 1);
  };

  /** One list: each event that is not known yet once, as one workflow. */
  async function accept(key: string, list: Incoming[], isPressed: boolean): Promise<Acceptance[]> {
    const known = await inTime(Promise.all(list.map((incoming) => incoming.known)));
    const fresh = new Map<string, Incoming>();
    for (const [index, incoming] of list.entries()) {
      if (known[index] === undefined && !fresh.has(incoming.digest)) fresh.set(incoming.digest, incoming);
    }
    const [only, ...more] = [...fresh.values()];
    let before: string | undefined;
    if (only !== undefined && more.length > 0) await startList(key, [only, ...more]);
    else if (only !== undefined) before = await startOne(key, only, isPressed);
    return list.map((incoming, index): Acceptance => {
      // Of twins in one list the first wins, as it would have if they had come one after the other.
      const isFirst = fresh.get(incoming.digest) === incoming;
      const recordedAs = known[index] ?? before;
      if (recordedAs !== undefined) return recordedAs === incoming.contentDigest ? 'duplicate' : 'conflict';
      if (isFirst) return 'accepted';
      return fresh.get(incoming.digest)?.contentDigest === incoming.contentDigest ? 'accepted' : 'conflict';
    });
  }

  async function startList(key: string, list: Incoming[]): Promise<void> {
    const distinct = [...new Set(list.map(({ event }) => event.type))];
    const shown = distinct.slice(0, 3).join(', ') + (distinct.length > 3 ? ', …' : '');
    const summary = `${list.length} events: ${shown}`;
    await start(key, { workflowId: eventsWorkflowId(deps.newUlid()), list, summary, together: true });
  }

  /** @returns undefined, or the content digest of what is recorded already where the event's workflow exists */
  async function startOne(key: string, incoming: Incoming, together: boolean): Promise<string | undefined> {
    const { event, by, digest } = incoming;
    const workflowId = eventWorkflowId(by.namespace, digest);
    const whole = { workflowId, list: [incoming], summary: `${event.type} ${event.subject ?? event.id}`, together };
    if (await startUnlessThere(key, whole)) return undefined;
    // The first is on its way. If it is recorded by now we can tell a repeat from a conflict; if not, the
    // repeat is accepted and has no effect.
    const before = await inTime(recorded({ namespace: by.namespace, digest }));
    if (before !== undefined) return before;
    // Or it ended so long ago that its key is gone, and Temporal keeps its workflow for longer: then this is a new event.
    await startUnlessThere(key, { ...whole, reuse: WorkflowIdReusePolicy.ALLOW_DUPLICATE });
    return undefined;
  }

  async function startUnlessThere(key: string, list: ListStart): Promise<boolean> {
    try {
      await start(key, list);
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  }

  async function start(key: string, { workflowId, list, summary, together, reuse }: ListStart): Promise<void> {
    const { by } = list[0] as Incoming;
    const input = { namespace: by.namespace, accepted_by: by.keyId, ...(together ? { together } : {}) };
    const options: WorkflowStartOptions<EventWorkflow> = {
      taskQueue,
      workflowId,
      args: [withEvents(input, list)],
      workflowTaskTimeout,
      // A run that failed or was terminated may have recorded nothing; what it did record, the key has told.
      workflowIdReusePolicy: reuse ?? WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
      // With a worker on the same connection the first task comes back with the answer: one hop less.
      requestEagerStart: true,
      // Between namespaces a busy task queue is shared fairly; the children inherit it.
      priority: { fairnessKey: by.namespace },
      typedSearchAttributes: eventAttributes(
        by.namespace,
        list.map(({ event }) => event.type),
        list.map(({ event }) => event.id),
      ),
      staticSummary: summarise(summary),
    };
    // Looked up while Temporal takes the list.
    const rules = deps.worker?.rulesFor(
      by.namespace,
      list.map(({ event }) => event.type),
    );
    rules?.catch(() => {});
    const began = performance.now();
    const handle = await deps.client.withDeadline(deps.now() + START_DEADLINE_MS, () =>
      deps.client.workflow.start<EventWorkflow>('eventWorkflow', options),
    );
    deps.tellStart?.(performance.now() - began);
    deps.onList?.(list.length);
    if (deps.worker === undefined || rules === undefined || !handle.eagerlyStarted) return;
    const worked = coalescer.working(key);
    const run = { workflow_id: workflowId, workflow_run_id: handle.firstExecutionRunId };
    const accepted_at = new Date(deps.now()).toISOString();
    void deps.worker.begin({ ...input, ...run, accepted_at, events: [] }, { events: list, rules }).finally(worked);
  }
}

interface ListStart {
  workflowId: string;
  list: Incoming[];
  summary: string;
  /** Whether first attempts are made together however few they are. */
  together: boolean;
  /** Which ended workflows of this id do not stand in the way; absent: those that failed. */
  reuse?: WorkflowIdReusePolicy;
}

/** PostgreSQL that hangs is away: its callers are told so before they give up. @throws Error that says so */
async function inTime<T>(lookUp: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PostgresLateError()), LOOK_UP_DEADLINE_MS);
  });
  return await Promise.race([lookUp, late]).finally(() => clearTimeout(timer));
}

/** The events are JSON already; writing them again with the rest would cost the most of a start. */
function withEvents(input: Omit<EventWorkflowInput, 'events'>, list: Incoming[]): EventWorkflowInput {
  const events = list.map(({ json }) => json).join(',');
  return serialisedJson(`${JSON.stringify(input).slice(0, -1)},"events":[${events}]}`) as EventWorkflowInput;
}

/** Whether an error says that Temporal could not be reached in time, rather than that it refused. */
export function isTemporalAway(error: unknown): boolean {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  // gRPC: CANCELLED (how the SDK's own deadline ends a call), DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE.
  // https://grpc.io/docs/guides/status-codes/
  return isGrpcServiceError(cause) && [1, 4, 8, 14].includes(cause.code);
}
