import { z } from 'zod';
import type { DeadLetterBulkControl } from '../dead-letter-bulk-control.ts';
import type { Database } from '../store/database.ts';
import type { DeadLetterBulkLog } from '../store/dead-letter-bulk-log.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import { type AuditDeps, auditFirst } from './audit.ts';
import { bulkIdOf } from './dead-letter-bulk-progress.ts';
import { moment, periodQuery } from './page.ts';
import { ApiError, type FieldError, invalid } from './problem.ts';
import { type Call, type Reply, type Route, route } from './route.ts';
import { bodyReplies, commonReplies, timeSchema } from './schemas.ts';
import type { WorkflowLink } from './workflow-link.ts';

export interface DeadLetterBulkDeps extends AuditDeps {
  database: Database;
  deadLetterBulkLog: DeadLetterBulkLog;
  bulkControl: DeadLetterBulkControl;
  workflowLink: WorkflowLink;
}

const filterSchema = z
  .strictObject({
    endpoint_id: z.string().optional().describe('Those of this endpoint'),
    rule_id: z.string().optional().describe('Those of this rule'),
    reason: z.string().max(100).optional().describe('Those that were given up for this reason, as the list shows it'),
    ...periodQuery,
    ids: z
      .array(z.string().max(100))
      .min(1, 'must have at least one id')
      .max(500, 'must be at most 500 ids: leave them out and filter by time, endpoint or rule')
      .optional()
      .describe('These alone; one that does not wait is left out'),
    parked_before: moment.describe(
      'Those that waited at this time already: `counted_at` of a dry run, so that no more are taken than were counted. Now if absent',
    ),
  })
  .meta({
    id: 'DeadLetterFilter',
    description: 'All that is given must hold; `{}` is every waiting one of the namespace',
  });

const takenSchema = z
  .object({
    matched: z.int().describe('How many waited'),
    counted_at: timeSchema.describe('Of those that waited at this time; for `parked_before`'),
    id: z.string().nullable().describe('For `GET /v1/dead-letters/bulk/{id}`; null where nothing was started'),
    workflow: z
      .object({ id: z.string(), url: z.string().nullable() })
      .nullable()
      .describe('Where its progress is seen and where it can be cancelled; null where nothing matched'),
  })
  .meta({ id: 'DeadLetterBulk' });

const bulkQuery = z.strictObject({
  dry_run: z.enum(['true', 'false']).optional().describe('`true`: nothing is done but counting'),
});

type Filter = z.infer<typeof filterSchema>;

/** `/v1/dead-letters/retry` and `/discard`: one decision for all that wait and match a filter. */
export function deadLetterBulkRoutes(deps: DeadLetterBulkDeps): Route[] {
  const shared = { method: 'post', tag: 'Dead letters', body: { schema: filterSchema }, query: bulkQuery } as const;
  const accepted = {
    200: { description: 'Counted alone (`dry_run`)', schema: takenSchema },
    202: { description: 'Under way', schema: takenSchema },
  };
  return [
    route({
      ...shared,
      path: '/v1/dead-letters/retry',
      scope: 'deliveries:write',
      operationId: 'retryDeadLetters',
      audit: 'dead_letters.retried',
      summary: 'Send again all waiting dead letters that match',
      description:
        'At most 50 rounds at a time for each endpoint. Those parked after the request are not taken, nor those of an endpoint that is off.',
      replies: { ...accepted, ...commonReplies(409, ...bodyReplies) },
      async handle({ caller, requestId, body, query }) {
        await requireKnown(caller.namespace, body);
        await requireEndpointOn(caller.namespace, body.endpoint_id);
        return await start('retry', { caller, requestId }, body, query.dry_run === 'true');
      },
    }),
    route({
      ...shared,
      path: '/v1/dead-letters/discard',
      scope: 'deliveries:write',
      operationId: 'discardDeadLetters',
      audit: 'dead_letters.discarded',
      summary: 'Give up for good all waiting dead letters that match',
      description: 'Those parked after the request are not taken, nor those that are being retried.',
      replies: { ...accepted, ...commonReplies(...bodyReplies) },
      async handle({ caller, requestId, body, query }) {
        await requireKnown(caller.namespace, body);
        return await start('discard', { caller, requestId }, body, query.dry_run === 'true');
      },
    }),
  ];

  async function start(
    decision: 'retry' | 'discard',
    by: Pick<Call, 'caller' | 'requestId'>,
    { parked_before, ...asked }: Filter,
    isDry: boolean,
  ): Promise<Reply> {
    const { namespace, keyId } = by.caller;
    // Those that are parked later than now are nobody's to decide about yet.
    const requestedAt = new Date(Math.min(deps.now(), Date.parse(parked_before ?? '') || deps.now())).toISOString();
    const matched = await deps.deadLetterBulkLog.count({ namespace, requestedAt, ...asked });
    const counted = { matched, counted_at: requestedAt };
    if (isDry || matched === 0) return { status: isDry ? 200 : 202, body: { ...counted, id: null, workflow: null } };
    const id = deps.bulkControl.newId();
    const filter = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const target = { type: 'dead_letters', id, name: null } as const;
    const action = decision === 'retry' ? 'dead_letters.retried' : 'dead_letters.discarded';
    await auditFirst(deps.database, by, { action, target, asked: { filter, matched } }, deps);
    await deps.bulkControl.start(id, {
      namespace,
      decision,
      filter,
      requested_at: requestedAt,
      matched,
      ...(decision === 'discard' ? { reason: `discarded by ${keyId}` } : {}),
    });
    const workflow = { id, url: deps.workflowLink(id, null) };
    return { status: 202, body: { ...counted, id: bulkIdOf(id), workflow } };
  }

  /** Ids that mean nothing here are the body's fault; whether they exist in another namespace is nobody's business. */
  async function requireKnown(namespace: string, body: Filter): Promise<void> {
    const faults: FieldError[] = [];
    for (const kind of ['endpoint', 'rule'] as const) {
      const id = body[`${kind}_id`];
      if (id === undefined || (await deps.deadLetterBulkLog.knows(namespace, kind, id))) continue;
      const what = kind === 'endpoint' ? 'webhook endpoint' : 'alert rule';
      faults.push({ path: `${kind}_id`, message: `there is no ${what} with this id in your namespace` });
    }
    if (faults.length > 0) throw invalid(faults);
  }

  /** A deleted endpoint is left to the workflows, which then close their dead letters as skipped. */
  async function requireEndpointOn(namespace: string, id: string | undefined): Promise<void> {
    if (id === undefined) return;
    const endpoint = await deps.database.inNamespace(namespace).findOne(WebhookEndpoint, { id });
    if (!endpoint || (endpoint.is_active && endpoint.health !== 'disabled')) return;
    throw new ApiError(409, 'endpoint_disabled', 'The endpoint is off. PATCH it with `is_active: true`, then retry.');
  }
}
