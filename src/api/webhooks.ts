import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { z } from 'zod';
import type { AddressPolicy } from '../domain/address-ranges.ts';
import { checkHeader } from '../domain/endpoint-headers.ts';
import type { IdFactory } from '../domain/ids.ts';
import { retryPolicySchema } from '../domain/retry-policy.ts';
import { checkSecret, makeSecret, secretHint } from '../domain/signature.ts';
import { checkUrl } from '../domain/url-policy.ts';
import type { Database } from '../store/database.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import type { Sealer } from '../store/seal.ts';
import { endpointPlace } from '../store/sealed-place.ts';
import { mergePatch } from './merge-patch.ts';
import { idBounds, pageOf, pageQuery, toPage } from './page.ts';
import { ApiError, type FieldError, invalid, notFound } from './problem.ts';
import { parseMerged, type Route, route } from './route.ts';
import { commonReplies, descriptionSchema, idParams, nameSchema, timeSchema } from './schemas.ts';

/** A header's value is never shown; sent back as this it is unchanged. */
const MASK = '••••••••';
const MAX_HEADERS = 30;

export interface WebhookDeps {
  database: Database;
  sealer: Sealer;
  newId: IdFactory;
  now: () => number;
  randomBytes: (size: number) => Uint8Array;
  urlPolicy: { allowHttp: boolean; addressPolicy: AddressPolicy };
}

const writable = {
  name: nameSchema,
  target_url: z.string().describe('Where to POST: https, or http if the operator allows it'),
  headers: z.record(z.string(), z.string()).default({}).describe('Sent with every request; shown masked'),
  is_active: z.boolean().default(true).describe('Your own switch: off, and its deliveries are skipped'),
  retry_policy: retryPolicySchema
    .nullable()
    .default(null)
    .describe('How failed deliveries are retried; null: the defaults'),
  description: descriptionSchema,
};

const createSchema = z
  .strictObject({
    ...writable,
    kind: z.enum(['http']).default('http').describe('What the receiver is'),
    secret: z.string().optional().describe('`whsec_` and base64 of 24–64 bytes; made if absent'),
  })
  .meta({ id: 'WebhookCreate' });

/** What a patched endpoint as a whole must be. */
const wholeSchema = z.strictObject(writable);

const patchSchema = z.strictObject(
  Object.fromEntries(Object.keys(writable).map((name) => [name, z.unknown().optional()])) as Record<
    keyof typeof writable,
    z.ZodOptional<z.ZodUnknown>
  >,
);

const webhookSchema = z
  .object({
    id: z.string(),
    ...writable,
    kind: z.string(),
    health: z.enum(['healthy', 'failing', 'disabled']).describe("The service's verdict"),
    disabled_reason: z.string().nullable(),
    secret_hint: z.string(),
    rate_limit: z.null(),
    created_by: z.string(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Webhook' });

const createdSchema = webhookSchema
  .extend({ secret: z.string().describe('Shown here and never again') })
  .meta({ id: 'WebhookCreated' });

/** `/v1/webhooks`: the endpoints that alerts are delivered to. */
export function webhookRoutes(deps: WebhookDeps): Route[] {
  const tag = 'Webhooks';
  return [
    route({
      method: 'post',
      path: '/v1/webhooks',
      operationId: 'createWebhook',
      summary: 'Create a webhook endpoint',
      tag,
      body: { schema: createSchema },
      replies: {
        201: { description: 'Created; the secret is in this answer and in no other', schema: createdSchema },
        ...commonReplies(409),
      },
      async handle({ caller, body }) {
        const errors = [...urlErrors(body.target_url), ...headerErrors(body.headers, {})];
        const refusal = body.secret === undefined ? undefined : checkSecret(body.secret);
        if (refusal !== undefined) errors.push({ path: 'secret', message: refusal });
        if (errors.length > 0) throw invalid(errors);
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
      body: { schema: patchSchema, documentAs: wholeSchema.partial().meta({ id: 'WebhookPatch' }) },
      replies: { 200: { description: 'The changed endpoint', schema: webhookSchema }, ...commonReplies(404, 409) },
      async handle({ caller, params, body }) {
        const changed = await deps.database.fork().transactional(async (em) => {
          const endpoint = await em.findOne(
            WebhookEndpoint,
            { namespace: caller.namespace, id: params.id },
            { lockMode: 4 },
          );
          if (!endpoint) throw notFound('webhook endpoint');
          const { name, target_url, is_active, retry_policy, description } = endpoint;
          const current = {
            name,
            target_url,
            is_active,
            retry_policy,
            description,
            headers: maskedHeaders(endpoint.sealed_headers),
          };
          const next = parseMerged(wholeSchema, mergePatch(current, body));
          const errors = [
            ...(next.target_url === target_url ? [] : urlErrors(next.target_url)),
            ...headerErrors(next.headers, endpoint.sealed_headers),
          ];
          if (errors.length > 0) throw invalid(errors);
          const { headers, ...plain } = next;
          em.assign(endpoint, {
            ...plain,
            sealed_headers: sealHeaders(endpoint.id, headers, endpoint.sealed_headers),
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

  function urlErrors(url: string): FieldError[] {
    const checked = checkUrl(url, deps.urlPolicy);
    return checked.ok ? [] : [{ path: 'target_url', message: checked.reason }];
  }

  /** A masked value stands for the box that is there, and seals anew only what is new. */
  function sealHeaders(
    endpointId: string,
    headers: Record<string, string>,
    boxes: Record<string, string>,
  ): Record<string, string> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value === MASK && boxes[name] !== undefined
          ? boxes[name]
          : deps.sealer.seal(value, endpointPlace.header(endpointId, name)),
      ]),
    );
  }
}

function headerErrors(headers: Record<string, string>, boxes: Record<string, string>): FieldError[] {
  const names = Object.keys(headers);
  const errors = Object.entries(headers).flatMap(([name, value]): FieldError[] => {
    const kept = value === MASK && boxes[name] !== undefined;
    const reason = checkHeader(name, kept ? 'kept' : value);
    return reason === undefined ? [] : [{ path: `headers.${name}`, message: reason }];
  });
  if (names.length > MAX_HEADERS) errors.push({ path: 'headers', message: `at most ${MAX_HEADERS} headers` });
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    errors.push({ path: 'headers', message: 'two names differ only in case; they are the same header' });
  }
  return errors;
}

const maskedHeaders = (boxes: Record<string, string>) =>
  Object.fromEntries(Object.keys(boxes).map((name) => [name, MASK]));

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

/** The unique key decides, not a look beforehand: two requests at once cannot both win. */
export async function orNameTaken(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (cause) {
    if (!(cause instanceof UniqueConstraintViolationException)) throw cause;
    throw new ApiError(409, 'name_taken', 'Another one in this namespace has this name; choose another.', {
      errors: [{ path: 'name', message: 'is taken' }],
      cause,
    });
  }
}
