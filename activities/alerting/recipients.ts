import type { LookedRule, StoredAlert, ToldEndpoint } from '../../src/store/alert-look-rows.ts';
import type { Decided } from './decided.ts';

/** A rule as far as it says whom it tells. */
type Telling = Pick<LookedRule, 'webhook_endpoint_ids' | 'endpoints'>;

/**
 * Whom the end of an alert is told: who heard of its firing, whomever the rule tells by now. Who did not hear of it has
 * nothing to close. Whom the rule tells by now, where it is not known who heard of it, or where it was held back: then the
 * record of its end is kept beside that of its firing.
 *
 * @param others endpoints that are there, by id, though the rule does not name them any more
 * @returns the rule as it is for this message; of endpoints that it does not name, those that were deleted are left out
 */
export function towardsTold<Rule extends Telling>(
  rule: Rule,
  { told_endpoint_ids: told, held_reason }: Pick<StoredAlert, 'told_endpoint_ids' | 'held_reason'>,
  others: ReadonlyMap<string, ToldEndpoint>,
): Rule {
  if (told === null || held_reason !== null) return rule;
  const isThere = (id: string) => rule.webhook_endpoint_ids.includes(id) || others.has(id);
  const strangers = told.flatMap((id) => others.get(id) ?? []);
  return {
    ...rule,
    webhook_endpoint_ids: told.filter(isThere),
    endpoints: { ...Object.fromEntries(strangers.map((endpoint) => [endpoint.id, endpoint])), ...rule.endpoints },
  };
}

/** Endpoints that are to hear of an end though their rule does not name them any more. */
export function strangersTold(
  decided: readonly Decided[],
  alerts: ReadonlyMap<string, StoredAlert>,
): { namespace: string; id: string }[] {
  const strangers = decided.flatMap(({ locked, rule, transitions }) => {
    const isOver = rule?.is_active === true && transitions.some(({ kind }) => kind === 'resolve');
    const told = (isOver && locked.alert_id !== null && alerts.get(locked.alert_id)?.told_endpoint_ids) || [];
    const foreign = told.filter((id) => !rule?.webhook_endpoint_ids.includes(id));
    return foreign.map((id): [string, { namespace: string; id: string }] => [id, { namespace: locked.namespace, id }]);
  });
  return [...new Map(strangers).values()];
}
