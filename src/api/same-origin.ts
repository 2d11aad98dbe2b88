import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './problem.ts';

/** What of a request tells which page has sent it; Express's request is one, with what trusted proxies say put in. */
export interface Sent {
  method: string;
  headers: IncomingHttpHeaders;
  /** Whether the browser came by https. */
  secure: boolean;
  /** With its port; undefined where the client sent none (HTTP/1.0). */
  host: string | undefined;
}

/**
 * Refuses what a browser says comes from another site's page. Both headers are the browser's own word, which no script can
 * change; a client that is no browser sends neither. Schemes are not compared: behind a proxy that ends TLS and is not
 * trusted, ours is unknown.
 *
 * @throws ApiError 403
 */
export function requireSameOrigin({ headers, host }: Sent): void {
  const site = headers['sec-fetch-site'];
  // The browser compares what it has itself asked for: a proxy may have put another name into Host.
  if (site === 'same-origin') return;
  const isOwn = headers.origin === undefined || hostOf(headers.origin) === (host ?? '').toLowerCase();
  if (site === undefined && isOwn) return;
  throw new ApiError(
    403,
    'cross_site_request',
    'A page of another site has sent this. Open the web UI at this address itself, or call the API with a key in `x-api-key`.',
  );
}

/** As in a Host header: without the port that its scheme has anyway. Undefined for `null` and what is no URL. */
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
