import { LockMode } from '@mikro-orm/core';
import { z } from 'zod';
import type { IdFactory } from '../domain/ids.ts';
import type { Database } from '../store/database.ts';
import { AlertRule } from '../store/entities/alert-rule.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import {
  type AlertRuleWritable,
  alertRuleCreateSchema,
  alertRuleFields,
  alertRuleSchema,
  endpointIdsSchema,
  spellOut,
} from './alert-rule-fields.ts';
import { patchFields } from './merge-patch.ts';
import { idBounds, pageOf, pageQuery, toPage } from './page.ts';
import { type FieldError, fieldErrors, invalid, notFound } from './problem.ts';
import { type Route, route } from './route.ts';
import { bodyReplies, commonReplies, idParams, objectSchema, patchTypes } from './schemas.ts';
import { haveWaitingEnd } from './switched-off.ts';
import { orNameTaken } from './unique-name.ts';

export interface AlertRuleDeps {
  database: Database;
  newId: IdFactory;
  now: () => number;
}

/** `/v1/alert-rules`: which events to tell whom about. */
export function alertRuleRoutes(deps: AlertRuleDeps): Route[] {
  const tag = 'Alert rules';
  return [
    route({
      method: 'post',
      path: '/v1/alert-rules',
      operationId: 'createAlertRule',
      summary: 'Create an alert rule',
      tag,
      body: { schema: objectSchema, documentAs: alertRuleCreateSchema },
      replies: { 201: { description: 'Created', schema: alertRuleSchema }, ...commonReplies(409, ...bodyReplies) },
      async handle({ caller, body }) {
        const whole = await readWhole(caller.namespace, body);
        const at = new Date(deps.now());
        const em = deps.database.fork();
        const rule = em.create(AlertRule, {
          id: deps.newId('ar'),
          namespace: caller.namespace,
          ...whole,
          revision: 1,
          health: 'ok',
          health_message: null,
          created_by: caller.keyId,
          created_at: at,
          updated_at: at,
        });
        await orNameTaken(em.persist(rule).flush());
        return { status: 201, body: present(rule) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/alert-rules',
      operationId: 'listAlertRules',
      summary: 'List alert rules',
      tag,
      query: z.strictObject({
        ...pageQuery,
        endpoint_id: z.string().optional().describe('Those that tell this endpoint'),
      }),
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(alertRuleSchema, 'AlertRulePage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const where = {
          namespace: caller.namespace,
          id: idBounds('ar', query),
          ...(query.endpoint_id === undefined ? {} : { webhook_endpoint_ids: { $contains: [query.endpoint_id] } }),
        };
        const rows = await deps.database
          .fork()
          .find(AlertRule, where, { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(present), query.limit, (row) => row.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/alert-rules/{id}',
      operationId: 'getAlertRule',
      summary: 'Get an alert rule',
      tag,
      params: idParams,
      replies: { 200: { description: 'The rule', schema: alertRuleSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const rule = await deps.database.fork().findOne(AlertRule, { namespace: caller.namespace, id: params.id });
        if (!rule) throw notFound('alert rule');
        return { status: 200, body: present(rule) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/alert-rules/{id}',
      operationId: 'updateAlertRule',
      summary: 'Change an alert rule',
      description: 'A JSON merge patch: absent is unchanged, null removes.',
      tag,
      params: idParams,
      body: {
        schema: objectSchema,
        documentAs: alertRuleCreateSchema.partial().meta({ id: 'AlertRulePatch' }),
        contentTypes: patchTypes,
      },
      replies: {
        200: { description: 'The changed rule', schema: alertRuleSchema },
        ...commonReplies(404, 409, ...bodyReplies),
      },
      async handle({ caller, params, body }) {
        const changed = await deps.database.fork().transactional(async (em) => {
          const rule = await em.findOne(
            AlertRule,
            { namespace: caller.namespace, id: params.id },
            { lockMode: LockMode.PESSIMISTIC_WRITE },
          );
          if (!rule) throw notFound('alert rule');
          const next = await readWhole(caller.namespace, body, rule);
          const meaning = changesMeaning(rule, next);
          const wasActive = rule.is_active;
          em.assign(rule, { ...next, updated_at: new Date(deps.now()) });
          if (meaning) em.assign(rule, { revision: rule.revision + 1, health: 'ok', health_message: null });
          if (wasActive && !rule.is_active) haveWaitingEnd(em, { rule: rule.id }, { ...deps, caller });
          await orNameTaken(em.flush());
          return present(rule);
        });
        return { status: 200, body: changed };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/alert-rules/{id}',
      operationId: 'deleteAlertRule',
      summary: 'Delete an alert rule',
      description: 'History stays readable. Deliveries that wait are not sent any more and end as `skipped`.',
      tag,
      params: idParams,
      replies: { 204: { description: 'Deleted' }, ...commonReplies(404) },
      async handle({ caller, params }) {
        await deps.database.fork().transactional(async (em) => {
          const deleted = await em.nativeDelete(AlertRule, { namespace: caller.namespace, id: params.id });
          if (deleted === 0) throw notFound('alert rule');
          haveWaitingEnd(em, { rule: params.id }, { ...deps, caller });
        });
        return { status: 204 };
      },
    }),
  ];

  /**
   * A rule's writable part, from a creation's body or from a patch over what is there.
   *
   * @throws ApiError 422 with one entry for each bad field, those that only the database can tell among them
   */
  async function readWhole(
    namespace: string,
    body: Record<string, unknown>,
    current?: AlertRule,
  ): Promise<AlertRuleWritable> {
    const { lists, asSpelt, errors: spelling } = spellOut(body);
    const merged = current ? patchFields(writableOf(current), lists) : lists;
    const parsed = z.strictObject(alertRuleFields(current?.condition)).safeParse(merged);
    const ids = endpointIdsSchema.safeParse(merged.webhook_endpoint_ids);
    const errors = [
      ...spelling,
      ...(parsed.success ? [] : fieldErrors(parsed.error)),
      ...(ids.success ? await endpointErrors(namespace, ids.data, current?.webhook_endpoint_ids ?? []) : []),
    ];
    if (!parsed.success || errors.length > 0) throw invalid(errors.map(asSpelt));
    return parsed.data;
  }

  /** An endpoint of another namespace is as unknown as one that never was; those that the rule has had may be gone. */
  async function endpointErrors(namespace: string, ids: string[], had: string[]): Promise<FieldError[]> {
    const asked = ids.filter((id) => !had.includes(id));
    if (asked.length === 0) return [];
    const where = { namespace, id: { $in: asked } };
    const found = await deps.database.fork().find(WebhookEndpoint, where, { fields: ['id'] });
    const known = new Set([...had, ...found.map((endpoint) => endpoint.id)]);
    const message = 'there is no webhook endpoint with this id in your namespace';
    return ids.flatMap((id, index) => (known.has(id) ? [] : [{ path: `webhook_endpoint_ids[${index}]`, message }]));
  }
}

function writableOf(rule: AlertRule): AlertRuleWritable {
  const { name, event_types, webhook_endpoint_ids, is_active, severity, trigger } = rule;
  const { condition = null, retry_policy = null, description = null } = rule;
  return {
    name,
    event_types,
    condition,
    webhook_endpoint_ids,
    is_active,
    severity,
    trigger,
    retry_policy,
    description,
  };
}

const meaningful = ['event_types', 'condition', 'webhook_endpoint_ids', 'severity', 'trigger'] as const;

const changesMeaning = (rule: AlertRule, next: AlertRuleWritable) =>
  meaningful.some((field) => JSON.stringify(rule[field]) !== JSON.stringify(next[field]));

function present(rule: AlertRule) {
  const { id, revision, health, health_message, created_by, created_at, updated_at } = rule;
  return { id, ...writableOf(rule), revision, health, health_message, created_by, created_at, updated_at };
}
