import type { RetryPolicy } from './retry-policy.ts';

/** What one send came to. Header names are lower-case. `aborted` means that we stopped it, not the receiver. */
export type SendResult =
  | { kind: 'response'; statusCode: number; headers: Record<string, string> }
  | { kind: 'failed'; reason: 'blocked' | 'invalid_url' | 'timeout' | 'network' | 'tls' | 'aborted'; message: string };

/** What an attempt shows as its outcome in the API. */
export type AttemptOutcome =
  | 'success'
  | 'http_error'
  | 'timeout'
  | 'network'
  | 'tls'
  | 'blocked'
  | 'invalid_url'
  | 'interrupted';

/**
 * What to do about a result. `code` is stable (`http_500`, `timeout`, …), `message` is for people.
 * `retryAfterMs` is what the receiver asked for, before any bound.
 */
export type Outcome =
  | { class: 'success' }
  | { class: 'retry'; code: string; message: string; retryAfterMs?: number }
  | { class: 'permanent'; code: string; message: string; disableEndpoint?: boolean };

/** The word for a result in the API's list of attempts. */
export function attemptOutcome(result: SendResult): AttemptOutcome {
  if (result.kind === 'response') return isSuccess(result.statusCode) ? 'success' : 'http_error';
  return result.reason === 'aborted' ? 'interrupted' : result.reason;
}

/**
 * Decides what a result means by the contract's table of delivery outcomes and the policy's `retry_on` and
 * `never_retry`. Whether attempts are left is not asked here: see `decideNext`.
 *
 * @param now epoch milliseconds, against which an HTTP-date in Retry-After counts
 */
export function classify({ result, policy, now }: { result: SendResult; policy: RetryPolicy; now: number }): Outcome {
  return result.kind === 'response' ? classifyResponse(result, policy, now) : classifyFailure(result, policy);
}

function classifyResponse(result: SendResult & { kind: 'response' }, policy: RetryPolicy, now: number): Outcome {
  const { statusCode, headers } = result;
  if (isSuccess(statusCode)) return { class: 'success' };
  const code = `http_${statusCode}`;
  // 410 says "gone for good": no policy can ask to retry it, and the endpoint is switched off.
  if (statusCode === 410) {
    return {
      class: 'permanent',
      code,
      message: 'HTTP 410: the receiver is gone, so the endpoint is disabled',
      disableEndpoint: true,
    };
  }
  const message = httpMessage(statusCode, headers);
  if (!isRetried(policy, statusCode)) return { class: 'permanent', code, message };
  const retryAfterMs =
    statusCode === 429 || statusCode === 503 ? parseRetryAfter(headers['retry-after'], now) : undefined;
  return { class: 'retry', code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function classifyFailure({ reason, message }: SendResult & { kind: 'failed' }, policy: RetryPolicy): Outcome {
  switch (reason) {
    // Neither the address nor how it was found is told: the answer must not help to map the network behind us.
    case 'blocked':
      return {
        class: 'permanent',
        code: 'blocked',
        message: 'Address not allowed: target_url leads to an address that deliveries may not reach',
      };
    case 'invalid_url':
      return { class: 'permanent', code: 'invalid_url', message };
    // Our own stopping says nothing about the receiver, so no policy can make it final.
    case 'aborted':
      return { class: 'retry', code: 'interrupted', message };
    default:
      return { class: isRetriedByName(policy, reason) ? 'retry' : 'permanent', code: reason, message };
  }
}

function isSuccess(statusCode: number): boolean {
  return statusCode >= 200 && statusCode <= 299;
}

/**
 * An exact code beats a class; at the same exactness `never_retry` beats `retry_on`; what neither names is final.
 * A final 1xx or a code outside HTTP's range has no name in a policy: by the table it is retried.
 */
function isRetried(policy: RetryPolicy, statusCode: number): boolean {
  if (statusCode < 300 || statusCode > 599) return true;
  const exact = String(statusCode);
  if (policy.neverRetry.includes(exact)) return false;
  if (policy.retryOn.includes(exact)) return true;
  return isRetriedByName(policy, `${exact[0]}xx`);
}

function isRetriedByName(policy: RetryPolicy, name: string): boolean {
  return policy.retryOn.includes(name) && !policy.neverRetry.includes(name);
}

function httpMessage(statusCode: number, headers: Record<string, string>): string {
  if (statusCode < 300 || statusCode > 599) return `HTTP ${statusCode}: not a final answer`;
  if (statusCode > 399) return `HTTP ${statusCode}`;
  const origin = httpOrigin(headers.location);
  return `HTTP ${statusCode}${origin ? ` to ${origin}` : ''} (redirects are not followed)`;
}

/** The origin only: the path and query of a Location can carry secrets. A relative or odd one has none to show. */
function httpOrigin(location: string | undefined): string | undefined {
  const url = location === undefined ? null : URL.parse(location);
  return url && /^https?:$/.test(url.protocol) ? url.origin.slice(0, 200) : undefined;
}

const IMF_FIXDATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
const RFC_850 = /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/;
const ASCTIME = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/**
 * Reads Retry-After: delta-seconds or one of the three HTTP-dates of RFC 9110, section 5.6.7. `Date.parse` alone takes
 * too much (`1.5` is a date to it), hence the patterns.
 *
 * @returns milliseconds from `now`, above 0; undefined for an absent, past or unreadable value
 */
function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : httpDate(text) - now;
  return ms > 0 ? Math.min(ms, Number.MAX_SAFE_INTEGER) : undefined;
}

function httpDate(text: string): number {
  if (IMF_FIXDATE.test(text) || RFC_850.test(text)) return Date.parse(text);
  return ASCTIME.test(text) ? Date.parse(`${text} GMT`) : Number.NaN;
}
