import type { components, operations } from '@exosphere/alerts/openapi';
import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './client.ts';
import { ApiProblem } from './problem.ts';

/*
 * Keys begin with the kind of the stream's changes (`live.ts`): what is heard of `deliveries` reads again whatever begins
 * with 'deliveries'.
 */

export type Delivery = components['schemas']['Delivery'];
export type Webhook = components['schemas']['Webhook'];
export type AlertRule = components['schemas']['AlertRule'];

/** What a list takes besides `limit` and `cursor`. */
export type DeliveryFilters = Omit<NonNullable<operations['listDeliveries']['parameters']['query']>, 'limit'>;

const MOST_RETRIES = 2;

/** The client of all pages. What a caller did wrong is not tried again; what the way or the server did is. */
export const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      // What was sent or answered last may be a key or a secret: nothing of it is kept once its form is gone.
      mutations: { gcTime: 0 },
      queries: {
        staleTime: 2_000,
        retry: (count, error) =>
          count < MOST_RETRIES && (!(error instanceof ApiProblem) || error.status === 0 || error.status >= 500),
        // A stream that is heard says more than the window's focus.
        refetchOnWindowFocus: 'always',
      },
    },
  });

/** A page of deliveries; the one before stays visible until it is here. */
export const deliveriesQuery = (query: DeliveryFilters) =>
  queryOptions({
    queryKey: ['deliveries', 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/deliveries', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

/** The built-in event types. */
export const eventTypesQuery = queryOptions({
  queryKey: ['event-types'],
  queryFn: ({ signal }) => dataOf(api.GET('/v1/event-types', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
