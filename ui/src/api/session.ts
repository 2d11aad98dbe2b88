import type { components } from '@exosphere/alerts/openapi';
import { queryOptions, skipToken } from '@tanstack/react-query';
import { keepCsrfToken } from './client.ts';
import { ownerOf, tellOtherTabs } from './other-tabs.ts';
import { ApiProblem, problemOf, unreachable } from './problem.ts';

/** Who is signed in: `key` is null for the operator's (EXOSPHERE_API_KEY). */
export type Session = components['schemas']['CurrentSession'];

/** The session of the cookie, or null where nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: readSession,
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** Whether the session of this page has ended since: set by the router, read by what asks to sign in again. */
export const isOverQuery = queryOptions<boolean>({
  queryKey: ['session-over'],
  queryFn: skipToken,
  staleTime: Number.POSITIVE_INFINITY,
});

/** @returns null where the cookie is nobody's @throws ApiProblem where nobody can tell */
export async function readSession(): Promise<Session | null> {
  try {
    return await ask('GET');
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

/** Exchanges a key for a session. @throws ApiProblem 401 for a wrong key */
export async function signIn(apiKey: string): Promise<Session> {
  const session = await ask('POST', JSON.stringify({ api_key: apiKey }));
  tellOtherTabs(ownerOf(session));
  return session;
}

/** Ends the session; the cookie is gone afterwards. */
export async function signOut(csrfToken: string | null): Promise<void> {
  const response = await send('DELETE', undefined, { 'x-exosphere-csrf': csrfToken ?? '' });
  // A 401: it is over already. What failed otherwise can be tried again, with the token.
  if (!response.ok && response.status !== 401) throw await problemOf(response);
  keepCsrfToken(undefined);
  tellOtherTabs(null);
}

async function ask(method: string, body?: string): Promise<Session> {
  const response = await send(method, body);
  if (!response.ok) throw await problemOf(response);
  const session = (await response.json()) as Session;
  keepCsrfToken(session.csrf_token ?? undefined);
  return session;
}

async function send(method: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    return await fetch('/v1/session', { method, headers: { ...headers, ...type }, body: body ?? null });
  } catch {
    throw unreachable();
  }
}
