import type { components, operations } from '@exosphere/alerts/openapi';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';

export type Silence = components['schemas']['Silence'];
export type SilenceWrite = components['schemas']['SilenceWrite'];
export type SilencePatch = components['schemas']['SilencePatch'];
type Filters = NonNullable<operations['listSilences']['parameters']['query']>;

/** A page of silences. */
export const silencesQuery = (query: Filters) =>
  queryOptions({
    queryKey: ['silences', 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/silences', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
