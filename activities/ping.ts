import type { Alert } from '../src/domain/alert-body.ts';
import type { IdFactory } from '../src/domain/ids.ts';
import type { AttemptOutcome } from '../src/domain/outcome.ts';
import { PING_TYPE, pingAlert } from '../src/domain/ping.ts';
import type { AskedBy } from '../src/store/audit-log.ts';
import type { PingLog, TestedEndpoint } from '../src/store/ping-log.ts';
import type { AttemptDeps } from './attempt.ts';
import { factsOf, openEndpoint, sendSigned } from './signed-post.ts';

export interface PingDeps extends Pick<AttemptDeps, 'sealer' | 'sender' | 'now' | 'log' | 'tracing'> {
  pingLog: PingLog;
  newId: IdFactory;
  publicUrl: string | undefined;
}

/** What a test-send came to, as its answer shows it. */
export interface PingResult {
  delivery_id: string;
  outcome: AttemptOutcome;
  status_code: number | null;
  duration_ms: number;
  error: string | null;
  response_excerpt: string | null;
}

export interface Ping {
  /** Sends one now. @returns undefined where the namespace has no such endpoint @throws SealError when a secret cannot be opened */
  send(namespace: string, endpointId: string, askedBy: AskedBy, traceparent?: string): Promise<PingResult | undefined>;
  /** Ends those on the way as interrupted, and resolves once that is recorded. */
  close(): Promise<void>;
}

/**
 * Test-sends: a signed `webhook.ping` by the way of every attempt (guard, secrets, signature, masks), recorded as a
 * delivery. An endpoint that is off is tested too, before a person switches it on. Nothing follows from it: no retry, no
 * dead letter, no effect on health. The request is made in the process that is asked, and takes at most the policy's
 * `timeout.request`.
 */
export function createPing(deps: PingDeps): Ping {
  const underWay = new Set<Promise<unknown>>();

  return {
    send(...asked) {
      const sending = send(...asked);
      underWay.add(sending);
      const done = () => void underWay.delete(sending);
      sending.then(done, done);
      return sending;
    },
    async close() {
      deps.sender.close();
      await Promise.allSettled(underWay);
    },
  };

  async function send(
    namespace: string,
    endpointId: string,
    askedBy: AskedBy,
    traceparent?: string,
  ): Promise<PingResult | undefined> {
    const endpoint = await deps.pingLog.endpoint(namespace, endpointId);
    if (endpoint === undefined) return undefined;
    const opened = openEndpoint(endpoint, deps.sealer, deps.now());
    const deliveryId = deps.newId('dlv');
    const alert = alertFor(namespace, endpoint, askedBy.keyId);
    const body = opened.channel.renderMessage(alert, { namespace, deliveryId, publicUrl: deps.publicUrl });
    await deps.pingLog.begin({ namespace, deliveryId, auditId: deps.newId('aud'), endpoint, alert, body, askedBy });
    const more = { endpoint_id: endpointId, traceparent: traceparent ?? null };
    const message = {
      namespace,
      id: deliveryId,
      event_type: PING_TYPE,
      body,
      retry_layers: layersOf(endpoint),
      ...more,
    };
    const { result, outcome, traceId } = await sendSigned(opened, message, 1, deps);
    const facts = { ...factsOf(result), error: outcome.class === 'success' ? null : outcome.message };
    await deps.pingLog.finish(namespace, deliveryId, facts);
    const answer = {
      delivery_id: deliveryId,
      outcome: facts.outcome,
      status_code: facts.statusCode,
      duration_ms: facts.durationMs,
      error: facts.error,
    };
    deps.log({
      ...answer,
      namespace,
      endpoint_id: endpointId,
      kind: endpoint.endpoint_kind,
      rule_id: null,
      event_id: alert.event.id,
      event_type: PING_TYPE,
      trace_id: traceId ?? null,
      attempt: 1,
      latency_ms: null,
      next_attempt_at: null,
      exhausted: null,
    });
    return { ...answer, response_excerpt: facts.responseExcerpt };
  }

  function alertFor(namespace: string, endpoint: TestedEndpoint, askedBy: string): Alert {
    return pingAlert({
      namespace,
      endpoint: { id: endpoint.endpoint_id, name: endpoint.endpoint_name },
      askedBy,
      alertId: deps.newId('al'),
      eventId: deps.newId('ev'),
      at: new Date(deps.now()).toISOString(),
    });
  }
}

const layersOf = ({ retry_policy }: TestedEndpoint): [TestedEndpoint['retry_policy'], null] => [retry_policy, null];
