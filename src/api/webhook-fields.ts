import { z } from 'zod';
import { channels } from '../channels/index.ts';
import type { AddressPolicy } from '../domain/address-ranges.ts';
import { type ChannelKind, channelKinds } from '../domain/channel-kind.ts';
import { checkHeader } from '../domain/endpoint-headers.ts';
import { PER_SECOND } from '../domain/rate-limit.ts';
import { retryPolicySchema } from '../domain/retry-policy-schema.ts';
import { checkSecret } from '../domain/signature.ts';
import { checkUrl } from '../domain/url-policy.ts';
import { descriptionSchema, nameSchema, timeSchema } from './schemas.ts';
import { type Boxes, isKept, isMaskedUrl, MASK } from './sealed-fields.ts';

const MAX_HEADERS = 30;

/** Where endpoints may lead to. */
export interface UrlPolicy {
  allowHttp: boolean;
  addressPolicy: AddressPolicy;
}

const rateLimitSchema = z
  .strictObject({ per_second: z.number().min(PER_SECOND.least).max(PER_SECOND.most) })
  .meta({ id: 'RateLimit' });

/**
 * What a person may write of an endpoint, each field with all its checks, so that one answer names every bad field.
 *
 * @param kind what the receiver is, for it decides which fields there are
 * @param current the endpoint that is being changed: its URL passed once, and masked values stand for its boxes
 */
export function webhookFields(policy: UrlPolicy, kind: ChannelKind, current?: CurrentWebhook) {
  const { defaultUrl, hasRoutingKey, hasSecretUrl } = channels[kind].target;
  const anyUrl = z.string().superRefine((text, context) => {
    if (text === current?.target_url) return;
    const checked = checkUrl(text, policy);
    if (!checked.ok) context.addIssue({ code: 'custom', message: checked.reason });
    else if (hasSecretUrl && isMaskedUrl(text)) {
      context.addIssue({ code: 'custom', message: 'is what is shown in place of a URL; send the whole URL' });
    }
  });
  const url = defaultUrl === undefined ? anyUrl : anyUrl.default(defaultUrl);
  const headers = z.record(z.string(), z.string()).superRefine((given, context) => {
    for (const { path, message } of headerFaults(given, current?.sealed_headers ?? {})) {
      context.addIssue({ code: 'custom', path, message });
    }
  });
  return {
    name: nameSchema,
    target_url: url.describe(TARGET_URL),
    routing_key: routingKeySchema(hasRoutingKey, Boolean(current?.sealed_routing_key)),
    headers: headers.default({}).describe('Sent with every request; shown masked'),
    is_active: z.boolean().default(true).describe('Your own switch: off, and its deliveries are skipped'),
    retry_policy: retryPolicySchema
      .nullable()
      .default(null)
      .describe('How failed deliveries are retried; null: the defaults'),
    rate_limit: rateLimitSchema
      .nullable()
      .default(null)
      .describe('How many requests a second may be sent; what is more waits for its turn. null: no limit'),
    description: descriptionSchema,
  };
}

/** What of an endpoint that is being changed its new fields are judged by. */
export interface CurrentWebhook {
  target_url: string;
  sealed_headers: Boxes;
  sealed_routing_key?: string | null;
}

const TARGET_URL = 'Where to POST: https, or http if the operator allows it';
const ROUTING_KEY = 'The integration key of a `pagerduty` endpoint; never shown';

/** Optional in its type alone: a kind that has a key demands it. */
function routingKeySchema(isOfThisKind: boolean, hasOne: boolean) {
  if (!isOfThisKind) {
    const refused = z.string().refine(() => false, 'belongs to endpoints of kind "pagerduty"; remove it');
    return refused.optional().describe(ROUTING_KEY);
  }
  const isKey = (text: string) => /^[!-~]{32}$/.test(text) || (hasOne && text === MASK);
  return z
    .string()
    .refine(isKey, "must be the 32 characters of the integration key of a PagerDuty service's Events API v2")
    .describe(ROUTING_KEY) as unknown as z.ZodOptional<z.ZodString>;
}

/** The kind that a creation names; a wrong one is for its schema to refuse. */
export function kindOf(body: Record<string, unknown>): ChannelKind {
  return channelKinds.find((kind) => kind === body.kind) ?? 'http';
}

/** The body of a creation of this kind. */
export function webhookCreateSchema(policy: UrlPolicy, kind: ChannelKind) {
  const secret = z.string().superRefine((text, context) => {
    const refusal = checkSecret(text);
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: refusal });
  });
  return z.strictObject({
    ...webhookFields(policy, kind),
    kind: z.enum(channelKinds).default('http').describe('What the receiver is; cannot be changed later'),
    secret: secret.optional().describe('`whsec_` and base64 of 24–64 bytes; made if absent'),
  });
}

/** What OpenAPI shows of a creation: the fields of all kinds. */
export function webhookCreateDocument(policy: UrlPolicy) {
  const target_url = z.string().optional().describe(`${TARGET_URL}; required but for \`pagerduty\``);
  return webhookCreateSchema(policy, 'http').extend({ target_url }).meta({ id: 'WebhookCreate' });
}

/** What OpenAPI shows of a change. */
export function webhookPatchDocument(policy: UrlPolicy) {
  return z.strictObject(webhookFields(policy, 'http')).partial().meta({ id: 'WebhookPatch' });
}

/** An endpoint as answers show it. */
export const webhookSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(channelKinds),
    target_url: z.string().describe('For kinds other than `http` its origin, `/…` and its last 4 characters'),
    headers: z.record(z.string(), z.string()).describe('Values are masked'),
    is_active: z.boolean(),
    health: z.enum(['healthy', 'failing', 'disabled']).describe("The service's verdict"),
    disabled_reason: z.string().nullable(),
    secret_hint: z.string(),
    retry_policy: retryPolicySchema.nullable(),
    rate_limit: rateLimitSchema.nullable(),
    description: z.string().nullable(),
    created_by: z.string(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Webhook' });

/** The answer to a change; with what waits where the endpoint has just been enabled. */
export const webhookPatchedSchema = webhookSchema
  .extend({
    dead_letters_waiting: z
      .int()
      .optional()
      .describe('Where it was off or disabled and is not any more: what `POST /v1/dead-letters/retry` sends again'),
  })
  .meta({ id: 'WebhookPatched' });

export const webhookCreatedSchema = webhookSchema
  .extend({ secret: z.string().describe('Shown here and never again') })
  .meta({ id: 'WebhookCreated' });

interface HeaderFault {
  path: string[];
  message: string;
}

function headerFaults(headers: Record<string, string>, boxes: Boxes): HeaderFault[] {
  const names = Object.keys(headers);
  const faults = Object.entries(headers).flatMap(([name, value]): HeaderFault[] => {
    const reason = checkHeader(name, isKept(name, value, boxes) ? 'kept' : value);
    return reason === undefined ? [] : [{ path: [name], message: reason }];
  });
  if (names.length > MAX_HEADERS) faults.push({ path: [], message: `at most ${MAX_HEADERS} headers` });
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    faults.push({ path: [], message: 'two names differ only in case; they are the same header' });
  }
  return faults;
}
