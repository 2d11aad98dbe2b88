import type { components, operations } from '@exosphere/alerts/openapi';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';

export type DeadLetter = components['schemas']['DeadLetter'];
export type BulkFilter = components['schemas']['DeadLetterFilter'];
export type BulkProgress = components['schemas']['DeadLetterBulkProgress'];
export type Decision = 'retry' | 'discard';

type Query = NonNullable<operations['listDeadLetters']['parameters']['query']>;

/** A page of dead letters; the one before stays visible until it is here. */
export const deadLettersQuery = (query: Query) =>
  queryOptions({
    queryKey: ['dead_letters', 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/dead-letters', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

/** Asks for one decision about many; a dry run only counts them. */
export function decide(decision: Decision, body: BulkFilter, isDry: boolean) {
  const options = { body, params: { query: isDry ? { dry_run: 'true' as const } : {} } };
  return decision === 'retry'
    ? dataOf(api.POST('/v1/dead-letters/retry', options))
    : dataOf(api.POST('/v1/dead-letters/discard', options));
}

/** How many a decision would take, counted anew each time it is asked. */
export const estimateQuery = (decision: Decision, body: BulkFilter) =>
  queryOptions({
    queryKey: ['dead-letter-estimate', decision, body],
    queryFn: () => decide(decision, body, true),
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });

const LOOK_EVERY_MS = 1_000;

/** How far an operation has come; what is not known yet is asked for further, unless there is no such operation. */
export const progressQuery = (id: string) =>
  queryOptions({
    queryKey: ['dead-letter-bulk', id],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/dead-letters/bulk/{id}', { params: { path: { id } }, signal })),
    refetchInterval({ state: { data, error } }) {
      const isOpen = data === undefined ? !isGone(error) : data.phase === 'running';
      return isOpen ? LOOK_EVERY_MS : false;
    },
  });

const isGone = (error: Error | null) => error instanceof ApiProblem && error.status === 404;
