import { z } from 'zod';
import type { Delivery } from '../store/entities/delivery.ts';
import { timeSchema } from './schemas.ts';

export const deliveryStatuses = [
  'pending',
  'retrying',
  'succeeded',
  'dead_lettered',
  'discarded',
  'skipped',
  'suppressed',
] as const;

/** A delivery as lists show it. */
export const deliverySummarySchema = z
  .object({
    id: z.string(),
    status: z.enum(deliveryStatuses),
    reason: z.string().nullable().describe('Why it is not, or not yet, delivered'),
    event_id: z.string(),
    event_source: z.string(),
    event_type: z.string(),
    alert_id: z.string(),
    rule_id: z.string(),
    rule_name: z.string(),
    rule_revision: z.int(),
    endpoint_id: z.string(),
    endpoint_name: z.string(),
    attempt_count: z.int(),
    round: z.int().describe("1, and one more for each person's retry"),
    last_status_code: z.int().nullable(),
    last_error: z.string().nullable(),
    next_attempt_at: timeSchema.nullable(),
    waits_for: z
      .enum(['circuit', 'rate_limit', 'earlier_message'])
      .nullable()
      .describe(
        'What put it off to `next_attempt_at`, where it was not the retry policy; no attempt is used up. `earlier_message`: one of the same alert has to arrive first',
      ),
    created_at: timeSchema,
    updated_at: timeSchema,
    completed_at: timeSchema.nullable(),
  })
  .meta({ id: 'Delivery' });

type Summary = z.infer<typeof deliverySummarySchema>;
/** The columns a summary is made of; lists leave the body in the database. */
type SummaryColumns = Pick<Delivery, Exclude<keyof Summary, 'attempt_count'> | 'attempts'>;

/** Without the body and what only the delivering code needs. */
export function deliverySummary(delivery: SummaryColumns): Summary {
  const { id, status, event_id, event_source, event_type, alert_id, rule_id, rule_name, rule_revision } = delivery;
  const { endpoint_id, endpoint_name, round, created_at, updated_at } = delivery;
  return {
    id,
    status,
    reason: delivery.reason ?? null,
    event_id,
    event_source,
    event_type,
    alert_id,
    rule_id,
    rule_name,
    rule_revision,
    endpoint_id,
    endpoint_name,
    attempt_count: delivery.attempts,
    round,
    last_status_code: delivery.last_status_code ?? null,
    last_error: delivery.last_error ?? null,
    next_attempt_at: delivery.next_attempt_at ?? null,
    waits_for: delivery.next_attempt_at ? (delivery.waits_for ?? null) : null,
    created_at,
    updated_at,
    completed_at: delivery.completed_at ?? null,
  };
}
