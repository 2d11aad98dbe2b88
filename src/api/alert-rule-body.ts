import type { EntityManager } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { ruleFaults } from '../domain/alerting/rule-check.ts';
import type { AlertRule } from '../store/entities/alert-rule.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import { type AlertRuleWritable, alertRuleFields, endpointIdsSchema, spellOut } from './alert-rule-fields.ts';
import { patchFields } from './merge-patch.ts';
import { type FieldError, fieldErrors, invalid } from './problem.ts';

/** A rule's writable part as a whole, or all that is wrong with it. */
type RuleRead<Rule = AlertRuleWritable> = { rule: Rule; errors: [] } | { rule?: undefined; errors: FieldError[] };

type TriedFields = Omit<AlertRuleWritable, 'name' | 'webhook_endpoint_ids'>;

/* Reads bodies that are rules: for saving them, for saying what is wrong with them, and for trying them. */

/**
 * A rule's writable part, from the body of a creation.
 *
 * @param em of the caller's namespace
 * @param replaces the rule whose place it is to take, if any: what that has had may be kept
 * @returns it, or one entry for each bad field, those that only the database can tell among them
 */
export async function readRule(
  em: EntityManager,
  body: Record<string, unknown>,
  replaces?: AlertRule,
): Promise<RuleRead> {
  const { lists, asSpelt, errors } = spellOut(body);
  const judged = await judge(em, lists, errors, replaces);
  return judged.rule ? judged : { errors: judged.errors.map(asSpelt) };
}

/** The same from the body of a creation, or from a patch over what is there. @throws ApiError 422 */
export async function readWholeRule(
  em: EntityManager,
  body: Record<string, unknown>,
  current?: AlertRule,
): Promise<AlertRuleWritable> {
  const { lists, asSpelt, errors: spelling } = spellOut(body);
  const merged = current ? patchFields(mergeable(current, lists), lists) : lists;
  const { rule, errors } = await judge(em, merged, spelling, current);
  if (rule === undefined) throw invalid(errors.map(asSpelt));
  return rule;
}

/** A rule that is only to be tried: it needs no name, and nobody to tell. */
export async function readTriedRule(em: EntityManager, body: Record<string, unknown>): Promise<RuleRead<TriedFields>> {
  const { lists, asSpelt, errors: spelling } = spellOut(body);
  const { name, webhook_endpoint_ids, ...fields } = alertRuleFields();
  const optional = { name: name.optional(), webhook_endpoint_ids: webhook_endpoint_ids.optional() };
  const parsed = z.strictObject({ ...fields, ...optional }).safeParse(lists);
  const errors = [...spelling, ...(parsed.success ? ruleFaults(parsed.data) : fieldErrors(parsed.error))];
  const ids = parsed.data?.webhook_endpoint_ids ?? [];
  errors.push(...(await endpointErrors(em, ids, [])));
  return parsed.success && errors.length === 0 ? { rule: parsed.data, errors: [] } : { errors: errors.map(asSpelt) };
}

async function judge(
  em: EntityManager,
  whole: Record<string, unknown>,
  spelling: FieldError[],
  current: AlertRule | undefined,
): Promise<RuleRead> {
  const parsed = z.strictObject(alertRuleFields(current?.condition)).safeParse(whole);
  const ids = endpointIdsSchema.safeParse(whole.webhook_endpoint_ids);
  const errors = [
    ...spelling,
    ...(parsed.success ? ruleFaults(parsed.data) : fieldErrors(parsed.error)),
    ...(ids.success ? await endpointErrors(em, ids.data, current?.webhook_endpoint_ids ?? []) : []),
  ];
  return parsed.success && errors.length === 0 ? { rule: parsed.data, errors: [] } : { errors };
}

/** An endpoint of another namespace is as unknown as one that never was; those that the rule has had may be gone. */
async function endpointErrors(em: EntityManager, ids: string[], had: string[]): Promise<FieldError[]> {
  const asked = ids.filter((id) => !had.includes(id));
  if (asked.length === 0) return [];
  const where = { id: { $in: asked } };
  const found = await em.find(WebhookEndpoint, where, { fields: ['id'] });
  const known = new Set([...had, ...found.map((endpoint) => endpoint.id)]);
  const message = 'there is no webhook endpoint with this id in your namespace';
  return ids.flatMap((id, index) => (known.has(id) ? [] : [{ path: `webhook_endpoint_ids[${index}]`, message }]));
}

/** The part of a rule that a person writes. */
export function writableOf(rule: AlertRule): AlertRuleWritable {
  const { name, event_types, webhook_endpoint_ids, is_active, severity, trigger } = rule;
  const { condition = null, resolve = null, notify = null, retry_policy = null, description = null } = rule;
  return {
    name,
    event_types,
    condition,
    webhook_endpoint_ids,
    is_active,
    severity,
    trigger,
    resolve,
    notify,
    retry_policy,
    description,
  };
}

/** What a patch is merged into. A trigger of another kind has other fields: it replaces the one that is there. */
function mergeable(rule: AlertRule, patch: Record<string, unknown>): Record<string, unknown> {
  const { trigger, ...rest } = writableOf(rule);
  const { kind = trigger.kind } = (patch.trigger ?? {}) as { kind?: unknown };
  return { ...rest, trigger: kind === trigger.kind ? trigger : {} };
}
