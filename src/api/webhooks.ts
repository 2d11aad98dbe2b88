import { LockMode } from '@mikro-orm/core';
import { z } from 'zod';
import type { IdFactory } from '../domain/ids.ts';
import { makeSecret, secretHint } from '../domain/signature.ts';
import type { Database } from '../store/database.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import type { Sealer } from '../store/seal.ts';
import { endpointPlace } from '../store/sealed-place.ts';
import { mergePatch } from './merge-patch.ts';
import { idBounds, pageOf, pageQuery, toPage } from './page.ts';
import { notFound } from './problem.ts';
import { parseMerged, type Route, route } from './route.ts';
import { bodyReplies, commonReplies, idParams, objectSchema, patchTypes } from './schemas.ts';
import { orNameTaken } from './unique-name.ts';
import {
  type Boxes,
  isKept,
  MASK,
  type UrlPolicy,
  webhookCreatedSchema,
  webhookCreateSchema,
  webhookFields,
  webhookSchema,
} from './webhook-fields.ts';

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
  const createSchema = webhookCreateSchema(deps.urlPolicy);
  const fields = webhookFields(deps.urlPolicy);
  return [
    route({
      method: 'post',
      path: '/v1/webhooks',
      operationId: 'createWebhook',
      summary: 'Create a webhook endpoint',
      tag,
      body: { schema: createSchema },
      replies: {
        201: { description: 'Created; the secret is in this answer and in no other', schema: webhookCreatedSchema },
        ...commonReplies(409, ...bodyReplies),
      },
      async handle({ caller, body }) {
        const id = deps.newId('we');
        const secret = body.secret ?? makeSecret(deps.randomBytes);
        const at = new Date(deps.now());
        const em = deps.database.fork();
        const endpoint = em.create(WebhookEndpoint, {
          id,
          namespace: caller.namespace,
          name: body.name,
          kind: body.kind,
          target_url: body.target_url,
          sealed_target_url: null,
          sealed_secret: deps.sealer.seal(secret, endpointPlace.secret(id)),
          secret_hint: secretHint(secret),
          sealed_headers: sealHeaders(id, body.headers, {}),
          is_active: body.is_active,
          health: 'healthy',
          disabled_reason: null,
          retry_policy: body.retry_policy,
          description: body.description,
          created_by: caller.keyId,
          created_at: at,
          updated_at: at,
        });
        await orNameTaken(em.persist(endpoint).flush());
        return { status: 201, body: { ...present(endpoint), secret } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/webhooks',
      operationId: 'listWebhooks',
      summary: 'List webhook endpoints',
      tag,
      query: z.strictObject(pageQuery),
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(webhookSchema, 'WebhookPage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const where = { namespace: caller.namespace, id: idBounds('we', query) };
        const rows = await deps.database
          .fork()
          .find(WebhookEndpoint, where, { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(present), query.limit, (row) => row.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/webhooks/{id}',
      operationId: 'getWebhook',
      summary: 'Get a webhook endpoint',
      tag,
      params: idParams,
      replies: { 200: { description: 'The endpoint', schema: webhookSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const endpoint = await deps.database
          .fork()
          .findOne(WebhookEndpoint, { namespace: caller.namespace, id: params.id });
        if (!endpoint) throw notFound('webhook endpoint');
        return { status: 200, body: present(endpoint) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/webhooks/{id}',
      operationId: 'updateWebhook',
      summary: 'Change a webhook endpoint',
      description:
        'A JSON merge patch: absent is unchanged, null removes. `is_active: true` also re-enables a disabled endpoint.',
      tag,
      params: idParams,
      body: {
        schema: objectSchema,
        documentAs: z.strictObject(fields).partial().meta({ id: 'WebhookPatch' }),
        contentTypes: patchTypes,
      },
      replies: {
        200: { description: 'The changed endpoint', schema: webhookSchema },
        ...commonReplies(404, 409, ...bodyReplies),
      },
      async handle({ caller, params, body }) {
        const changed = await deps.database.fork().transactional(async (em) => {
          const endpoint = await em.findOne(
            WebhookEndpoint,
            { namespace: caller.namespace, id: params.id },
            { lockMode: LockMode.PESSIMISTIC_WRITE },
          );
          if (!endpoint) throw notFound('webhook endpoint');
          const { name, target_url, is_active, retry_policy, description } = endpoint;
          const headers = maskedHeaders(endpoint.sealed_headers);
          const current = { name, target_url, is_active, retry_policy, description, headers };
          const whole = z.strictObject(webhookFields(deps.urlPolicy, endpoint));
          const { headers: nextHeaders, ...plain } = parseMerged(whole, mergePatch(current, body));
          em.assign(endpoint, {
            ...plain,
            sealed_headers: sealHeaders(endpoint.id, nextHeaders, endpoint.sealed_headers),
            updated_at: new Date(deps.now()),
          });
          if (body.is_active === true) em.assign(endpoint, { health: 'healthy', disabled_reason: null });
          await orNameTaken(em.flush());
          return present(endpoint);
        });
        return { status: 200, body: changed };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/webhooks/{id}',
      operationId: 'deleteWebhook',
      summary: 'Delete a webhook endpoint',
      description: 'History stays readable. Deliveries that wait are not sent any more and end as `skipped`.',
      tag,
      params: idParams,
      replies: { 204: { description: 'Deleted' }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const deleted = await deps.database
          .fork()
          .nativeDelete(WebhookEndpoint, { namespace: caller.namespace, id: params.id });
        if (deleted === 0) throw notFound('webhook endpoint');
        return { status: 204 };
      },
    }),
  ];

  /** A masked value stands for the box that is there, and seals anew only what is new. */
  function sealHeaders(endpointId: string, headers: Record<string, string>, boxes: Boxes): Boxes {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        isKept(name, value, boxes)
          ? (boxes[name] as string)
          : deps.sealer.seal(value, endpointPlace.header(endpointId, name)),
      ]),
    );
  }
}

const maskedHeaders = (boxes: Boxes) =>
  Object.fromEntries(
    Object.keys(boxes)
      .sort()
      .map((name) => [name, MASK]),
  );

function present(endpoint: WebhookEndpoint) {
  const { id, name, kind, target_url, sealed_headers, is_active, health, disabled_reason, secret_hint } = endpoint;
  const { retry_policy, description, created_by, created_at, updated_at } = endpoint;
  const headers = maskedHeaders(sealed_headers);
  return {
    id,
    name,
    kind,
    target_url,
    headers,
    is_active,
    health,
    disabled_reason,
    secret_hint,
    retry_policy,
    rate_limit: null,
    description,
    created_by,
    created_at,
    updated_at,
  };
}
