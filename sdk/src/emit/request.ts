import { ExosphereAlertsError, errorOfAnswer, textOf } from '../error.ts';
import { parseRetryAfter } from './back-off.ts';
import type { Entry, Outcome } from './entry.ts';

export interface RequestOptions {
  /** Without a slash at the end. */
  url: string;
  headers: Record<string, string>;
  fetch: typeof fetch;
  timeoutMs: number;
  now: () => number;
}

/** What a request has led to. */
export type Verdict =
  /** An outcome for each event; undefined: not taken now, to be sent again. */
  | { kind: 'taken'; outcomes: (Outcome | undefined)[] }
  /** It is for later: the service is away, or busy. */
  | { kind: 'later'; error: ExosphereAlertsError; retryAfterMs?: number | undefined }
  /** This body will never do. */
  | { kind: 'unfit'; error: ExosphereAlertsError }
  /** No body will do, until somebody mends the URL or the key. */
  | { kind: 'refused'; error: ExosphereAlertsError };

/**
 * Sends events, one by `POST /v1/events`, several by `/v1/events/batch`. Never rejects.
 *
 * @param stop breaks the request off
 */
export async function post(entries: readonly Entry[], options: RequestOptions, stop: AbortSignal): Promise<Verdict> {
  const { url, headers, fetch, timeoutMs, now } = options;
  const [first] = entries;
  const isLone = entries.length === 1;
  const body = isLone ? first!.json : `{"events":[${entries.map(({ json }) => json).join(',')}]}`;
  const abort = new AbortController();
  const breakOff = () => abort.abort();
  const timer = setTimeout(breakOff, timeoutMs);
  stop.addEventListener('abort', breakOff);
  if (stop.aborted) breakOff();
  try {
    const response = await fetch(`${url}/v1/events${isLone ? '' : '/batch'}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      // A redirect would take the key to wherever it points.
      redirect: 'manual',
      signal: abort.signal,
    });
    const text = await response.text();
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), now());
    return verdictOn(response, parsed(text), entries.length, retryAfterMs);
  } catch (cause) {
    const error = abort.signal.aborted
      ? new ExosphereAlertsError('timeout', `${url} did not answer within ${timeoutMs} ms.`, { cause })
      : new ExosphereAlertsError('unreachable', `${url} cannot be reached: ${reasonOf(cause)}.`, { cause });
    return { kind: 'later', error };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', breakOff);
  }
}

/** Statuses that speak of the moment. */
const LATER = new Set([408, 425, 429]);
/** Statuses that speak of the body, where it is the service that says so: nginx has a 400 for http at its https port. */
const UNFIT = new Set([400, 409, 422]);

function verdictOn(response: Response, body: unknown, count: number, retryAfterMs: number | undefined): Verdict {
  const { status, ok, type } = response;
  if (ok) {
    const outcomes = outcomesIn(body, count);
    if (outcomes !== undefined) return { kind: 'taken', outcomes };
    const message = `HTTP ${status}, but the body is none of Exosphere Alerts. Is something else at this URL?`;
    return { kind: 'later', error: new ExosphereAlertsError('unexpected_answer', message, { status }), retryAfterMs };
  }
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    const message = 'The URL redirects, and redirects are not followed: give the one that it points to.';
    return { kind: 'refused', error: new ExosphereAlertsError('redirected', message, { status }) };
  }
  const error = errorOfAnswer(status, body);
  if (status >= 500 || LATER.has(status)) return { kind: 'later', error, retryAfterMs };
  const isUnfit = status === 413 || (UNFIT.has(status) && !error.code.startsWith('http_'));
  return { kind: isUnfit ? 'unfit' : 'refused', error };
}

interface Item {
  status: 'accepted' | 'duplicate' | 'rejected' | 'unavailable';
  error?: { code: string; detail: string; errors: { path: string; message: string }[] };
}

/** @returns undefined for what is no answer of the service to so many events */
function outcomesIn(body: unknown, count: number): (Outcome | undefined)[] | undefined {
  const items = count === 1 ? [body] : (body as { items?: unknown } | null)?.items;
  if (!Array.isArray(items) || items.length !== count) return undefined;
  const known = ['accepted', 'duplicate', 'rejected', 'unavailable'];
  if (!items.every((item) => known.includes(item?.status))) return undefined;
  return (items as Item[]).map(({ status, error }) => {
    if (status === 'accepted' || status === 'duplicate') return status;
    if (status === 'unavailable') return undefined;
    const { code = 'rejected', detail = 'The service rejected the event.', errors = [] } = error ?? {};
    return new ExosphereAlertsError(code, [detail, ...errors.map(textOf)].join(' '), { status: 422, errors });
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing: its cause does. */
function reasonOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as { message?: string; cause?: { message?: string; code?: string } };
  return cause?.message || cause?.code || message || String(error);
}
