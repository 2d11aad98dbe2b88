import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './client.ts';

/*
 * Endpoints and rules to choose one from, by a part of the name: a page from the server, never all of them. And the one
 * that an id in the URL means, for its name.
 */

export interface Choice {
  id: string;
  name: string;
}

export type ChoiceKind = 'webhooks' | 'rules';

const MOST = 30;

/** The newest that have this in their name. */
export const choicesQuery = (kind: ChoiceKind, name: string) =>
  queryOptions({
    queryKey: [kind, 'choice', name],
    queryFn: async ({ signal }): Promise<Choice[]> => {
      const options = { params: { query: { limit: MOST, ...(name === '' ? {} : { name }) } }, signal };
      const page =
        kind === 'webhooks'
          ? await dataOf(api.GET('/v1/webhooks', options))
          : await dataOf(api.GET('/v1/alert-rules', options));
      return page.items;
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

/** The one with this id. Fails where it is deleted. */
export const chosenQuery = (kind: ChoiceKind, id: string | undefined) =>
  queryOptions({
    queryKey: [kind, 'chosen', id],
    queryFn: async ({ signal }): Promise<Choice> => {
      const options = { params: { path: { id: id as string } }, signal };
      return kind === 'webhooks'
        ? await dataOf(api.GET('/v1/webhooks/{id}', options))
        : await dataOf(api.GET('/v1/alert-rules/{id}', options));
    },
    enabled: id !== undefined,
    staleTime: 300_000,
    retry: false,
  });
