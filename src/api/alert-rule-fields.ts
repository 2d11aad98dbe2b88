import { z } from 'zod';
import { notifySchema, resolveSchema, triggerSchema } from '../domain/alerting/trigger-schema.ts';
import { compileCondition } from '../domain/condition.ts';
import { eventTypePatternSchema } from '../domain/event.ts';
import { retryPolicySchema } from '../domain/retry-policy-schema.ts';
import { severities } from '../domain/rule.ts';
import type { FieldError } from './problem.ts';
import { descriptionSchema, nameSchema, timeSchema } from './schemas.ts';

const MAX_EVENT_TYPES = 50;
/** One rule may tell this many endpoints; the fan-out beyond 500 is paged by the workflow. */
const MAX_ENDPOINTS = 1_000;

const distinct = (values: string[]) => new Set(values).size === values.length;

export const endpointIdsSchema = z
  .array(z.string())
  .min(1, 'must name at least one endpoint')
  .max(MAX_ENDPOINTS, `must name at most ${MAX_ENDPOINTS} endpoints`)
  .refine(distinct, 'must not repeat an endpoint');

/**
 * What a person may write of a rule, each field with all its checks.
 *
 * @param currentCondition the condition of the rule that is being changed: it passed once and is not asked again
 */
export function alertRuleFields(currentCondition?: string | null) {
  const condition = z.string().superRefine((source, context) => {
    if (source === currentCondition) return;
    const compiled = compileCondition(source);
    if (compiled.ok) return;
    for (const { message, ...params } of compiled.errors) context.addIssue({ code: 'custom', message, params });
  });
  return {
    name: nameSchema,
    event_types: z
      .array(eventTypePatternSchema)
      .max(MAX_EVENT_TYPES, `must name at most ${MAX_EVENT_TYPES} types`)
      .refine(distinct, 'must not repeat a type')
      .default([])
      .describe('Exact types, `workflow.*`, or `*`; empty where the trigger names its own'),
    condition: condition
      .nullable()
      .default(null)
      .describe('CEL over `event`, true or false; null: every event of these types'),
    webhook_endpoint_ids: endpointIdsSchema.describe('Whom to tell'),
    is_active: z.boolean().default(true),
    severity: z.enum(severities).default('error'),
    trigger: triggerSchema.default({ kind: 'event' }).describe('When it fires'),
    resolve: resolveSchema.nullable().default(null).describe('What resolves a `count` besides quiet'),
    notify: notifySchema.nullable().default(null).describe('How often people are told'),
    retry_policy: retryPolicySchema.nullable().default(null).describe("Overrides the endpoint's, field by field"),
    description: descriptionSchema,
  };
}

/** A rule's writable part as a whole. */
export type AlertRuleWritable = z.infer<z.ZodObject<ReturnType<typeof alertRuleFields>>>;

const fields = alertRuleFields();

/** The body of a creation, with the singular spellings of its lists. */
export const alertRuleCreateSchema = z
  .strictObject({
    ...fields,
    event_types: fields.event_types.optional(),
    event_type: eventTypePatternSchema.optional().describe('Instead of `event_types`'),
    webhook_endpoint_ids: fields.webhook_endpoint_ids.optional(),
    webhook_endpoint_id: z.string().optional().describe('Instead of `webhook_endpoint_ids`'),
  })
  .meta({ id: 'AlertRuleCreate' });

/** A rule as answers show it. */
export const alertRuleSchema = z
  .object({
    id: z.string(),
    ...fields,
    condition: z.string().nullable(),
    revision: z.int().describe('Counts the changes of meaning'),
    health: z.enum(['ok', 'degraded']),
    health_message: z.string().nullable(),
    created_by: z.string(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'AlertRule' });

const spellings = [
  { singular: 'event_type', plural: 'event_types' },
  { singular: 'webhook_endpoint_id', plural: 'webhook_endpoint_ids' },
] as const;

/**
 * The singular spellings as the lists that they stand for.
 *
 * @returns `lists`, the body without singular spellings; `asSpelt`, which gives an error the path that the caller used;
 *   and an error for each list that is there in both spellings: that is a contradiction
 */
export function spellOut(body: Record<string, unknown>): {
  lists: Record<string, unknown>;
  asSpelt: (error: FieldError) => FieldError;
  errors: FieldError[];
} {
  const lists: Record<string, unknown> = { ...body };
  const errors: FieldError[] = [];
  const used = spellings.filter(({ singular }) => body[singular] !== undefined);
  for (const { singular, plural } of used) {
    if (plural in body) errors.push({ path: singular, message: `send either \`${singular}\` or \`${plural}\`` });
    else lists[plural] = [body[singular]];
    delete lists[singular];
  }
  const asSpelt = (error: FieldError): FieldError => {
    const spelling = used.find(({ plural }) => !(plural in body) && [plural, `${plural}[0]`].includes(error.path));
    return spelling ? { ...error, path: spelling.singular } : error;
  };
  return { lists, asSpelt, errors };
}
