import type { components, operations } from '@exosphere/alerts/openapi';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';

export type Alert = components['schemas']['Alert'];
export type AlertDetail = components['schemas']['AlertDetail'];
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

/** Clocks of processes differ. */
const SLACK_MS = 10 * 60_000;

/** Before its first delivery was made. */
export const sinceOf = ({ started_at, fired_at }: Alert): string =>
  new Date(Math.min(Date.parse(started_at), Date.parse(fired_at)) - SLACK_MS).toISOString();

/** So many deliveries of an alert are shown. */
const MOST_TOLD = 100;

/** Who was told of an alert, the latest first. */
export const toldQuery = (alert: Alert) =>
  queryOptions({
    queryKey: ['deliveries', 'of-alert', alert.id],
    queryFn: ({ signal }) => {
      const { id: alert_id, rule_id } = alert;
      const query = { alert_id, rule_id, since: sinceOf(alert), limit: MOST_TOLD };
      return dataOf(api.GET('/v1/deliveries', { params: { query }, signal }));
    },
  });
