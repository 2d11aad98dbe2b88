import createClient, { type Client } from 'openapi-fetch';
import { errorOfAnswer } from './error.ts';
import type { paths } from './openapi.ts';

/** The REST API, typed by the service's own description: `api.GET('/v1/deliveries', { params: { query } })`. */
export type Api = Client<paths>;

export interface ApiOptions {
  url: string;
  headers: Record<string, string>;
  fetch: typeof fetch;
  /** For each call; a `signal` of the call's own counts too. The stream of changes has no bound. */
  timeoutMs: number;
}

/** A client for all of the API. Answers are openapi-fetch's `{ data, error, response }`; `unwrap` makes values of them. */
export function createApi({ url, headers, fetch, timeoutMs }: ApiOptions): Api {
  return createClient<paths>({
    baseUrl: url,
    headers,
    // A redirect would take the key to wherever it points.
    redirect: 'manual',
    fetch: (request) => {
      if (new URL(request.url).pathname.endsWith('/v1/stream')) return fetch(request);
      const timeout = AbortSignal.timeout(timeoutMs);
      // Node before 20.3 cannot join two signals: the bound is the one that must hold.
      const signal = typeof AbortSignal.any === 'function' ? AbortSignal.any([request.signal, timeout]) : timeout;
      return fetch(request, { signal });
    },
  });
}

/**
 * The body of an answer: `const { items } = await unwrap(api.GET('/v1/webhooks'))`.
 *
 * @throws ExosphereAlertsError when the service says no: `code`, `status` and `errors` are its own
 */
export async function unwrap<Data>(
  answer: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw errorOfAnswer(response.status, error);
  // A 204 has no body, and `undefined` is what its type says.
  return data as NonNullable<Data>;
}
