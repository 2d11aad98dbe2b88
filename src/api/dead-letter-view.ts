import { z } from 'zod';
import { deadLetterWorkflowId } from '../../workflows/contract.ts';
import type { DeadLetter } from '../store/entities/delivery.ts';
import { timeSchema } from './schemas.ts';
import type { WorkflowLink } from './workflow-link.ts';

export const deadLetterStatuses = ['waiting', 'in_round', 'succeeded', 'discarded', 'skipped'] as const;

export const deadLetterSchema = z
  .object({
    id: z.string().describe("The delivery's id"),
    status: z.enum(deadLetterStatuses).describe('`in_round`: a retry is under way'),
    reason: z.string(),
    last_error: z.string().nullable(),
    rounds: z.int(),
    endpoint_id: z.string(),
    endpoint_name: z.string(),
    rule_id: z.string(),
    rule_name: z.string(),
    event_id: z.string(),
    event_type: z.string(),
    parked_at: timeSchema,
    closed_at: timeSchema.nullable(),
    closed_reason: z.string().nullable(),
    workflow: z
      .object({ id: z.string(), url: z.string().nullable() })
      .describe('Where `retry` and `discard` can be signalled'),
  })
  .meta({ id: 'DeadLetter' });

type DeadLetterView = z.infer<typeof deadLetterSchema>;

/** The columns that are shown: all but the copy of the delivery. */
export type DeadLetterColumns = Pick<DeadLetter, Exclude<keyof DeadLetterView, 'id' | 'workflow'> | 'delivery_id'>;

/** A dead letter as answers show it. */
export function presentDeadLetter(letter: DeadLetterColumns, workflowLink: WorkflowLink): DeadLetterView {
  const { delivery_id: id, status, reason, rounds, event_id, event_type, parked_at } = letter;
  const { endpoint_id, endpoint_name, rule_id, rule_name } = letter;
  const workflowId = deadLetterWorkflowId(id);
  return {
    id,
    status,
    reason,
    last_error: letter.last_error ?? null,
    rounds,
    endpoint_id,
    endpoint_name,
    rule_id,
    rule_name,
    event_id,
    event_type,
    parked_at,
    closed_at: letter.closed_at ?? null,
    closed_reason: letter.closed_reason ?? null,
    workflow: { id: workflowId, url: workflowLink(workflowId, null) },
  };
}
