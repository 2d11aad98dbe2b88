import type { components, operations } from '@exosphere/alerts/openapi';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { exactDataOf } from '../../api/exact-json.ts';

export type Event = components['schemas']['Event'];
export type EventDetail = components['schemas']['EventDetail'];
export type Decision = EventDetail['decisions'][number];
type Filters = NonNullable<operations['listEvents']['parameters']['query']>;

/** A page of events. */
export const eventsQuery = (query: Filters) =>
  queryOptions({
    queryKey: ['events', 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/events', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

/** An event with what was decided. @param source of the sender; undefined: the only one with this id */
export const eventQuery = (id: string, source: string | undefined) =>
  queryOptions({
    queryKey: ['events', 'detail', id, source],
    queryFn: ({ signal }) =>
      exactDataOf<EventDetail>(
        api.GET('/v1/events/{id}', {
          params: { path: { id }, query: source === undefined ? {} : { source } },
          parseAs: 'text',
          signal,
        }),
      ),
    structuralSharing: false,
  });
