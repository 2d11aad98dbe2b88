import dns from 'node:dns';
import type { IncomingHttpHeaders } from 'node:http';
import type * as domain from '../../src/domain/outcome.ts';
import { checkUrl, type UrlPolicy } from '../../src/domain/url-policy.ts';
import { makeExcerpt } from './excerpt.ts';
import { createExchanger, type Exchange } from './exchange.ts';
import { failureOf } from './failure.ts';
import { createGuardedAgents, type Lookup } from './guarded-agent.ts';
import { shareLookups } from './shared-lookup.ts';

export interface SendRequest {
  url: string;
  body: Buffer;
  headers: Record<string, string>;
  /** For each of name lookup, connection and TLS handshake. */
  connectTimeoutMs: number;
  /** For the whole attempt. */
  requestTimeoutMs: number;
}

type Response = Extract<domain.SendResult, { kind: 'response' }>;
type Failed = Extract<domain.SendResult, { kind: 'failed' }>;

type Result = (Response & { excerpt: string | null }) | Failed;

/** `excerpt` is the beginning of the answer's body, fit to be stored. */
export type SendResult = Result & { durationMs: number };

export type Sender = {
  /** Makes one attempt. What goes wrong is a result; it does not reject. */
  send(request: SendRequest): Promise<SendResult>;
  /** Closes all connections. Attempts on the way and later ones end as `aborted`. */
  close(): void;
};

export interface SenderOptions extends UrlPolicy {
  /** In place of `dns.lookup`. */
  lookup?: Lookup;
  /** Milliseconds of a clock that never goes back; only differences count. */
  now?: () => number;
}

/**
 * A receiver that had closed an idle connection says so at once; one that worked on the request and then reset has got
 * it, and a second one without a number of its own would be an attempt that nobody sees.
 */
const STALE_WITHIN_MS = 250;

/** What decides, or helps a person to understand. Others, such as set-cookie, are nobody's business. */
const KEPT_HEADERS = ['content-type', 'retry-after', 'server', 'date', 'x-request-id', 'location'];

/**
 * Makes what POSTs to receivers: over guarded agents that connect to allowed addresses only, with the URL policy
 * checked again, as it or the settings may have changed since the endpoint was saved.
 */
export function createSender({
  addressPolicy,
  allowHttp,
  lookup = dns.lookup,
  now = () => performance.now(),
}: SenderOptions): Sender {
  const guarded = { addressPolicy, lookup: shareLookups(lookup) };
  const pooled = createGuardedAgents({ ...guarded, keepAlive: true });
  const unpooled = createGuardedAgents({ ...guarded, keepAlive: false });
  const closing = new AbortController();
  const exchangePooled = createExchanger({ agents: pooled, signal: closing.signal });
  const exchangeUnpooled = createExchanger({ agents: unpooled, signal: closing.signal });

  async function attempt(request: SendRequest, startedAt: number): Promise<Result> {
    const checked = checkUrl(request.url, { allowHttp, addressPolicy });
    if (!checked.ok) {
      const reason = checked.blocked ? 'blocked' : 'invalid_url';
      return { kind: 'failed', reason, message: `target_url ${checked.reason}` };
    }
    const post = { ...request, url: checked.url };
    const first = await exchangePooled(post);
    const remainingMs = Math.ceil(request.requestTimeoutMs - (now() - startedAt));
    const wasStale = first.kind === 'error' && first.staleConnection && now() - startedAt <= STALE_WITHIN_MS;
    if (!wasStale || remainingMs <= 0) return resultOf(first, request);
    // Hardly the receiver's fault, so no attempt of its own; on a new connection, as other idle ones are stale too.
    return resultOf(await exchangeUnpooled({ ...post, requestTimeoutMs: remainingMs }), request);
  }

  function resultOf(exchanged: Exchange, request: SendRequest): Result {
    if (exchanged.kind === 'answer') {
      const { statusCode, headers, body } = exchanged;
      return { kind: 'response', statusCode, headers: keptHeaders(headers), excerpt: makeExcerpt(body) };
    }
    if (closing.signal.aborted) return { kind: 'failed', reason: 'aborted', message: 'this service was stopping' };
    return failureOf(exchanged.error, request);
  }

  return {
    async send(request) {
      const startedAt = now();
      const result = await attempt(request, startedAt);
      return { ...result, durationMs: now() - startedAt };
    },
    close() {
      closing.abort();
      pooled.destroy();
      unpooled.destroy();
    },
  };
}

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value;
  }
  return kept;
}
