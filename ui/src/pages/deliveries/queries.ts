import type { components } from '@exosphere/alerts/openapi';
import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { exactDataOf } from '../../api/exact-json.ts';

export type DeliveryDetail = components['schemas']['DeliveryDetail'];
export type Attempt = DeliveryDetail['attempts'][number];
export type DeadLetter = components['schemas']['DeadLetter'];

/** A delivery with its attempts. */
export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['deliveries', 'detail', id],
    queryFn: ({ signal }) =>
      exactDataOf<DeliveryDetail>(
        api.GET('/v1/deliveries/{id}', { params: { path: { id } }, parseAs: 'text', signal }),
      ),
    structuralSharing: false,
  });

/** Its dead letter. Only of those that were given up once there is one. */
export const deadLetterQuery = (id: string) =>
  queryOptions({
    queryKey: ['dead_letters', 'detail', id],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/dead-letters/{id}', { params: { path: { id } }, signal })),
  });

/** Whether its endpoint is on. */
export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'detail', id],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/webhooks/{id}', { params: { path: { id } }, signal })),
  });

/** A delivery that was given up, or that a person has retried since, has a dead letter. */
export const hasDeadLetter = ({ status, round }: Pick<DeliveryDetail, 'status' | 'round'>): boolean =>
  status === 'dead_lettered' || round > 1;
