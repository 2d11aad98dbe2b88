import { attemptOutcome, classify, type Outcome } from '../src/domain/outcome.ts';
import { decideNext, type RetryPolicy, resolveRetryPolicy } from '../src/domain/retry-policy.ts';
import { signatureHeaders } from '../src/domain/signature.ts';
import type { AttemptLog, AttemptOutcomeRow, DeliveryJob, FinishedAttempt } from '../src/store/attempt-log.ts';
import type { Sealer } from '../src/store/seal.ts';
import { endpointPlace } from '../src/store/sealed-place.ts';
import { version } from '../src/version.ts';
import type { Sender, SendResult } from './http/send.ts';
import { redact } from './redact.ts';

export interface AttemptDeps {
  attemptLog: AttemptLog;
  /** Writes an attempt's outcome, together with those that end at the same time. */
  finish: (outcome: AttemptOutcomeRow) => Promise<void>;
  sealer: Sealer;
  sender: Sender;
  now: () => number;
  random: () => number;
  log: (record: AttemptRecord) => void;
}

/** One wide line for each attempt: all that an on-call person filters by. */
export interface AttemptRecord {
  namespace: string;
  delivery_id: string;
  endpoint_id: string;
  event_type: string;
  attempt: number;
  outcome: string;
  status_code: number | null;
  duration_ms: number;
  error: string | null;
  next_attempt_at: string | null;
  exhausted: string | null;
}

/**
 * How often and how long the outcome of a POST that was made is tried to be written before it is given up: longer than
 * others wait for it (see deliver.ts), and than PostgreSQL takes to fail over.
 */
const RECORD_TRIES = 60;
const RECORD_PAUSE_MS = 1_000;

/** The round's policy: the defaults, then what the endpoint's said when the round began, then the rule's. */
export const policyOf = (job: DeliveryJob): RetryPolicy => resolveRetryPolicy(...(job.retry_layers ?? []));

/**
 * Makes the attempt that `job.claimed` holds: sign → POST → classify → record. What the receiver does is never an
 * error here, but an outcome.
 *
 * @throws when PostgreSQL stays away; the attempt's row is then still open and will be closed as interrupted
 * @throws SealError when a secret cannot be opened (a key is missing): nothing was sent, and no attempt is used up
 */
export async function makeAttempt(job: DeliveryJob, deps: AttemptDeps): Promise<FinishedAttempt> {
  const { namespace } = job;
  const policy = policyOf(job);
  const number = job.claimed as number;
  const opened = await openOrRelease(job, deps);
  const result = withoutSecrets(await post(opened, job, number, policy, deps), opened);
  const outcome = classify({ result, policy, now: deps.now() });
  const finished = conclude(job, number, result, outcome, policy, deps);
  await persistently(() => deps.finish({ namespace, deliveryId: job.id, ...finished }));
  deps.log({
    namespace,
    delivery_id: job.id,
    endpoint_id: job.endpoint_id,
    event_type: job.event_type,
    attempt: number,
    outcome: finished.outcome,
    status_code: finished.statusCode,
    duration_ms: finished.durationMs,
    error: finished.error,
    next_attempt_at: finished.nextAttemptAt?.toISOString() ?? null,
    exhausted: finished.exhaustedReason,
  });
  return finished;
}

function withoutSecrets(result: SendResult, { secret, headers }: Opened): SendResult {
  if (result.kind !== 'response' || result.excerpt === null) return result;
  return { ...result, excerpt: redact(result.excerpt, [secret, ...Object.values(headers)]) };
}

/** What an endpoint keeps sealed, opened for one attempt. */
interface Opened {
  secret: string;
  url: string;
  headers: Record<string, string>;
}

async function openOrRelease(job: DeliveryJob, deps: AttemptDeps): Promise<Opened> {
  try {
    return open(job, deps.sealer);
  } catch (error) {
    await deps.attemptLog.release(job.namespace, job.id, job.claimed as number);
    throw error;
  }
}

function open(job: DeliveryJob, sealer: Sealer): Opened {
  const id = job.endpoint_id;
  const headers = Object.entries(job.sealed_headers ?? {}).map(([name, box]) => [
    name,
    sealer.open(box, endpointPlace.header(id, name)),
  ]);
  return {
    secret: sealer.open(job.sealed_secret as string, endpointPlace.secret(id)),
    url:
      job.sealed_target_url === null
        ? (job.target_url as string)
        : sealer.open(job.sealed_target_url, endpointPlace.targetUrl(id)),
    headers: Object.fromEntries(headers),
  };
}

async function post(
  { secret, url, headers }: Opened,
  job: DeliveryJob,
  number: number,
  policy: RetryPolicy,
  deps: AttemptDeps,
): Promise<SendResult> {
  const body = Buffer.from(job.body as string, 'utf8');
  const timestampSeconds = Math.floor(deps.now() / 1000);
  return await deps.sender.send({
    url,
    body,
    connectTimeoutMs: policy.connectTimeoutMs,
    requestTimeoutMs: policy.requestTimeoutMs,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'user-agent': `Exosphere-Alerts/${version}`,
      ...signatureHeaders({ id: job.id, timestampSeconds, body, secrets: [secret] }),
      'x-exosphere-event': job.event_type,
      'x-exosphere-delivery': job.id,
      'x-exosphere-attempt': String(number),
    },
  });
}

function conclude(
  job: DeliveryJob,
  number: number,
  result: SendResult,
  outcome: Outcome,
  policy: RetryPolicy,
  deps: AttemptDeps,
): FinishedAttempt {
  const attempt = {
    number,
    durationMs: Math.round(result.durationMs),
    statusCode: result.kind === 'response' ? result.statusCode : null,
    outcome: attemptOutcome(result),
    responseExcerpt: result.kind === 'response' ? result.excerpt : null,
    nextAttemptAt: null,
    exhaustedReason: null,
    disableEndpoint: null,
  };
  if (outcome.class === 'success') return { ...attempt, status: 'succeeded', error: null };
  const failed = { ...attempt, status: 'retrying' as const, error: outcome.message };
  if (outcome.class === 'permanent') {
    const disableEndpoint = outcome.disableEndpoint ? outcome.message : null;
    return { ...failed, exhaustedReason: outcome.code, disableEndpoint };
  }
  const next = decideNext({
    policy,
    attemptsInRound: number - job.round_base,
    roundStartedAt: job.round_started_at.getTime(),
    now: deps.now(),
    random: deps.random,
    ...(outcome.retryAfterMs === undefined ? {} : { retryAfterMs: outcome.retryAfterMs }),
  });
  return next.retry ? { ...failed, nextAttemptAt: new Date(next.at) } : { ...failed, exhaustedReason: next.reason };
}

/** A POST that was made must not be forgotten because PostgreSQL restarts: its receiver would get it again. */
async function persistently(write: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries >= RECORD_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RECORD_PAUSE_MS));
    }
  }
}
