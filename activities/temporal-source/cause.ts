import type { ProtoFailure } from '@temporalio/common';
import { plainText } from './plain-text.ts';

/** Why a run ended as it did, from the last event of its history. */
export interface Cause {
  type: string;
  message: string;
  /** The type of the activity that failed; absent: none did. */
  activity?: string;
}

/** What is known of a run's end beyond its status. */
export interface Ending {
  cause?: Cause | undefined;
  /** Its own retry policy runs it again, as this run. */
  nextRunId?: string | undefined;
}

/** Contract of the watcher: a message is at most this. */
const MAX_MESSAGE_BYTES = 2_048;
const MAX_TYPE_BYTES = 200;
/** Chains of causes are a few long; one that somebody has made without end is not walked to it. */
const DEEPEST = 50;

const TIMEOUTS: Record<number, string> = {
  1: 'start-to-close',
  2: 'schedule-to-start',
  3: 'schedule-to-close',
  4: 'heartbeat',
};

/**
 * What went wrong, from a failure and its causes: the innermost failure of the application (or else the innermost of
 * any kind), and the activity that it came out of.
 */
export function causeOf(failure: ProtoFailure): Cause {
  let application: ProtoFailure | undefined;
  let innermost = failure;
  let activity: string | undefined;
  let next: ProtoFailure | null | undefined = failure;
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
    ...(activity === undefined ? {} : { activity: plainText(activity, MAX_TYPE_BYTES) }),
  };
}

function typeOf(failure: ProtoFailure): string {
  const { applicationFailureInfo, timeoutFailureInfo } = failure;
  if (applicationFailureInfo) return applicationFailureInfo.type || 'ApplicationFailure';
  if (timeoutFailureInfo) return 'TimeoutFailure';
  if (failure.canceledFailureInfo) return 'CancelledFailure';
  if (failure.terminatedFailureInfo) return 'TerminatedFailure';
  if (failure.childWorkflowExecutionFailureInfo) return 'ChildWorkflowFailure';
  if (failure.nexusOperationExecutionFailureInfo || failure.nexusHandlerFailureInfo) return 'NexusFailure';
  return failure.serverFailureInfo ? 'ServerFailure' : 'Failure';
}

function messageOf(failure: ProtoFailure): string {
  const message = failure.encodedAttributes ? decoded(failure.encodedAttributes) : (failure.message ?? '');
  const kind = TIMEOUTS[failure.timeoutFailureInfo?.timeoutType ?? 0];
  return kind === undefined ? message : `${message || 'It took too long'} (${kind} timeout)`;
}

/** Shown in place of what only their codec can read. */
const ENCODED = 'encoded by a codec';

/** Without a codec, `encodeCommonAttributes` leaves JSON: `{message, stack_trace}`. */
function decoded({ metadata, data }: NonNullable<ProtoFailure['encodedAttributes']>): string {
  const encoding = metadata?.encoding ? Buffer.from(metadata.encoding).toString('utf8') : '';
  if (encoding !== 'json/plain' || !data) return ENCODED;
  try {
    const { message }: { message?: unknown } = JSON.parse(Buffer.from(data).toString('utf8')) ?? {};
    return typeof message === 'string' ? message : ENCODED;
  } catch {
    return ENCODED;
  }
}
