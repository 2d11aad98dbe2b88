import { plainText } from './plain-text.ts';

/* Failures as Temporal writes them down: what a person wants to know of one, and whether it will be tried again. */

/** What is read of `temporal.api.failure.v1.Failure`; the SDK's own types of it need its whole package of protobufs. */
export interface FailureMessage {
  message?: string | null;
  cause?: FailureMessage | null;
  encodedAttributes?: object | null;
  applicationFailureInfo?: { type?: string | null; nonRetryable?: boolean | null } | null;
  timeoutFailureInfo?: { timeoutType?: number | null } | null;
  canceledFailureInfo?: object | null;
  terminatedFailureInfo?: object | null;
  serverFailureInfo?: { nonRetryable?: boolean | null } | null;
  childWorkflowExecutionFailureInfo?: object | null;
  activityFailureInfo?: { activityType?: { name?: string | null } | null; activityId?: string | null } | null;
}

/** `error` of an event's data. */
export interface FailureError {
  type: string;
  message: string;
  /** Type of the activity that it happened in. */
  node_name?: string;
  /** Id of the activity. */
  state_id?: string;
}

/** Of a message: what a person reads, and far below what an event may hold. */
const MAX_MESSAGE_BYTES = 2_048;
const MAX_TYPE_BYTES = 200;

/** Chains of causes are a few long; one that somebody has made without end is not walked to it. */
const DEEPEST = 50;

/** temporal.api.enums.v1.TimeoutType */
const TIMEOUTS: Record<number, string> = {
  1: 'start-to-close',
  2: 'schedule-to-start',
  3: 'schedule-to-close',
  4: 'heartbeat',
};

/**
 * What went wrong, in the words that a watched source has for it: the innermost failure of the application (or else the
 * innermost of any kind), and the activity that it came out of.
 *
 * @param activityType of the activity that failed, where the failure itself does not say so (a local one)
 */
export function failureErrorOf(failure: FailureMessage, activityType?: string): FailureError {
  let application: FailureMessage | undefined;
  let innermost = failure;
  let activity = activityType;
  let next: FailureMessage | null | undefined = failure;
  for (let depth = 0; next && depth < DEEPEST; depth += 1) {
    innermost = next;
    if (next.applicationFailureInfo) application = next;
    activity = next.activityFailureInfo?.activityType?.name || activity;
    next = next.cause;
  }
  const told = application ?? innermost;
  return {
    type: plainText(typeOf(told), MAX_TYPE_BYTES),
    message: plainText(messageOf(told), MAX_MESSAGE_BYTES),
    ...(activity === undefined ? {} : { node_name: plainText(activity, MAX_TYPE_BYTES) }),
  };
}

function typeOf(failure: FailureMessage): string {
  if (failure.applicationFailureInfo) return failure.applicationFailureInfo.type || 'ApplicationFailure';
  if (failure.timeoutFailureInfo) return 'TimeoutFailure';
  if (failure.canceledFailureInfo) return 'CancelledFailure';
  if (failure.terminatedFailureInfo) return 'TerminatedFailure';
  if (failure.childWorkflowExecutionFailureInfo) return 'ChildWorkflowFailure';
  return failure.serverFailureInfo ? 'ServerFailure' : 'Failure';
}

function messageOf(failure: FailureMessage): string {
  // Who has messages encoded does not want them in an event.
  const message = failure.encodedAttributes ? 'encoded by a codec' : (failure.message ?? '');
  const kind = TIMEOUTS[failure.timeoutFailureInfo?.timeoutType ?? 0];
  return kind === undefined ? message : `${message || 'It took too long'} (${kind} timeout)`;
}

/** What decides whether a workflow whose run failed is run again: its own retry policy. */
export interface RunPolicy {
  retryPolicy?: { maximumAttempts?: number; nonRetryableErrorTypes?: string[] } | undefined;
  attempt: number;
  /** Ms since the epoch after which Temporal runs it no more. */
  expiresAt?: number | undefined;
  now: number;
}

/**
 * Whether Temporal runs a workflow again after this failure, by the rules of its server.
 *
 * One thing it cannot know here: how long the server waits before, so a run that ends just before its execution
 * timeout counts as run again until that has passed.
 */
export function isRunAgain(failure: FailureMessage, { retryPolicy, attempt, expiresAt, now }: RunPolicy): boolean {
  if (retryPolicy === undefined) return false;
  const { maximumAttempts, nonRetryableErrorTypes = [] } = retryPolicy;
  // 0, or not there: without a bound.
  if (maximumAttempts && attempt >= maximumAttempts) return false;
  if (expiresAt !== undefined && now >= expiresAt) return false;
  return isRetryable(failure, nonRetryableErrorTypes);
}

/** `isRetryable` of Temporal's server (service/history/workflow/retry.go): the failure itself counts, not its causes. */
function isRetryable(failure: FailureMessage, nonRetryableTypes: string[]): boolean {
  if (failure.terminatedFailureInfo || failure.canceledFailureInfo) return false;
  if (failure.timeoutFailureInfo) return false;
  if (failure.serverFailureInfo) return !failure.serverFailureInfo.nonRetryable;
  if (!failure.applicationFailureInfo) return true;
  const { nonRetryable, type } = failure.applicationFailureInfo;
  return !nonRetryable && !nonRetryableTypes.includes(type ?? '');
}
