import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import type { components, operations } from '../../api/schema.d.ts';

export type Alert = components['schemas']['Alert'];
type Filters = NonNullable<operations['listAlerts']['parameters']['query']>;

/** A page of alerts. */
export const alertsQuery = (query: Filters) =>
  queryOptions({
    queryKey: ['alerts', 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/alerts', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

/** An alert. */
export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'detail', id],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/alerts/{id}', { params: { path: { id } }, signal })),
  });

/** So many deliveries of its rule are looked at. */
export const MOST_TOLD = 100;

/** Who was told of an alert. The API finds deliveries by rule and time; those of other keys are left out here. */
export const toldQuery = ({ id, rule_id, started_at }: Alert) =>
  queryOptions({
    queryKey: ['deliveries', 'of-alert', id],
    queryFn: async ({ signal }) => {
      const query = { rule_id, since: started_at, limit: MOST_TOLD };
      const page = await dataOf(api.GET('/v1/deliveries', { params: { query }, signal }));
      return { ...page, items: page.items.filter(({ alert_id }) => alert_id === id) };
    },
  });
