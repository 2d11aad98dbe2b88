import { sha256 } from './sha256.ts';

/* What the service and whoever starts its workflows agree on. `contract.test.ts` holds it against the service's own. */

/** The task queue of Exosphere Alerts. */
export const TASK_QUEUE = 'exosphere-alerts';

/** The workflow that takes events in. */
export const EVENT_WORKFLOW = 'eventWorkflow';

/** How long Temporal waits for a worker that took a task of it: when one dies, events go on elsewhere after this. */
export const WORKFLOW_TASK_TIMEOUT = '4s';

/** The digest of an event's identity: the first 32 hex characters of SHA-256 over `source`, a newline, `id`. */
export const eventDigest = (source: string, id: string): string => sha256(`${source}\n${id}`).slice(0, 32);

/** Id of the workflow of one event: the same event cannot start twice. */
export const eventWorkflowId = (namespace: string, source: string, id: string) =>
  `event/${namespace}/${eventDigest(source, id)}`;

/** Id of the workflow of several events. */
export const eventsWorkflowId = (ulid: string) => `events/${ulid}`;

const NAMESPACE = /^[a-z0-9-]{1,63}$/;

/** @throws TypeError that says what a namespace of Exosphere looks like */
export function checkNamespace(namespace: unknown): asserts namespace is string {
  if (typeof namespace === 'string' && NAMESPACE.test(namespace)) return;
  const given = typeof namespace === 'string' ? JSON.stringify(namespace) : typeof namespace;
  throw new TypeError(
    `namespace must be the namespace of Exosphere Alerts that the events belong to: 1 to 63 characters of a-z, 0-9 and -, but it is ${given}.`,
  );
}

/** Bound of identifiers in bytes of UTF-8; `id`, `source` and `subject` of an event. */
const MAX_IDENTIFIER_BYTES = 200;

/** Whether the service takes a text as `id`, `source` or `subject`. */
export const isIdentifier = (text: string): boolean =>
  text.length > 0 && !/[\p{Cc}\p{Cs}]/u.test(text) && new TextEncoder().encode(text).length <= MAX_IDENTIFIER_BYTES;
