import { LockMode } from '@mikro-orm/core';
import { z } from 'zod';
import type { IdFactory } from '../domain/ids.ts';
import type { UrlPolicy } from '../domain/url-policy.ts';
import type { Database } from '../store/database.ts';
import { TemporalSource } from '../store/entities/temporal-source.ts';
import type { Sealer } from '../store/seal.ts';
import type { SourceRow } from '../store/temporal-source-log.ts';
import { audit } from './audit.ts';
import { idBounds, pageOf, pageQuery, toPage } from './page.ts';
import { invalid, notFound } from './problem.ts';
import { parseMerged, type Route, route } from './route.ts';
import { bodyReplies, commonReplies, idParams, objectSchema } from './schemas.ts';
import { sourceCreateDocument, sourceCreateSchema } from './temporal-source-fields.ts';
import { auditedSource, newSource, sourceAudited as of, presentSource, sourceSchema } from './temporal-source-view.ts';
import { orNameTaken } from './unique-name.ts';

export interface TemporalSourceDeps {
  database: Database;
  sealer: Sealer;
  newId: IdFactory;
  now: () => number;
  urlPolicy: UrlPolicy;
  /** Looks whether a source can be reached and read; undefined where it can. It is bounded in time and does not reject. */
  trySource: (source: SourceRow) => Promise<{ path: string; message: string; isFinal: boolean } | undefined>;
  /** Has watching begun and ended. What fails here is made good by those who look after sources (`keep.ts`). */
  sourceControl: { start(source: SourceRow): Promise<void>; stop(sourceId: string): Promise<void> };
}

/** `/v1/sources/temporal`: Temporal namespaces that are watched, so that rules may match what runs there. */
export function temporalSourceRoutes(deps: TemporalSourceDeps): Route[] {
  const shared = { tag: 'Sources', scope: 'admin' } as const;
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/sources/temporal',
      operationId: 'createTemporalSource',
      audit: 'temporal_source.created',
      summary: 'Watch a Temporal namespace',
      description:
        'Runs that close from now on, and those that go on for more than a minute, become events. The connection is tried: ' +
        'what is wrong for good is a 422, and a server that is away is watched as soon as it is back (`health: "failing"`).',
      body: { schema: objectSchema, documentAs: sourceCreateDocument },
      replies: { 201: { description: 'Created', schema: sourceSchema }, ...commonReplies(409, ...bodyReplies) },
      async handle({ caller, requestId, body }) {
        const { namespace, keyId: created_by } = caller;
        const at = new Date(deps.now());
        const given = parseMerged(sourceCreateSchema(deps.urlPolicy, body), body);
        const row = newSource(given, { ...{ id: deps.newId('src'), namespace, created_by, at }, sealer: deps.sealer });
        const fault = await deps.trySource(row);
        if (fault?.isFinal) throw invalid([{ path: fault.path, message: fault.message }]);
        if (fault) Object.assign(row, { last_error: `${fault.path} ${fault.message}`, failing_since: at });
        const em = deps.database.inNamespace(namespace);
        const source = em.create(TemporalSource, row);
        audit(em, { caller, requestId }, { ...of('created', source), after: auditedSource(source) }, deps);
        await orNameTaken(em.persist(source).flush());
        // It is there, and will be watched: whether Temporal takes that up now is not the caller's affair.
        await deps.sourceControl.start(row).catch(() => {});
        return { status: 201, body: presentSource(source) };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/sources/temporal',
      operationId: 'listTemporalSources',
      summary: 'List watched Temporal namespaces',
      query: z.strictObject(pageQuery),
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(sourceSchema, 'TemporalSourcePage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const rows = await deps.database
          .inNamespace(caller.namespace)
          .find(TemporalSource, { id: idBounds('src', query) }, { orderBy: { id: 'desc' }, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows.map(presentSource), query.limit, (row) => row.id) };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/sources/temporal/{id}',
      operationId: 'getTemporalSource',
      summary: 'Get a watched Temporal namespace',
      params: idParams,
      replies: { 200: { description: 'The source', schema: sourceSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const source = await deps.database.inNamespace(caller.namespace).findOne(TemporalSource, { id: params.id });
        if (!source) throw notFound('source');
        return { status: 200, body: presentSource(source) };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/sources/temporal/{id}',
      operationId: 'deleteTemporalSource',
      audit: 'temporal_source.deleted',
      summary: 'Watch a Temporal namespace no longer',
      description: 'Its events and what they led to stay. Its credentials are removed.',
      params: idParams,
      replies: { 204: { description: 'Deleted' }, ...commonReplies(404) },
      async handle({ caller, requestId, params }) {
        await deps.database.inNamespace(caller.namespace).transactional(async (em) => {
          const where = { id: params.id };
          const source = await em.findOne(TemporalSource, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (!source) throw notFound('source');
          await em.nativeDelete(TemporalSource, where);
          audit(em, { caller, requestId }, { ...of('deleted', source), before: auditedSource(source) }, deps);
        });
        // Its watcher ends by itself too, once it sees that the row is gone.
        await deps.sourceControl.stop(params.id).catch(() => {});
        return { status: 204 };
      },
    }),
  ];
}
