import { z } from 'zod';
import type { DeadLetterControl } from '../dead-letter-control.ts';
import type { Database } from '../store/database.ts';
import { DeadLetter } from '../store/entities/delivery.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import { type AuditDeps, auditFirst } from './audit.ts';
import { type DeadLetterColumns, deadLetterSchema, deadLetterStatuses, presentDeadLetter } from './dead-letter-view.ts';
import { idBounds, pageOf, pageQuery, periodQuery, toPage } from './page.ts';
import { ApiError, notFound } from './problem.ts';
import { type Call, type Route, route } from './route.ts';
import { bodyReplies, commonReplies, idParams } from './schemas.ts';
import type { WorkflowLink } from './workflow-link.ts';

export interface DeadLetterDeps extends AuditDeps {
  database: Database;
  control: DeadLetterControl;
  workflowLink: WorkflowLink;
}

const listQuery = z.strictObject({
  ...pageQuery,
  ...periodQuery,
  status: z.enum(deadLetterStatuses).optional().describe('Absent: those that wait or are being retried'),
  endpoint_id: z.string().optional(),
  rule_id: z.string().optional(),
  reason: z.string().max(100).optional().describe('Why it was given up: `maximum_attempts`, `http_410`, …'),
});

const decisionBody = {
  schema: z.strictObject({ reason: z.string().max(500).optional() }).optional(),
  documentAs: z.strictObject({ reason: z.string().max(500).optional().describe('Kept with the dead letter') }),
  optional: true,
};
const takenSchema = z.object({ id: z.string(), status: z.literal('accepted') }).meta({ id: 'DeadLetterDecision' });

/** `/v1/dead-letters`: deliveries that wait for a person, and what that person can do. */
export function deadLetterRoutes(deps: DeadLetterDeps): Route[] {
  const tag = 'Dead letters';
  const present = (letter: DeadLetterColumns) => presentDeadLetter(letter, deps.workflowLink);
  return [
    route({
      method: 'get',
      path: '/v1/dead-letters',
      scope: 'deliveries:read',
      operationId: 'listDeadLetters',
      summary: 'List dead letters',
      tag,
      query: listQuery,
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(deadLetterSchema, 'DeadLetterPage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const where = {
          delivery_id: idBounds('dlv', query),
          status: query.status ?? { $in: ['waiting' as const, 'in_round' as const] },
          ...(query.endpoint_id === undefined ? {} : { endpoint_id: query.endpoint_id }),
          ...(query.rule_id === undefined ? {} : { rule_id: query.rule_id }),
          ...(query.reason === undefined ? {} : { reason: query.reason }),
        };
        const options = { orderBy: { delivery_id: 'desc' }, limit: query.limit + 1, exclude: ['delivery'] } as const;
        const rows = await deps.database.inNamespace(caller.namespace).find(DeadLetter, where, options);
        return { status: 200, body: toPage(rows.map(present), query.limit, (row) => row.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/dead-letters/{id}',
      scope: 'deliveries:read',
      operationId: 'getDeadLetter',
      summary: 'Get a dead letter',
      tag,
      params: idParams,
      replies: { 200: { description: 'The dead letter', schema: deadLetterSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        return { status: 200, body: present(await find(caller.namespace, params.id)) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/dead-letters/{id}/retry',
      scope: 'deliveries:write',
      operationId: 'retryDeadLetter',
      audit: 'dead_letter.retried',
      summary: 'Send a dead letter again, for a fresh round of its retry policy',
      description: 'The same as the signal `retry` to its workflow. The state of the rule does not matter.',
      tag,
      params: idParams,
      body: decisionBody,
      replies: { 202: { description: 'Under way', schema: takenSchema }, ...commonReplies(404, 409, ...bodyReplies) },
      async handle({ caller, requestId, params, body }) {
        const letter = await findOpen(caller.namespace, params.id);
        if (letter.status === 'in_round' && (await deps.control.isRunning(params.id))) {
          throw new ApiError(409, 'in_progress', 'A retry of it is under way already.');
        }
        await requireEndpointOn(caller.namespace, letter.endpoint_id);
        await auditDecision('retried', letter, { caller, requestId }, body?.reason);
        await deps.control.decide('retry', letter, body?.reason);
        return { status: 202, body: { id: params.id, status: 'accepted' } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/dead-letters/{id}/discard',
      scope: 'deliveries:write',
      operationId: 'discardDeadLetter',
      audit: 'dead_letter.discarded',
      summary: 'Give a dead letter up for good',
      description: 'The same as the signal `discard` to its workflow. During a retry it takes effect if that fails.',
      tag,
      params: idParams,
      body: decisionBody,
      replies: { 202: { description: 'Taken', schema: takenSchema }, ...commonReplies(404, 409, ...bodyReplies) },
      async handle({ caller, requestId, params, body }) {
        const letter = await findOpen(caller.namespace, params.id);
        await auditDecision('discarded', letter, { caller, requestId }, body?.reason);
        await deps.control.decide('discard', letter, body?.reason ?? `discarded by ${caller.keyId}`);
        return { status: 202, body: { id: params.id, status: 'accepted' } };
      },
    }),
  ];

  async function find(namespace: string, id: string) {
    const letter = await deps.database
      .inNamespace(namespace)
      .findOne(DeadLetter, { delivery_id: id }, { exclude: ['delivery'] });
    if (!letter) throw notFound('dead letter');
    return letter;
  }

  async function findOpen(namespace: string, id: string) {
    const letter = await find(namespace, id);
    if (letter.closed_at) throw new ApiError(409, 'already_closed', `This dead letter has ended: ${letter.status}.`);
    return letter;
  }

  async function auditDecision(
    what: 'retried' | 'discarded',
    letter: DeadLetterColumns,
    by: Pick<Call, 'caller' | 'requestId'>,
    reason: string | undefined,
  ): Promise<void> {
    const target = { type: 'dead_letter', id: letter.delivery_id, name: null } as const;
    const asked = { reason: reason ?? null };
    await auditFirst(
      deps.database,
      by,
      { action: `dead_letter.${what}`, target, before: present(letter), asked },
      deps,
    );
  }

  /** A deleted endpoint is left to the workflow, which then closes the dead letter as skipped. */
  async function requireEndpointOn(namespace: string, endpointId: string): Promise<void> {
    const endpoint = await deps.database.inNamespace(namespace).findOne(WebhookEndpoint, { id: endpointId });
    if (!endpoint || (endpoint.is_active && endpoint.health !== 'disabled')) return;
    throw new ApiError(409, 'endpoint_disabled', 'Its endpoint is off. PATCH it with `is_active: true`, then retry.');
  }
}
