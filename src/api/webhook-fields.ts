import { z } from 'zod';
import type { AddressPolicy } from '../domain/address-ranges.ts';
import { checkHeader } from '../domain/endpoint-headers.ts';
import { retryPolicySchema } from '../domain/retry-policy-schema.ts';
import { checkSecret } from '../domain/signature.ts';
import { checkUrl } from '../domain/url-policy.ts';
import { descriptionSchema, nameSchema, timeSchema } from './schemas.ts';

/** A header's value is never shown; sent back as this it is unchanged. */
export const MASK = '••••••••';
const MAX_HEADERS = 30;

/** Where endpoints may lead to. */
export interface UrlPolicy {
  allowHttp: boolean;
  addressPolicy: AddressPolicy;
}

/** Sealed header values by name. */
export type Boxes = Record<string, string>;

/**
 * What a person may write of an endpoint, each field with all its checks, so that one answer names every bad field.
 *
 * @param current the endpoint that is being changed: its URL passed once, and masked header values stand for its boxes
 */
export function webhookFields(policy: UrlPolicy, current?: { target_url: string; sealed_headers: Boxes }) {
  const url = z.string().superRefine((text, context) => {
    if (text === current?.target_url) return;
    const checked = checkUrl(text, policy);
    if (!checked.ok) context.addIssue({ code: 'custom', message: checked.reason });
  });
  const headers = z.record(z.string(), z.string()).superRefine((given, context) => {
    for (const { path, message } of headerFaults(given, current?.sealed_headers ?? {})) {
      context.addIssue({ code: 'custom', path, message });
    }
  });
  return {
    name: nameSchema,
    target_url: url.describe('Where to POST: https, or http if the operator allows it'),
    headers: headers.default({}).describe('Sent with every request; shown masked'),
    is_active: z.boolean().default(true).describe('Your own switch: off, and its deliveries are skipped'),
    retry_policy: retryPolicySchema
      .nullable()
      .default(null)
      .describe('How failed deliveries are retried; null: the defaults'),
    description: descriptionSchema,
  };
}

/** The body of a creation. */
export function webhookCreateSchema(policy: UrlPolicy) {
  const secret = z.string().superRefine((text, context) => {
    const refusal = checkSecret(text);
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: refusal });
  });
  return z
    .strictObject({
      ...webhookFields(policy),
      kind: z.enum(['http']).default('http').describe('What the receiver is'),
      secret: secret.optional().describe('`whsec_` and base64 of 24–64 bytes; made if absent'),
    })
    .meta({ id: 'WebhookCreate' });
}

/** An endpoint as answers show it. */
export const webhookSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    target_url: z.string(),
    headers: z.record(z.string(), z.string()).describe('Values are masked'),
    is_active: z.boolean(),
    health: z.enum(['healthy', 'failing', 'disabled']).describe("The service's verdict"),
    disabled_reason: z.string().nullable(),
    secret_hint: z.string(),
    retry_policy: retryPolicySchema.nullable(),
    rate_limit: z.null(),
    description: z.string().nullable(),
    created_by: z.string(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Webhook' });

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

/** Whether a value is the mask of one that is there. */
export const isKept = (name: string, value: string, boxes: Boxes): boolean =>
  value === MASK && Object.hasOwn(boxes, name);
