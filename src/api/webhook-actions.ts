import { LockMode } from '@mikro-orm/core';
import { z } from 'zod';
import { checkSecret, makeSecret, secretHint } from '../domain/signature.ts';
import type { AskedBy } from '../store/audit-log.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import { SealError } from '../store/seal.ts';
import { endpointPlace } from '../store/sealed-place.ts';
import { audit } from './audit.ts';
import { ApiError, invalid, notFound } from './problem.ts';
import { type Route, route } from './route.ts';
import { bodyReplies, commonReplies, idParams, timeSchema } from './schemas.ts';
import { shownWithSecret, webhookAudited } from './webhook-audit.ts';
import { webhookCreatedSchema } from './webhook-fields.ts';
import { presentWebhook } from './webhook-view.ts';
import type { WebhookDeps } from './webhooks.ts';

export interface WebhookActionDeps extends Pick<WebhookDeps, 'database' | 'sealer' | 'newId' | 'now' | 'randomBytes'> {
  /** Sends a test now; undefined where the namespace has no such endpoint. */
  ping(
    namespace: string,
    endpointId: string,
    askedBy: AskedBy,
    traceparent?: string,
  ): Promise<z.infer<typeof testedSchema> | undefined>;
}

const DEFAULT_GRACE_S = 86_400;
/** From the contract, §2: a week. */
const LONGEST_GRACE_S = 604_800;

const testedSchema = z
  .object({
    delivery_id: z.string(),
    outcome: z.string().describe('As of an attempt: `success`, `http_error`, `timeout`, …'),
    status_code: z.int().nullable(),
    duration_ms: z.int(),
    error: z.string().nullable(),
    response_excerpt: z.string().nullable(),
  })
  .meta({ id: 'WebhookTest' });

const rotationSchema = z
  .strictObject({
    secret: z
      .string()
      .superRefine((text, context) => {
        const refusal = checkSecret(text);
        if (refusal !== undefined) context.addIssue({ code: 'custom', message: refusal });
      })
      .optional()
      .describe('`whsec_` and base64 of 24–64 bytes; made if absent'),
    grace_seconds: z
      .int()
      .min(0)
      .max(LONGEST_GRACE_S)
      .default(DEFAULT_GRACE_S)
      .describe('For so long the secret of before signs too; 0: it ends at once'),
  })
  .meta({ id: 'SecretRotation' });

const rotatedSchema = webhookCreatedSchema
  .extend({
    previous_secret_until: timeSchema.nullable().describe('Until then the secret of before signs too'),
  })
  .meta({ id: 'WebhookRotated' });

/** `/v1/webhooks/{id}/test` and `…/rotate-secret`. */
export function webhookActionRoutes(deps: WebhookActionDeps): Route[] {
  const tag = 'Webhooks';
  return [
    route({
      method: 'post',
      path: '/v1/webhooks/{id}/test',
      scope: 'webhooks:write',
      operationId: 'testWebhook',
      audit: 'webhook.tested',
      summary: 'Send a signed `webhook.ping` now',
      description:
        'One request, recorded as a delivery, also to an endpoint that is off. What the receiver does is in the answer, ' +
        'which is 200 for a failure too. No retry follows, and health is not affected.',
      tag,
      params: idParams,
      replies: { 200: { description: 'What came of it', schema: testedSchema }, ...commonReplies(404, 409) },
      async handle({ caller, requestId, params, traceparent }) {
        const askedBy = { keyId: caller.keyId, requestId };
        const tested = await deps.ping(caller.namespace, params.id, askedBy, traceparent).catch(orUnreadable);
        if (tested === undefined) throw notFound('webhook endpoint');
        return { status: 200, body: tested };
      },
    }),
    route({
      method: 'post',
      path: '/v1/webhooks/{id}/rotate-secret',
      scope: 'webhooks:write',
      operationId: 'rotateWebhookSecret',
      audit: 'webhook.secret_rotated',
      summary: 'Give an endpoint another signing secret',
      description:
        'Both secrets sign, the new one first, until the grace ends. A rotation within the grace of another ends the ' +
        'oldest secret at once: at most two live.',
      tag,
      params: idParams,
      body: { schema: rotationSchema.optional(), documentAs: rotationSchema, optional: true },
      replies: {
        200: { description: 'The new secret is in this answer and in no other', schema: rotatedSchema },
        ...commonReplies(404, 409, ...bodyReplies),
      },
      async handle({ caller, requestId, params, body }) {
        const secret = body?.secret ?? makeSecret(deps.randomBytes);
        const graceSeconds = body?.grace_seconds ?? DEFAULT_GRACE_S;
        const rotated = await deps.database.inNamespace(caller.namespace).transactional(async (em) => {
          const endpoint = await em.findOne(
            WebhookEndpoint,
            { id: params.id },
            { lockMode: LockMode.PESSIMISTIC_WRITE },
          );
          if (!endpoint) throw notFound('webhook endpoint');
          const before = presentWebhook(endpoint);
          const at = deps.now();
          const isKept = graceSeconds > 0;
          em.assign(endpoint, {
            sealed_secret: deps.sealer.seal(secret, endpointPlace.secret(endpoint.id)),
            secret_hint: secretHint(secret),
            sealed_previous_secret: isKept ? asPrevious(endpoint, secret) : null,
            previous_secret_until: isKept ? new Date(at + graceSeconds * 1_000) : null,
            updated_at: new Date(at),
          });
          const { previous_secret_until = null } = endpoint;
          const after = { ...shownWithSecret(endpoint), previous_secret_until };
          audit(em, { caller, requestId }, { ...webhookAudited('secret_rotated', endpoint), before, after }, deps);
          await em.flush();
          return { ...presentWebhook(endpoint), secret, previous_secret_until };
        });
        return { status: 200, body: rotated };
      },
    }),
  ];

  /** A box is bound to its column: what was the secret is opened and sealed anew. */
  function asPrevious(endpoint: WebhookEndpoint, secret: string): string {
    const previous = open(endpoint);
    if (previous === secret) {
      throw invalid([{ path: 'secret', message: 'is the one in use; give another, or leave it out and one is made' }]);
    }
    return deps.sealer.seal(previous, endpointPlace.previousSecret(endpoint.id));
  }

  function open(endpoint: WebhookEndpoint): string {
    try {
      return deps.sealer.open(endpoint.sealed_secret, endpointPlace.secret(endpoint.id));
    } catch (error) {
      return orUnreadable(error, ' To rotate without the old secret, send `"grace_seconds": 0`.');
    }
  }
}

/** A lost key is for the operator to mend, and the caller is to know what can be done without. */
function orUnreadable(error: unknown, remedy = ''): never {
  if (!(error instanceof SealError)) throw error;
  throw new ApiError(409, 'secret_unreadable', `${error.message}${remedy}`, { cause: error });
}
