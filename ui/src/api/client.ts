import type { paths } from '@exosphere/alerts/openapi';
import createClient, { type Middleware } from 'openapi-fetch';
import { problemOf, unreachable } from './problem.ts';

/* The API as the pages call it: `dataOf(api.GET('/v1/deliveries', { params: { query } }))`. */

let csrfToken: string | undefined;
let onSignedOut: () => void = () => undefined;

/** Keeps what every change must carry beside the cookie; undefined: nobody is signed in. */
export function keepCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** Told when the API says that the session is over (401). One listener: the router. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

const session: Middleware = {
  onRequest({ request }) {
    if (csrfToken !== undefined && !/^(GET|HEAD)$/.test(request.method)) {
      request.headers.set('x-exosphere-csrf', csrfToken);
    }
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return;
    // A wrong key at sign-in is the page's own affair.
    if (response.status === 401 && String(schemaPath) !== '/v1/session') onSignedOut();
    throw await problemOf(response);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    return unreachable();
  },
};

/** Typed by `docs/openapi.json`. Every answer but 2xx is thrown as an `ApiProblem`. */
export const api = createClient<paths>({ credentials: 'same-origin' });
api.use(session);

/**
 * The body of an answer.
 *
 * @throws ApiProblem when the API refuses or cannot be reached
 */
export async function dataOf<T>(answer: Promise<{ data?: T; response: Response }>): Promise<NonNullable<T>> {
  return (await answer).data as NonNullable<T>;
}
