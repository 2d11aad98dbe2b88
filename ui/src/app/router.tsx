import type { QueryClient } from '@tanstack/react-query';
import { createRouter, parseSearchWith, stringifySearchWith } from '@tanstack/react-router';
import { keepCsrfToken, whenSignedOut } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { Failure } from '../kit/failure.tsx';
import { NotFound } from './not-found.tsx';
import { Pending } from './pending.tsx';
import { routeTree } from './routes.tsx';

/** The router over all pages; it sends to the sign-in page whoever's session is over. */
export function createAppRouter(queryClient: QueryClient) {
  const router = makeRouter(queryClient);
  whenSignedOut(() => {
    keepCsrfToken(undefined);
    queryClient.setQueryData(sessionQuery.queryKey, null);
    const { pathname, href } = router.state.location;
    if (pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { to: href } });
  });
  return router;
}

const makeRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    // Filters are read by people: `?status=pending`, without JSON's quotes.
    parseSearch: parseSearchWith((text) => text),
    stringifySearch: stringifySearchWith(String),
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    defaultPendingComponent: Pending,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
