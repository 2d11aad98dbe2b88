import { z } from 'zod';
import { deliveryWorkflowId } from '../../workflows/contract.ts';
import { parseLossless } from '../domain/lossless-json.ts';
import type { Database } from '../store/database.ts';
import { Delivery, DeliveryAttempt } from '../store/entities/delivery.ts';
import { Event } from '../store/entities/event.ts';
import { WebhookEndpoint } from '../store/entities/webhook-endpoint.ts';
import { findKeptDelivery } from '../store/kept-delivery.ts';
import { presentRequest, requestSchema } from './delivery-request.ts';
import { deliveryStatuses, deliverySummary, deliverySummarySchema } from './delivery-view.ts';
import { idBounds, pageOf, pageQuery, periodQuery, toPage } from './page.ts';
import { notFound } from './problem.ts';
import { type Route, route } from './route.ts';
import { commonReplies, idParams, timeSchema } from './schemas.ts';
import type { WorkflowLink } from './workflow-link.ts';

const attemptSchema = z.object({
  number: z.int(),
  started_at: timeSchema,
  duration_ms: z.int().nullable(),
  status_code: z.int().nullable(),
  outcome: z
    .string()
    .nullable()
    .describe(
      '`success`, `http_error`, `timeout`, `network`, `tls`, `blocked`, `invalid_url` or `interrupted`; null while in flight',
    ),
  error: z.string().nullable(),
  response_excerpt: z.string().nullable(),
});

const detailSchema = deliverySummarySchema
  .extend({
    attempts: z.array(attemptSchema),
    request: requestSchema,
    body: z.unknown().describe('What is sent, parsed; a routing key is masked'),
    workflow: z
      .object({ id: z.string(), run_id: z.string().nullable(), url: z.string().nullable() })
      .nullable()
      .describe(
        'The workflow that made the latest attempt, in the Temporal Web UI; null for a test-send, which has none',
      ),
  })
  .meta({ id: 'DeliveryDetail' });

const listQuery = z.strictObject({
  ...pageQuery,
  ...periodQuery,
  status: z.enum(deliveryStatuses).optional(),
  endpoint_id: z.string().optional(),
  rule_id: z.string().optional(),
  alert_id: z
    .string()
    .optional()
    .describe('Of one alert; with its `rule_id`, and `since` its beginning, it is found soon'),
  event_id: z.string().optional(),
  event_type: z.string().optional(),
});

/** `/v1/deliveries`: one alert to one endpoint, and its attempts. */
export function deliveryRoutes({
  database,
  workflowLink,
}: {
  database: Database;
  workflowLink: WorkflowLink;
}): Route[] {
  const tag = 'Deliveries';
  return [
    route({
      method: 'get',
      path: '/v1/deliveries',
      scope: 'deliveries:read',
      operationId: 'listDeliveries',
      summary: 'List deliveries',
      tag,
      query: listQuery,
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(deliverySummarySchema, 'DeliveryPage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const { status, endpoint_id, rule_id, alert_id, event_id, event_type } = query;
        const filters = Object.entries({ status, endpoint_id, rule_id, alert_id, event_id, event_type }).filter(
          ([, value]) => value !== undefined,
        );
        const where = { id: idBounds('dlv', query), ...Object.fromEntries(filters) };
        const options = { orderBy: { id: 'desc' }, limit: query.limit + 1, exclude: ['body'] } as const;
        const rows = await database.inNamespace(caller.namespace).find(Delivery, where, options);
        return { status: 200, body: toPage(rows.map(deliverySummary), query.limit, (row) => row.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/deliveries/{id}',
      scope: 'deliveries:read',
      operationId: 'getDelivery',
      summary: 'Get a delivery with its attempts and body',
      tag,
      params: idParams,
      replies: { 200: { description: 'The delivery', schema: detailSchema }, ...commonReplies(404) },
      async handle({ caller, params }) {
        const em = database.inNamespace(caller.namespace);
        const delivery =
          (await em.findOne(Delivery, { id: params.id })) ??
          (await findKeptDelivery(database.sql, caller.namespace, params.id));
        if (!delivery) throw notFound('delivery');
        const ofDelivery = { delivery_id: delivery.id };
        const attempts = await em.find(DeliveryAttempt, ofDelivery, { orderBy: { number: 'asc' } });
        const endpoint = await em.findOne(WebhookEndpoint, { id: delivery.endpoint_id });
        // One that no attempt was made of is with its event's workflow, or one that this has started.
        const origin = attempts.at(-1) ?? (await em.findOne(Event, { id: delivery.event_ref }));
        const workflowId = origin?.workflow_id ?? deliveryWorkflowId(delivery.id);
        // Empty where an attempt was made before this was kept with it.
        const runId = origin?.workflow_run_id || null;
        return {
          status: 200,
          body: {
            ...deliverySummary(delivery),
            attempts: attempts.map(presentAttempt),
            request: presentRequest(delivery, attempts.at(-1), endpoint, caller),
            body: parseLossless(delivery.body),
            workflow:
              workflowId === '' ? null : { id: workflowId, run_id: runId, url: workflowLink(workflowId, runId) },
          },
        };
      },
    }),
  ];
}

function presentAttempt(attempt: DeliveryAttempt): z.infer<typeof attemptSchema> {
  return {
    number: attempt.number,
    started_at: attempt.started_at,
    duration_ms: attempt.duration_ms ?? null,
    status_code: attempt.status_code ?? null,
    outcome: attempt.outcome ?? null,
    error: attempt.error ?? null,
    response_excerpt: attempt.response_excerpt ?? null,
  };
}
