import type { operations } from '@exosphere/alerts/openapi';
import { keepPreviousData, queryOptions, skipToken } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';

type ListFilters = Omit<NonNullable<operations['listWebhooks']['parameters']['query']>, 'limit'>;

/** A page of endpoints. */
export const webhookPageQuery = (query: ListFilters) =>
  queryOptions({
    queryKey: ['webhooks', 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/webhooks', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

/** One endpoint. */
export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'one', id],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/webhooks/{id}', { params: { path: { id } }, signal })),
  });

/** The last day of all endpoints, by the hour: one request for a whole list. Not read again at each delivery. */
export const dayQuery = queryOptions({
  queryKey: ['webhook-day'],
  queryFn: ({ signal }) =>
    dataOf(api.GET('/v1/stats', { params: { query: { bucket: '1h', group_by: 'endpoint' } }, signal })),
  refetchInterval: 30_000,
});

/** The last day of one endpoint, with what became of its deliveries. */
export const dayOfOneQuery = (endpoint_id: string) =>
  queryOptions({
    queryKey: ['webhook-day', endpoint_id],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/stats', { params: { query: { bucket: '1h', endpoint_id } }, signal })),
    refetchInterval: 30_000,
  });

/** So many rules and deliveries are told one by one or counted; what is beyond is said to be. */
const MOST = 200;

/** The rules that tell an endpoint. */
export const rulesOfQuery = (endpoint_id: string) =>
  queryOptions({
    queryKey: ['rules', 'of-webhook', endpoint_id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/v1/alert-rules', { params: { query: { endpoint_id, limit: MOST } }, signal })),
  });

/** How much waits on an endpoint: each number is a page's length, and `more` says that it is not all. */
export const waitingQuery = (endpoint_id: string) =>
  queryOptions({
    queryKey: ['deliveries', 'waiting-for-webhook', endpoint_id],
    async queryFn({ signal }) {
      const limited = { endpoint_id, limit: MOST };
      const deliveries = (status: 'pending' | 'retrying') =>
        dataOf(api.GET('/v1/deliveries', { params: { query: { ...limited, status } }, signal }));
      const letters = dataOf(api.GET('/v1/dead-letters', { params: { query: limited }, signal }));
      const [pending, retrying, dead] = await Promise.all([deliveries('pending'), deliveries('retrying'), letters]);
      return {
        deliveries: pending.items.length + retrying.items.length,
        moreDeliveries: pending.next_cursor !== null || retrying.next_cursor !== null,
        deadLetters: dead.items.length,
        moreDeadLetters: dead.next_cursor !== null,
      };
    },
    staleTime: 0,
  });

/** A secret that was just shown, for the code that verifies by it. In memory alone, until its page is left. */
export const shownSecretQuery = (id: string) =>
  queryOptions<string>({ queryKey: ['webhook-secret', id], queryFn: skipToken, staleTime: Number.POSITIVE_INFINITY });
