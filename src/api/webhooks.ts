import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { z } from 'zod';
import type { IdFactory } from '../domain/ids.ts';
import { makeSecret } from '../domain/signature.ts';
import type { Database } from '../store/database.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import type { Sealer } from '../store/seal.ts';
import { audit } from './audit.ts';
import { patchFields } from './merge-patch.ts';
import { idBounds, pageOf, toPage } from './page.ts';
import { notFound } from './problem.ts';
import { parseMerged, type Route, route } from './route.ts';
import { bodyReplies, commonReplies, idParams, objectSchema, patchTypes } from './schemas.ts';
import { sealHeaders, sealRoutingKey, sealUrl } from './sealed-fields.ts';
import { countWaiting, forgetEndpoint, forgetFailures, haveWaitingEnd, probeSoon } from './switched-off.ts';
import { orNameTaken } from './unique-name.ts';
import { boxesOf, webhookAudited as of, replacedUnseen, shownWithSecret } from './webhook-audit.ts';
import {
  kindOf,
  type UrlPolicy,
  webhookCreateDocument,
  webhookCreatedSchema,
  webhookCreateSchema,
  webhookFields,
  webhookPatchDocument,
  webhookPatchedSchema,
  webhookSchema,
} from './webhook-fields.ts';
import { webhookFilters, webhookListQuery } from './webhook-list.ts';
import { newEndpoint } from './webhook-row.ts';
import { presentWebhook, writableOf } from './webhook-view.ts';

export interface WebhookDeps {
  database: Database;
  sealer: Sealer;
  newId: IdFactory;
  now: () => number;
  randomBytes: (size: number) => Uint8Array;
  urlPolicy: UrlPolicy;
}

