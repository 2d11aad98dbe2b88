import type { components } from '@exosphere/alerts/openapi';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';

export type ApiKey = components['schemas']['ApiKey'];
export type ApiKeyCreate = components['schemas']['ApiKeyCreate'];
export type ApiKeyCreated = components['schemas']['ApiKeyCreated'];
export type Scope = ApiKey['scopes'][number];

/** A page of keys, revoked ones too. */
export const apiKeysQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: ['api_keys', 'list', cursor],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/v1/api-keys', { params: { query: cursor === undefined ? {} : { cursor } }, signal })),
    placeholderData: keepPreviousData,
  });
