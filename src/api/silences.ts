import { LockMode } from '@mikro-orm/core';
import { z } from 'zod';
import { type SilenceInput, silenceFaults, silenceFields, silenceSchema } from '../domain/alerting/silence-schema.ts';
import type { IdFactory } from '../domain/ids.ts';
import type { Database } from '../store/database.ts';
import { Silence } from '../store/entities/silence.ts';
import { audit } from './audit.ts';
import { knownRule } from './known-rule.ts';
import { patchFields } from './merge-patch.ts';
import { idBounds, pageOf, pageQuery, toPage } from './page.ts';
import { invalid, notFound } from './problem.ts';
import { parseMerged, type Route, route } from './route.ts';
import { bodyReplies, commonReplies, idParams, objectSchema, patchTypes } from './schemas.ts';
import { silenceAudited as of, presentSilence, silenceViewSchema } from './silence-view.ts';

export interface SilenceDeps {
  database: Database;
  newId: IdFactory;
  now: () => number;
}

const createSchema = silenceSchema.meta({ id: 'SilenceCreate' });

/** `/v1/silences`: what is not to be told for a while. */
export function silenceRoutes(deps: SilenceDeps): Route[] {
  const tag = 'Silences';
  const present = (silence: Silence) => presentSilence(silence, deps.now());
  return [
    route({
      method: 'post',
      path: '/v1/silences',
      scope: 'rules:write',
      operationId: 'createSilence',
      audit: 'silence.created',
      summary: 'Create a silence',
      description: 'Alerts that all its matchers fit are held back until it ends, each with a record.',
      tag,
      body: { schema: objectSchema, documentAs: createSchema },
      replies: { 201: { description: 'Created', schema: silenceViewSchema }, ...commonReplies(...bodyReplies) },
      async handle({ caller, requestId, body }) {
        const at = new Date(deps.now());
        const { starts_at, ends_at, matchers, comment } = read(body);
        const em = deps.database.inNamespace(caller.namespace);
        if (matchers.rule_id !== undefined) await knownRule(em, matchers.rule_id, 'matchers.rule_id');
        const silence = em.create(Silence, {
          id: deps.newId('sil'),
          namespace: caller.namespace,
          matchers,
          starts_at: starts_at === undefined ? at : new Date(starts_at),
          ends_at: new Date(ends_at),
          comment,
          created_by: caller.keyId,
          created_at: at,
          updated_at: at,
        });
        audit(em, { caller, requestId }, { ...of('created', silence), after: present(silence) }, deps);
        await em.persist(silence).flush();
        return { status: 201, body: present(silence) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/silences',
      scope: 'rules:read',
      operationId: 'listSilences',
      summary: 'List silences',
      tag,
      query: z.strictObject({
        ...pageQuery,
        active: z.enum(['true', 'false']).optional().describe('Those that hold back now, or those that do not'),
      }),
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(silenceViewSchema, 'SilencePage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const at = new Date(deps.now());
        const isActive = { starts_at: { $lte: at }, ends_at: { $gt: at } };
        const where = {
          id: idBounds('sil', query),
          ...(query.active === 'true' ? isActive : {}),
          ...(query.active === 'false' ? { $not: isActive } : {}),
        };
        const rows = await deps.database
          .inNamespace(caller.namespace)
          .find(Silence, where, { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(present), query.limit, (row) => row.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/silences/{id}',
      scope: 'rules:read',
      operationId: 'getSilence',
      summary: 'Get a silence',
      tag,
      params: idParams,
      replies: { 200: { description: 'The silence', schema: silenceViewSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const silence = await deps.database.inNamespace(caller.namespace).findOne(Silence, { id: params.id });
        if (!silence) throw notFound('silence');
        return { status: 200, body: present(silence) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/silences/{id}',
      scope: 'rules:write',
      operationId: 'updateSilence',
      audit: 'silence.updated',
      summary: 'Change a silence',
      description: 'A JSON merge patch. To end one now, delete it.',
      tag,
      params: idParams,
      body: {
        schema: objectSchema,
        documentAs: z.strictObject(silenceFields).partial().meta({ id: 'SilencePatch' }),
        contentTypes: patchTypes,
      },
      replies: {
        200: { description: 'The changed silence', schema: silenceViewSchema },
        ...commonReplies(404, ...bodyReplies),
      },
      async handle({ caller, requestId, params, body }) {
        const changed = await deps.database.inNamespace(caller.namespace).transactional(async (em) => {
          const where = { id: params.id };
          const silence = await em.findOne(Silence, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (!silence) throw notFound('silence');
          const before = present(silence);
          const { matchers, comment = null, starts_at, ends_at } = silence;
          const current = { matchers, comment, starts_at: starts_at.toISOString(), ends_at: ends_at.toISOString() };
          const next = read(patchFields(current, body));
          const { rule_id } = next.matchers;
          // One whose rule was deleted since can still be changed.
          if (rule_id !== undefined && rule_id !== matchers.rule_id) await knownRule(em, rule_id, 'matchers.rule_id');
          em.assign(silence, {
            ...next,
            starts_at: next.starts_at === undefined ? new Date(deps.now()) : new Date(next.starts_at),
            ends_at: new Date(next.ends_at),
            updated_at: new Date(deps.now()),
          });
          const after = present(silence);
          audit(em, { caller, requestId }, { ...of('updated', silence), before, after }, deps);
          await em.flush();
          return after;
        });
        return { status: 200, body: changed };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/silences/{id}',
      scope: 'rules:write',
      operationId: 'deleteSilence',
      audit: 'silence.deleted',
      summary: 'Delete a silence: it ends now',
      tag,
      params: idParams,
      replies: { 204: { description: 'Deleted' }, ...commonReplies(404) },
      async handle({ caller, requestId, params }) {
        await deps.database.inNamespace(caller.namespace).transactional(async (em) => {
          const where = { id: params.id };
          const silence = await em.findOne(Silence, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (!silence) throw notFound('silence');
          await em.nativeDelete(Silence, where);
          audit(em, { caller, requestId }, { ...of('deleted', silence), before: present(silence) }, deps);
        });
        return { status: 204 };
      },
    }),
  ];

  /** @throws ApiError 422 with one entry for each bad field */
  function read(given: unknown): SilenceInput {
    const silence = parseMerged(silenceSchema, given);
    const faults = silenceFaults(silence, deps.now());
    if (faults.length > 0) throw invalid(faults);
    return silence;
  }
}
