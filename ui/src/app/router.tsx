import type { QueryClient } from '@tanstack/react-query';
import { createRouter, parseSearchWith, stringifySearchWith } from '@tanstack/react-router';
import { whenSignedOut } from '../api/client.ts';
import { isSameOwner, ownerOf, whenOtherTab } from '../api/other-tabs.ts';
import { ApiProblem } from '../api/problem.ts';
import { isOverQuery, readSession, type Session, sessionQuery } from '../api/session.ts';
import { Failure } from '../kit/failure.tsx';
import { NotFound } from './not-found.tsx';
import { Pending } from './pending.tsx';
import { routeTree } from './routes.tsx';

/** The router over all pages. Where a session ends, the page stays and asks to sign in again (`session-over.tsx`). */
export function createAppRouter(queryClient: QueryClient) {
  const router = makeRouter(queryClient);
  whenSignedOut(() => {
    if (queryClient.getQueryData(isOverQuery.queryKey) === true) return;
    // It may be the answer to a question of before, where somebody has signed in again meanwhile.
    void readSession().then(goOnAs, () => undefined);
  });
  whenOtherTab((owner) => {
    if (!queryClient.getQueryData(sessionQuery.queryKey)) return;
    if (owner === null) window.location.assign('/sign-in');
    else void readSession().then(goOnAs, () => undefined);
  });

  /** @param now whose the cookie is by now */
  function goOnAs(now: Session | null): void {
    const session = queryClient.getQueryData(sessionQuery.queryKey);
    if (!session) return;
    // Another namespace, or another key: nothing of this page is theirs.
    if (now !== null && !isSameOwner(ownerOf(now), ownerOf(session))) window.location.reload();
    if (now !== null) queryClient.setQueryData(sessionQuery.queryKey, now);
    queryClient.setQueryData(isOverQuery.queryKey, now === null);
  }
  return router;
}

function makeRouter(queryClient: QueryClient) {
  const router = createRouter({
    routeTree,
    context: { queryClient },
    // Filters are read by people: `?status=pending`, without JSON's quotes.
    parseSearch: parseSearchWith((text) => text),
    stringifySearch: stringifySearchWith(String),
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    defaultPendingComponent: Pending,
    defaultErrorComponent: ({ error }) => <Failure error={error} onRetry={() => tryAgain(error)} />,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
  return router;

  /** A page's code that is not there any more, after the service was updated, is found by a new page alone. */
  function tryAgain(error: unknown): void {
    if (error instanceof ApiProblem) void router.invalidate();
    else window.location.reload();
  }
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
