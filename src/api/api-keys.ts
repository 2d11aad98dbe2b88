import { LockMode } from '@mikro-orm/core';
import { z } from 'zod';
import { apiKeyHint, makeApiKey } from '../domain/api-key.ts';
import type { IdFactory } from '../domain/ids.ts';
import { namespacePattern } from '../domain/namespace.ts';
import { scopes } from '../domain/scope.ts';
import { writtenTime } from '../domain/written-time.ts';
import { tellKeyChange } from '../store/api-key-log.ts';
import type { Database } from '../store/database.ts';
import { ApiKey, Namespace } from '../store/entities/api-key.ts';
import { audit } from './audit.ts';
import { storedDigest } from './auth.ts';
import { idBounds, pageOf, pageQuery, toPage } from './page.ts';
import { ApiError, invalid, notFound } from './problem.ts';
import { BOOTSTRAP_KEY_ID, type Caller, type Route, route } from './route.ts';
import { bodyReplies, commonReplies, idParams, nameSchema, timeSchema } from './schemas.ts';

export interface ApiKeyDeps {
  database: Database;
  newId: IdFactory;
  now: () => number;
  randomBytes: (size: number) => Uint8Array;
}

const createSchema = z
  .strictObject({
    name: nameSchema,
    scopes: z
      .array(z.enum(scopes))
      .min(1, 'must have at least one scope')
      .max(50, 'must be at most 50 entries')
      .describe('`write` is `read` of the same too, `admin` is everything'),
    expires_at: writtenTime('must be an RFC 3339 time with Z or an offset')
      .nullable()
      .default(null)
      .describe('From then on it is refused; null: never'),
    namespace: z
      .string()
      .regex(namespacePattern, 'must be 1–63 characters of a–z, 0–9 and hyphens')
      .optional()
      .describe("With the operator's key only, which makes the namespace on first use; otherwise your own"),
  })
  .meta({ id: 'ApiKeyCreate' });

const shown = {
  id: z.string(),
  namespace: z.string(),
  name: z.string(),
  hint: z.string().describe('How the key begins'),
  scopes: z.array(z.enum(scopes)),
  expires_at: timeSchema.nullable(),
  last_used_at: timeSchema.nullable().describe('To the minute'),
  revoked_at: timeSchema.nullable(),
  created_by: z.string(),
  created_at: timeSchema,
};
const shownSchema = z.object(shown).meta({ id: 'ApiKey' });
const createdSchema = z
  .object({ ...shown, key: z.string().describe('`exo_<8 characters>_<43 characters>`') })
  .meta({ id: 'ApiKeyCreated' });

/** `/v1/api-keys`: who may do what in a namespace. */
export function apiKeyRoutes(deps: ApiKeyDeps): Route[] {
  // An admin key has every scope, so none can be given that its giver has not.
  const shared = { tag: 'API keys', scope: 'admin' } as const;
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/api-keys',
      operationId: 'createApiKey',
      audit: 'api_key.created',
      summary: 'Create an API key',
      body: { schema: createSchema },
      replies: {
        201: { description: 'Created; the key is in this answer and in no other', schema: createdSchema },
        ...commonReplies(...bodyReplies),
      },
      async handle({ caller, requestId, body }) {
        const at = new Date(deps.now());
        const namespace = namespaceFor(caller, body.namespace);
        const expires_at = body.expires_at === null ? null : new Date(body.expires_at);
        if (expires_at !== null && expires_at <= at)
          throw invalid([{ path: 'expires_at', message: 'must be in the future' }]);
        const { key, keyId } = makeApiKey(deps.randomBytes);
        const row = await deps.database.inNamespace(namespace).transactional(async (em) => {
          await em
            .createQueryBuilder(Namespace)
            .insert({ namespace, created_by: caller.keyId, created_at: at })
            .onConflict('namespace')
            .ignore()
            .execute();
          const made = em.create(ApiKey, {
            id: deps.newId('key'),
            namespace,
            name: body.name,
            key_id: keyId,
            digest: storedDigest(key),
            scopes: scopes.filter((scope) => body.scopes.includes(scope)),
            expires_at,
            last_used_at: null,
            revoked_at: null,
            created_by: caller.keyId,
            created_at: at,
          });
          audit(em, { caller, requestId }, { ...of('created', made), after: present(made) }, deps);
          await em.persist(made).flush();
          return made;
        });
        return { status: 201, body: { ...present(row), key } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/api-keys',
      operationId: 'listApiKeys',
      summary: 'List API keys, revoked ones too',
      query: z.strictObject(pageQuery),
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(shownSchema, 'ApiKeyPage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const rows = await deps.database
          .inNamespace(caller.namespace)
          .find(ApiKey, { id: idBounds('key', query) }, { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(present), query.limit, (row) => row.id) };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/api-keys/{id}',
      operationId: 'getApiKey',
      summary: 'Get what is kept of an API key',
      params: idParams,
      replies: { 200: { description: 'The key, without its secret', schema: shownSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const row = await deps.database.inNamespace(caller.namespace).findOne(ApiKey, { id: params.id });
        if (!row) throw notFound('API key');
        return { status: 200, body: present(row) };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/api-keys/{id}',
      operationId: 'revokeApiKey',
      audit: 'api_key.revoked',
      summary: 'Revoke an API key',
      description: 'Every process refuses it within a second. It stays in the list, with the time.',
      params: idParams,
      replies: { 204: { description: 'Revoked, now or before' }, ...commonReplies(404) },
      async handle({ caller, requestId, params }) {
        await deps.database.inNamespace(caller.namespace).transactional(async (em) => {
          const row = await em.findOne(ApiKey, { id: params.id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (!row) throw notFound('API key');
          if (row.revoked_at) return;
          const before = present(row);
          row.revoked_at = new Date(deps.now());
          audit(em, { caller, requestId }, { ...of('revoked', row), before, after: present(row) }, deps);
          await em.flush();
          await tellKeyChange(em, row.key_id);
        });
        return { status: 204 };
      },
    }),
  ];
}

/** @throws ApiError 403 where a namespace is named by another key than the operator's, even if it is its own */
function namespaceFor(caller: Caller, named: string | undefined): string {
  if (named === undefined) return caller.namespace;
  if (caller.keyId === BOOTSTRAP_KEY_ID) return named;
  throw new ApiError(
    403,
    'bootstrap_key_required',
    "Only the operator's key (EXOSPHERE_API_KEY) makes keys for a named namespace; leave `namespace` out for your own.",
  );
}

const of = (what: 'created' | 'revoked', { id, name }: ApiKey) =>
  ({ action: `api_key.${what}`, target: { type: 'api_key', id, name } }) as const;

function present(row: ApiKey): z.infer<typeof shownSchema> {
  const { id, namespace, name, key_id, expires_at = null, last_used_at = null, revoked_at = null } = row;
  const held = scopes.filter((scope) => row.scopes.includes(scope));
  const { created_by, created_at } = row;
  return {
    ...{ id, namespace, name, hint: apiKeyHint(key_id), scopes: held },
    ...{ expires_at, last_used_at, revoked_at, created_by, created_at },
  };
}
