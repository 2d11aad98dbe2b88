import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { PERIODS, statsQueryOf } from './period.ts';
import type { Last } from './search.ts';

/** So many firing alerts are shown. */
const SHOWN_ALERTS = 5;

/**
 * The figures of a period, and how things stand now. Read again on a change, and now and then: an answer may be 3 seconds
 * older than the change that was told.
 */
export const statsQuery = (last: Last) =>
  queryOptions({
    queryKey: ['deliveries', 'stats', last],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/v1/stats', { params: { query: statsQueryOf(last, Date.now()) }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: PERIODS[last].everyMs,
  });

/** The latest alerts that fire. */
export const firingQuery = queryOptions({
  queryKey: ['alerts', 'firing', SHOWN_ALERTS],
  queryFn: ({ signal }) =>
    dataOf(api.GET('/v1/alerts', { params: { query: { status: 'firing', limit: SHOWN_ALERTS } }, signal })),
});

/** What the first steps are judged by: the newest of each, and a few of what has arrived. */
const list = { limit: 20 };

export const arrivedQuery = queryOptions({
  queryKey: ['deliveries', 'first-steps', 'arrived'],
  queryFn: ({ signal }) =>
    dataOf(api.GET('/v1/deliveries', { params: { query: { ...list, status: 'succeeded' } }, signal })),
});

export const newestDeliveriesQuery = queryOptions({
  queryKey: ['deliveries', 'first-steps', 'newest'],
  queryFn: ({ signal }) => dataOf(api.GET('/v1/deliveries', { params: { query: list }, signal })),
});

export const newestEndpointsQuery = queryOptions({
  queryKey: ['webhooks', 'first-steps'],
  queryFn: ({ signal }) => dataOf(api.GET('/v1/webhooks', { params: { query: list }, signal })),
});

export const newestRulesQuery = queryOptions({
  queryKey: ['rules', 'first-steps'],
  queryFn: ({ signal }) => dataOf(api.GET('/v1/alert-rules', { params: { query: list }, signal })),
});

export const newestEventsQuery = queryOptions({
  queryKey: ['events', 'first-steps'],
  queryFn: ({ signal }) => dataOf(api.GET('/v1/events', { params: { query: list }, signal })),
});

/** An event with what the rules decided. */
export const eventQuery = (id: string, source: string) =>
  queryOptions({
    queryKey: ['events', 'one', id, source],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/v1/events/{id}', { params: { path: { id }, query: { source } }, signal })),
  });

export const presetsQuery = queryOptions({
  queryKey: ['presets'],
  queryFn: ({ signal }) => dataOf(api.GET('/v1/alert-rules/presets', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** A built-in event type with its sample. */
export const eventTypeQuery = (type: string) =>
  queryOptions({
    queryKey: ['event-types', type],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/event-types/{type}', { params: { path: { type } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
