import type { Channel } from '../src/channels/channel.ts';
import { channels } from '../src/channels/index.ts';
import { attemptOutcome, classify, type Outcome } from '../src/domain/outcome.ts';
import { type RetryPolicy, resolveRetryPolicy } from '../src/domain/retry-policy.ts';
import { signatureHeaders } from '../src/domain/signature.ts';
import { passedOn, type Span, type Tracing } from '../src/domain/trace.ts';
import type { DeliveryJob, SealedEndpoint } from '../src/store/attempt-log.ts';
import type { Place, Sealer } from '../src/store/seal.ts';
import { endpointPlace } from '../src/store/sealed-place.ts';
import { version } from '../src/version.ts';
import type { Sender, SendResult } from './http/send.ts';
import { redact, urlSecrets } from './redact.ts';

/** The round's policy: the defaults, then what the endpoint's said when the round began, then the rule's. */
export const policyOf = (job: Pick<DeliveryJob, 'retry_layers'>): RetryPolicy =>
  resolveRetryPolicy(...(job.retry_layers ?? []));

/** What is sent: the parts of a delivery's row that a request is made of. */
export type Message = Pick<
  DeliveryJob,
  'namespace' | 'id' | 'endpoint_id' | 'event_type' | 'body' | 'retry_layers' | 'traceparent'
>;

/** A request that was made, and what it means. Neither holds anything of the endpoint's secrets. */
export interface Sent {
  result: SendResult;
  outcome: Outcome;
  /** The trace that it is part of, if any. */
  traceId: string | undefined;
}

/** One request, whoever asks for it: sign → POST → mask what the receiver echoes → classify. Records nothing. */
export async function sendSigned(
  opened: Opened,
  message: Message,
  number: number,
  deps: { sender: Sender; now: () => number; tracing: Tracing },
): Promise<Sent> {
  const policy = policyOf(message);
  const confidential = confidentialOf(opened);
  const span = beginSpan(opened, message, number, deps.tracing);
  const result = withoutSecrets(await posted(), confidential);
  const general = classify({ result, policy, now: deps.now() });
  const outcome = result.kind === 'response' ? opened.channel.readAnswer(result, general) : general;
  return {
    result,
    traceId: span.traceId,
    outcome: outcome.class === 'success' ? outcome : { ...outcome, message: redact(outcome.message, confidential) },
  };

  async function posted(): Promise<SendResult> {
    try {
      const answer = await post(opened, message, number, policy, span, deps);
      if (deps.tracing.isOn) endSpan(span, answer);
      return answer;
    } catch (error) {
      span.end({}, 'not_sent');
      throw error;
    }
  }
}

/** Of where it goes only the host: the rest of a URL may be a secret. */
function beginSpan({ channel, url }: Opened, message: Message, number: number, tracing: Tracing): Span {
  const parent = message.traceparent ?? undefined;
  if (!tracing.isOn) return passedOn(parent);
  const attributes = {
    'http.request.method': 'POST',
    'server.address': URL.parse(url)?.hostname,
    'exosphere.namespace': message.namespace,
    'exosphere.delivery_id': message.id,
    'exosphere.endpoint_id': message.endpoint_id,
    'exosphere.endpoint_kind': channel.kind,
    'exosphere.event_type': message.event_type,
    'exosphere.attempt': number,
  };
  return tracing.begin('POST', { kind: 'client', parent, attributes });
}

function endSpan(span: Span, result: SendResult): void {
  const outcome = attemptOutcome(result);
  const status = result.kind === 'response' ? result.statusCode : undefined;
  const error = outcome === 'success' ? undefined : outcome === 'http_error' ? String(status) : outcome;
  span.end({ 'http.response.status_code': status, 'exosphere.outcome': outcome }, error);
}

function withoutSecrets(result: SendResult, confidential: string[]): SendResult {
  if (result.kind !== 'response' || result.excerpt === null) return result;
  return { ...result, excerpt: redact(result.excerpt, confidential) };
}

/** What an endpoint keeps sealed, opened for one attempt. */
export interface Opened {
  channel: Channel;
  /** Newest first; two while a rotation's grace lasts. */
  secrets: string[];
  url: string;
  /** The URL again, where it is itself a secret. */
  secretUrl: string | null;
  routingKey: string | null;
  headers: Record<string, string>;
}

const confidentialOf = ({ secrets, headers, secretUrl, routingKey }: Opened): string[] => [
  ...secrets,
  ...Object.values(headers),
  ...(secretUrl === null ? [] : urlSecrets(secretUrl)),
  ...(routingKey === null ? [] : [routingKey]),
];

/** @throws SealError when a secret cannot be opened */
export function openEndpoint(endpoint: SealedEndpoint, sealer: Sealer, now: number): Opened {
  const { endpoint_id: id, sealed_previous_secret: previous, previous_secret_until: until } = endpoint;
  const headers = Object.entries(endpoint.sealed_headers ?? {}).map(([name, box]) => [
    name,
    sealer.open(box, endpointPlace.header(id, name)),
  ]);
  const openOrNull = (box: string | null, place: Place) => (box === null ? null : sealer.open(box, place));
  const secretUrl = openOrNull(endpoint.sealed_target_url, endpointPlace.targetUrl(id));
  const isInGrace = previous !== null && until !== null && until.getTime() > now;
  return {
    channel: channels[endpoint.endpoint_kind ?? 'http'],
    secrets: [
      sealer.open(endpoint.sealed_secret as string, endpointPlace.secret(id)),
      ...(isInGrace ? [sealer.open(previous, endpointPlace.previousSecret(id))] : []),
    ],
    url: secretUrl ?? (endpoint.target_url as string),
    secretUrl,
    routingKey: openOrNull(endpoint.sealed_routing_key, endpointPlace.routingKey(id)),
    headers: Object.fromEntries(headers),
  };
}

async function post(
  { channel, secrets, url, headers, routingKey }: Opened,
  job: Message,
  number: number,
  policy: RetryPolicy,
  { traceparent }: Span,
  deps: { sender: Sender; now: () => number },
): Promise<SendResult> {
  const body = Buffer.from(channel.target.bodyToSend(job.body as string, routingKey), 'utf8');
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
      ...signatureHeaders({ id: job.id, timestampSeconds, body, secrets }),
      'x-exosphere-event': job.event_type,
      'x-exosphere-delivery': job.id,
      'x-exosphere-attempt': String(number),
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  });
}

/** What an attempt's row tells of its request. */
export const factsOf = (result: SendResult) => ({
  durationMs: Math.round(result.durationMs),
  statusCode: result.kind === 'response' ? result.statusCode : null,
  outcome: attemptOutcome(result),
  responseExcerpt: result.kind === 'response' ? result.excerpt : null,
});
