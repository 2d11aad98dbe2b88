import { z } from 'zod';
import { eventTypePatternSchema } from '../domain/event.ts';
import { patternsFor } from '../domain/rule.ts';
import type { AlertRule } from '../store/entities/alert-rule.ts';
import { idBounds, nameHas, nameQuery, pageQuery } from './page.ts';
import { ApiError } from './problem.ts';

/* What the paths of alert rules take besides a body. */

export const listQuery = z.strictObject({
  ...pageQuery,
  ...nameQuery,
  endpoint_id: z.string().optional().describe('Those that tell this endpoint'),
  event_type: eventTypePatternSchema.optional().describe('Those that watch this type, by patterns too'),
  health: z.enum(['ok', 'degraded']).optional(),
});

/** The rows that a list asks for, in MikroORM's operators. */
export function whereOf(query: z.infer<typeof listQuery>) {
  const { endpoint_id, event_type, health } = query;
  return {
    id: idBounds('ar', query),
    ...nameHas(query),
    ...(health === undefined ? {} : { health }),
    ...(endpoint_id === undefined ? {} : { webhook_endpoint_ids: { $contains: [endpoint_id] } }),
    ...(event_type === undefined ? {} : { watched_types: { $overlap: patternsFor(event_type) } }),
  };
}

export const patchQuery = z.strictObject({
  if_revision: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a revision, such as 3')
    .transform(Number)
    .meta({ override: { type: 'integer', minimum: 1 } })
    .optional()
    .describe('Where the rule is at another revision nothing is changed, and the answer is 409 `revision_conflict`'),
});

/** Keeps who edits from writing over what somebody else has changed meanwhile. @throws ApiError 409 */
export function refuseIfChanged({ revision }: AlertRule, { if_revision }: z.infer<typeof patchQuery>): void {
  if (if_revision === undefined || if_revision === revision) return;
  throw new ApiError(
    409,
    'revision_conflict',
    `Somebody has changed this rule meanwhile: it is at revision ${revision}. Read it again, then change that.`,
  );
}
