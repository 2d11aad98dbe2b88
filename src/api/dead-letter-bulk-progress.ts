import { z } from 'zod';
import { deadLetterBulkWorkflowId } from '../../workflows/contract.ts';
import { auditFirst } from './audit.ts';
import type { DeadLetterBulkDeps } from './dead-letter-bulk.ts';
import { ApiError, notFound } from './problem.ts';
import { type Route, route } from './route.ts';
import { commonReplies, idParams } from './schemas.ts';

const progressSchema = z
  .object({
    id: z.string(),
    phase: z.enum(['running', 'cancelled', 'completed']),
    matched: z.int().describe('How many waited when it was asked for'),
    done: z.int().describe('Delivered, discarded, or closed since in another way'),
    failed: z.int().describe('Retried, failed again, and waiting again'),
    refused: z.int().describe('Not retried, for their endpoint is off'),
    under_way: z.int(),
    left: z.int(),
    workflow: z.object({ id: z.string(), url: z.string().nullable() }),
  })
  .meta({ id: 'DeadLetterBulkProgress' });

const cancelledSchema = z
  .object({ id: z.string(), status: z.literal('accepted') })
  .meta({ id: 'DeadLetterBulkCancel' });

/** An operation's id in the API: its workflow's, without what all of them begin with. */
export const bulkIdOf = (workflowId: string): string => workflowId.slice(deadLetterBulkWorkflowId('').length);

/** `/v1/dead-letters/bulk/{id}`: how far an operation over many dead letters has come, and its cancelling. */
export function deadLetterBulkProgressRoutes(deps: DeadLetterBulkDeps): Route[] {
  const shared = { tag: 'Dead letters', params: idParams } as const;
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/dead-letters/bulk/{id}',
      scope: 'deliveries:read',
      operationId: 'getDeadLetterBulk',
      summary: 'How far a retry or discard of many has come',
      description: 'For as long as Temporal keeps its workflow.',
      replies: { 200: { description: 'Its progress', schema: progressSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const { workflowId, ...progress } = await find(caller.namespace, params.id);
        const workflow = { id: workflowId, url: deps.workflowLink(workflowId, null) };
        return { status: 200, body: { id: params.id, ...progress, workflow } };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/dead-letters/bulk/{id}/cancel',
      scope: 'deliveries:write',
      operationId: 'cancelDeadLetterBulk',
      audit: 'dead_letters.cancelled',
      summary: 'Stop a retry or discard of many',
      description: 'What is under way goes on and ends by itself; what is left waits as before.',
      replies: { 202: { description: 'Taken', schema: cancelledSchema }, ...commonReplies(404, 409) },
      async handle({ caller, requestId, params }) {
        const { workflowId, ...progress } = await find(caller.namespace, params.id);
        if (progress.phase !== 'running') throw hasEnded();
        const target = { type: 'dead_letters', id: workflowId, name: null } as const;
        const entry = { action: 'dead_letters.cancelled', target, asked: progress } as const;
        await auditFirst(deps.database, { caller, requestId }, entry, deps);
        if (!(await deps.bulkControl.cancel(workflowId))) throw hasEnded();
        return { status: 202, body: { id: params.id, status: 'accepted' } };
      },
    }),
  ];

  async function find(namespace: string, id: string) {
    const workflowId = deadLetterBulkWorkflowId(id);
    const progress = /^[0-9a-z]{26}$/.test(id) ? await deps.bulkControl.progress(namespace, workflowId) : undefined;
    if (progress === undefined) throw notFound('bulk operation');
    const { phase, matched, done, failed, refused, under_way, left } = progress;
    return { workflowId, phase, matched, done, failed, refused, under_way, left };
  }
}

const hasEnded = () => new ApiError(409, 'already_ended', 'This operation has ended; what it left waits as before.');
