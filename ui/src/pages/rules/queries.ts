import type { components, operations } from '@exosphere/alerts/openapi';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import type { Json } from './draft.ts';

type ListFilters = Omit<NonNullable<operations['listAlertRules']['parameters']['query']>, 'limit'>;
type RuleBody = components['schemas']['AlertRuleCreate'];
export type Backtest = components['schemas']['AlertRuleBacktest'];
export type EventTest = components['schemas']['AlertRuleEventTest'];

/** A page of rules. */
export const rulePageQuery = (query: ListFilters) =>
  queryOptions({
    queryKey: ['rules', 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/alert-rules', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

/** One rule. */
export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', 'one', id],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/alert-rules/{id}', { params: { path: { id } }, signal })),
  });

/** Ready rules. */
export const presetsQuery = queryOptions({
  queryKey: ['presets'],
  queryFn: ({ signal }) => dataOf(api.GET('/v1/alert-rules/presets', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** What is wrong with a draft. A newer draft aborts the question about the one before. @param rule_id it takes the place of */
export const verdictQuery = (draft: Json, rule_id: string | undefined) =>
  queryOptions({
    queryKey: ['verdict', rule_id, draft],
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/v1/alert-rules/validate', {
          params: { query: rule_id === undefined ? {} : { rule_id } },
          body: draft as unknown as RuleBody,
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });

/** So many are read; what is beyond is said to be. */
const MOST = 200;

/** The alerts of a rule that fire now. */
export const firingQuery = (rule_id: string) =>
  queryOptions({
    queryKey: ['alerts', 'of-rule', rule_id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/v1/alerts', { params: { query: { rule_id, status: 'firing', limit: MOST } }, signal })),
  });

/** The newest deliveries of a rule. */
export const latestQuery = (rule_id: string) =>
  queryOptions({
    queryKey: ['deliveries', 'of-rule', rule_id],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/deliveries', { params: { query: { rule_id, limit: 5 } }, signal })),
  });

/**
 * Tries a draft on stored events, or on one that is given.
 *
 * @param savedId of the rule, where nothing is changed: it then goes on from what it remembers
 */
export async function tryRule(draft: Json, savedId: string | undefined, on: { last: number } | { event: unknown }) {
  if (savedId !== undefined && 'event' in on) {
    const path = { id: savedId };
    return dataOf(api.POST('/v1/alert-rules/{id}/test', { params: { path }, body: on as never }));
  }
  return dataOf(api.POST('/v1/alert-rules/test', { body: { rule: draft, ...on } as never }));
}