/** `/v1/webhooks`: the endpoints that alerts are delivered to. */
export function webhookRoutes(deps: WebhookDeps): Route[] {
  const tag = 'Webhooks';
  return [
    route({
      method: 'post',
      path: '/v1/webhooks',
      scope: 'webhooks:write',
      operationId: 'createWebhook',
      audit: 'webhook.created',
      summary: 'Create a webhook endpoint',
      tag,
      body: { schema: objectSchema, documentAs: webhookCreateDocument(deps.urlPolicy) },
      replies: {
        201: { description: 'Created; the secret is in this answer and in no other', schema: webhookCreatedSchema },
        ...commonReplies(409, ...bodyReplies),
      },
      async handle({ caller, requestId, body: given }) {
        const body = parseMerged(webhookCreateSchema(deps.urlPolicy, kindOf(given)), given);
        const secret = body.secret ?? makeSecret(deps.randomBytes);
        const em = deps.database.inNamespace(caller.namespace);
        const endpoint = em.create(WebhookEndpoint, newEndpoint(body, secret, { ...deps, caller }));
        audit(em, { caller, requestId }, { ...of('created', endpoint), after: shownWithSecret(endpoint) }, deps);
        await orNameTaken(em.persist(endpoint).flush());
        return { status: 201, body: { ...presentWebhook(endpoint), secret } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/webhooks',
      scope: 'webhooks:read',
      operationId: 'listWebhooks',
      summary: 'List webhook endpoints',
      tag,
      query: webhookListQuery,
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(webhookSchema, 'WebhookPage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const where = { id: idBounds('we', query), ...webhookFilters(query) };
        const rows = await deps.database
          .inNamespace(caller.namespace)
          .find(WebhookEndpoint, where, { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(presentWebhook), query.limit, (row) => row.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/webhooks/{id}',
      scope: 'webhooks:read',
      operationId: 'getWebhook',
      summary: 'Get a webhook endpoint',
      tag,
      params: idParams,
      replies: { 200: { description: 'The endpoint', schema: webhookSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const endpoint = await deps.database.inNamespace(caller.namespace).findOne(WebhookEndpoint, { id: params.id });
        if (!endpoint) throw notFound('webhook endpoint');
        return { status: 200, body: presentWebhook(endpoint) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/webhooks/{id}',
      scope: 'webhooks:write',
      operationId: 'updateWebhook',
      audit: 'webhook.updated',
      summary: 'Change a webhook endpoint',
      description:
        'A JSON merge patch: absent is unchanged, null removes. `is_active: true` also re-enables a disabled endpoint; ' +
        '`dead_letters_waiting` of that answer are ready for `POST /v1/dead-letters/retry`. `is_active: false` ends ' +
        'what waits as `skipped`.',
      tag,
      params: idParams,
      body: {
        schema: objectSchema,
        documentAs: webhookPatchDocument(deps.urlPolicy),
        contentTypes: patchTypes,
      },
      replies: {
        200: { description: 'The changed endpoint', schema: webhookPatchedSchema },
        ...commonReplies(404, 409, ...bodyReplies),
      },
      async handle({ caller, requestId, params, body }) {
        const changed = await deps.database.inNamespace(caller.namespace).transactional(async (em) => {
          const endpoint = await em.findOne(
            WebhookEndpoint,
            { id: params.id },
            { lockMode: LockMode.PESSIMISTIC_WRITE },
          );
          if (!endpoint) throw notFound('webhook endpoint');
          const shown = presentWebhook(endpoint);
          const boxes = boxesOf(endpoint);
          const { id, kind, is_active, health, sealed_headers, sealed_routing_key } = endpoint;
          const whole = z.strictObject(webhookFields(deps.urlPolicy, kind, endpoint));
          const merged = parseMerged(whole, patchFields(writableOf(endpoint), body));
          const { headers, target_url, routing_key, ...plain } = merged;
          if (target_url !== endpoint.target_url) await probeSoon(em, id, deps.now);
          em.assign(endpoint, {
            ...plain,
            ...sealUrl(deps.sealer, endpoint, target_url, endpoint),
            sealed_routing_key: sealRoutingKey(deps.sealer, id, routing_key, sealed_routing_key),
            sealed_headers: sealHeaders(deps.sealer, id, headers, sealed_headers),
            ...withoutEndedGrace(endpoint, deps.now()),
            updated_at: new Date(deps.now()),
          });
          if (body.is_active === true) em.assign(endpoint, { health: 'healthy', disabled_reason: null });
          const hasForgotten = body.is_active === true && (await forgetFailures(em, endpoint.id, deps.now));
          if (is_active && !endpoint.is_active) haveWaitingEnd(em, { endpoint: endpoint.id }, { ...deps, caller });
          const after = {
            ...presentWebhook(endpoint),
            ...replacedUnseen(boxes, endpoint),
            ...(hasForgotten && { failures_forgotten: true }),
          };
          audit(em, { caller, requestId }, { ...of('updated', endpoint), before: shown, after }, deps);
          await orNameTaken(em.flush());
          const isBack = body.is_active === true && (!is_active || health === 'disabled');
          return isBack ? await presentBack(em, endpoint) : presentWebhook(endpoint);
        });
        return { status: 200, body: changed };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/webhooks/{id}',
      scope: 'webhooks:write',
      operationId: 'deleteWebhook',
      audit: 'webhook.deleted',
      summary: 'Delete a webhook endpoint',
      description: 'History stays readable. Deliveries that wait are not sent any more and end as `skipped`.',
      tag,
      params: idParams,
      replies: { 204: { description: 'Deleted' }, ...commonReplies(404) },
      async handle({ caller, requestId, params }) {
        await deps.database.inNamespace(caller.namespace).transactional(async (em) => {
          const where = { id: params.id };
          const endpoint = await em.findOne(WebhookEndpoint, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (!endpoint) throw notFound('webhook endpoint');
          await em.nativeDelete(WebhookEndpoint, where);
          audit(em, { caller, requestId }, { ...of('deleted', endpoint), before: presentWebhook(endpoint) }, deps);
          await forgetEndpoint(em, params.id);
          haveWaitingEnd(em, { endpoint: params.id }, { ...deps, caller });
        });
        return { status: 204 };
      },
    }),
  ];
}

/** One that is enabled again, with what waits for it. */
async function presentBack(em: EntityManager, endpoint: WebhookEndpoint) {
  return { ...presentWebhook(endpoint), dead_letters_waiting: await countWaiting(em, endpoint.id) };
}

/** A secret whose grace has ended signs no more; whoever writes next takes it away. */
const withoutEndedGrace = ({ previous_secret_until: until }: WebhookEndpoint, now: number) =>
  until && until.getTime() <= now ? { sealed_previous_secret: null, previous_secret_until: null } : {};
