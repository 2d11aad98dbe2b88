import { isDeepStrictEqual } from 'node:util';
import { LockMode } from '@mikro-orm/core';
import { meaningDigest } from '../domain/alerting/meaning.ts';
import { watchedPatterns } from '../domain/alerting/watched-types.ts';
import type { IdFactory } from '../domain/ids.ts';
import type { Database } from '../store/database.ts';
import { AlertRule } from '../store/entities/alert-rule.ts';
import { readWholeRule, writableOf } from './alert-rule-body.ts';
import { type AlertRuleWritable, alertRuleCreateSchema, alertRuleSchema } from './alert-rule-fields.ts';
import { listQuery, patchQuery, refuseIfChanged, whereOf } from './alert-rule-queries.ts';
import { type Audited, audit } from './audit.ts';
import { pageOf, toPage } from './page.ts';
import { notFound } from './problem.ts';
import { type Route, route } from './route.ts';
import { lookAtAllKeys, resetAllKeys, startClock } from './rule-states.ts';
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
      scope: 'rules:write',
      operationId: 'createAlertRule',
      audit: 'alert_rule.created',
      summary: 'Create an alert rule',
      tag,
      body: { schema: objectSchema, documentAs: alertRuleCreateSchema },
      replies: { 201: { description: 'Created', schema: alertRuleSchema }, ...commonReplies(409, ...bodyReplies) },
      async handle({ caller, requestId, body }) {
        const em = deps.database.inNamespace(caller.namespace);
        const whole = await readWholeRule(em, body);
        const at = new Date(deps.now());
        const rule = em.create(AlertRule, {
          id: deps.newId('ar'),
          namespace: caller.namespace,
          ...whole,
          ...derivedOf(whole),
          revision: 1,
          health: 'ok',
          health_message: null,
          created_by: caller.keyId,
          created_at: at,
          updated_at: at,
        });
        await orNameTaken(
          em.transactional(async (tx) => {
            audit(tx, { caller, requestId }, { ...of('created', rule), after: present(rule) }, deps);
            await tx.persist(rule).flush();
            await startClock(tx, rule, deps.now());
          }),
        );
        return { status: 201, body: present(rule) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/alert-rules',
      scope: 'rules:read',
      operationId: 'listAlertRules',
      summary: 'List alert rules',
      tag,
      query: listQuery,
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(alertRuleSchema, 'AlertRulePage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const rows = await deps.database
          .inNamespace(caller.namespace)
          .find(AlertRule, whereOf(query), { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(present), query.limit, (row) => row.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/alert-rules/{id}',
      scope: 'rules:read',
      operationId: 'getAlertRule',
      summary: 'Get an alert rule',
      tag,
      params: idParams,
      replies: { 200: { description: 'The rule', schema: alertRuleSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const rule = await deps.database.inNamespace(caller.namespace).findOne(AlertRule, { id: params.id });
        if (!rule) throw notFound('alert rule');
        return { status: 200, body: present(rule) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/alert-rules/{id}',
      scope: 'rules:write',
      operationId: 'updateAlertRule',
      audit: 'alert_rule.updated',
      summary: 'Change an alert rule',
      description: 'A JSON merge patch: absent is unchanged, null removes.',
      tag,
      params: idParams,
      query: patchQuery,
      body: {
        schema: objectSchema,
        documentAs: alertRuleCreateSchema.partial().meta({ id: 'AlertRulePatch' }),
        contentTypes: patchTypes,
      },
      replies: {
        200: { description: 'The changed rule', schema: alertRuleSchema },
        ...commonReplies(404, 409, ...bodyReplies),
      },
      async handle({ caller, requestId, params, query, body }) {
        const changed = await deps.database.inNamespace(caller.namespace).transactional(async (em) => {
          const rule = await em.findOne(AlertRule, { id: params.id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (!rule) throw notFound('alert rule');
          refuseIfChanged(rule, query);
          const before = present(rule);
          const next = await readWholeRule(em, body, rule);
          const meaning = changesMeaning(rule, next);
          const { is_active: wasActive, meaning: meant } = rule;
          em.assign(rule, { ...next, ...derivedOf(next), updated_at: new Date(deps.now()) });
          if (meaning) em.assign(rule, { revision: rule.revision + 1, health: 'ok', health_message: null });
          if (wasActive && !rule.is_active) haveWaitingEnd(em, { rule: rule.id }, { ...deps, caller });
          audit(em, { caller, requestId }, { ...of('updated', rule), before, after: present(rule) }, deps);
          await orNameTaken(em.flush());
          if (meaning || wasActive !== rule.is_active) {
            const isAnew = meant !== rule.meaning || wasActive !== rule.is_active;
            await (isAnew ? resetAllKeys : lookAtAllKeys)(em, rule.id);
            await startClock(em, rule, deps.now());
          }
          return present(rule);
        });
        return { status: 200, body: changed };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/alert-rules/{id}',
      scope: 'rules:write',
      operationId: 'deleteAlertRule',
      audit: 'alert_rule.deleted',
      summary: 'Delete an alert rule',
      description: 'History stays readable. Deliveries that wait are not sent any more and end as `skipped`.',
      tag,
      params: idParams,
      replies: { 204: { description: 'Deleted' }, ...commonReplies(404) },
      async handle({ caller, requestId, params }) {
        await deps.database.inNamespace(caller.namespace).transactional(async (em) => {
          const rule = await em.findOne(AlertRule, { id: params.id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (!rule) throw notFound('alert rule');
          await em.nativeDelete(AlertRule, { id: params.id });
          audit(em, { caller, requestId }, { ...of('deleted', rule), before: present(rule) }, deps);
          haveWaitingEnd(em, { rule: params.id }, { ...deps, caller });
          await lookAtAllKeys(em, params.id);
        });
        return { status: 204 };
      },
    }),
  ];
}

/** What the matcher and the looks find a rule by, and its states. */
const derivedOf = (rule: AlertRuleWritable) => ({ watched_types: watchedPatterns(rule), meaning: meaningDigest(rule) });

const meaningful = [
  'event_types',
  'condition',
  'webhook_endpoint_ids',
  'severity',
  'trigger',
  'resolve',
  'notify',
] as const;

const changesMeaning = (rule: AlertRule, next: AlertRuleWritable) =>
  meaningful.some((field) => !isDeepStrictEqual(rule[field] ?? null, next[field] ?? null));

const of = (what: 'created' | 'updated' | 'deleted', { id, name }: AlertRule): Audited => ({
  action: `alert_rule.${what}`,
  target: { type: 'alert_rule', id, name },
});

function present(rule: AlertRule) {
  const { id, revision, health, health_message, created_by, created_at, updated_at } = rule;
  return { id, ...writableOf(rule), revision, health, health_message, created_by, created_at, updated_at };
}
