import { z } from 'zod';
import { parseLossless } from '../domain/lossless-json.ts';
import type { Database } from '../store/database.ts';
import { Delivery } from '../store/entities/delivery.ts';
import { Event } from '../store/entities/event.ts';
import { deliverySummary, deliverySummarySchema } from './delivery-view.ts';
import { idBounds, pageOf, pageQuery, periodQuery, toPage } from './page.ts';
import { ApiError, notFound } from './problem.ts';
import { type Route, route } from './route.ts';
import { commonReplies, idParams, timeSchema } from './schemas.ts';
import type { WorkflowLink } from './workflow-link.ts';

const decisionSchema = z.object({
  rule_id: z.string(),
  rule_name: z.string(),
  revision: z.int(),
  outcome: z.enum(['matched', 'not_matched']),
  reason: z.string(),
  detail: z.string().optional(),
});

const eventSchema = z
  .object({
    id: z.string().describe("The sender's id"),
    source: z.string(),
    type: z.string(),
    subject: z.string().nullable(),
    time: timeSchema.describe('When it happened'),
    received_at: timeSchema,
    status: z.enum(['recorded', 'rejected']).describe('`rejected`: it entered by Temporal alone and is not valid'),
    reason: z.string().nullable(),
    accepted_by: z
      .string()
      .describe(
        "The API key that sent it; `temporal` if it entered by Temporal alone, `service` if it is the service's own",
      ),
  })
  .meta({ id: 'Event' });

/** The most deliveries shown with an event; `/v1/deliveries?event_id=` pages through all of them. */
const SHOWN_DELIVERIES = 200;

const suppressionSchema = z
  .object({
    delivery_id: z.string(),
    rule_id: z.string(),
    rule_name: z.string(),
    endpoint_id: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'Suppression' });

const detailSchema = eventSchema
  .extend({
    data: z.unknown().describe('As received'),
    extensions: z.record(z.string(), z.unknown()),
    workflow: z
      .object({ id: z.string(), run_id: z.string().nullable(), url: z.string().nullable() })
      .describe('The workflow that recorded it and asked the rules, in the Temporal Web UI'),
    decisions: z.array(decisionSchema).describe('What each rule that watches this type decided, and why'),
    deliveries: z.array(deliverySummarySchema).describe(`The first ${SHOWN_DELIVERIES}`),
    suppressions: z.array(suppressionSchema).describe(`What was held back, and why; the first ${SHOWN_DELIVERIES}`),
  })
  .meta({ id: 'EventDetail' });

const listQuery = z.strictObject({
  ...pageQuery,
  ...periodQuery,
  id: z.string().optional().describe("The sender's id; several sources may have used it"),
  type: z.string().optional(),
  source: z.string().optional(),
});

/** `GET /v1/events`: what came in, and what became of it. */
export function eventRoutes(deps: { database: Database; workflowLink: WorkflowLink }): Route[] {
  const { database } = deps;
  const tag = 'Events';
  return [
    route({
      method: 'get',
      path: '/v1/events',
      scope: 'deliveries:read',
      operationId: 'listEvents',
      summary: 'List events',
      tag,
      query: listQuery,
      replies: {
        200: { description: 'A page, newest first', schema: pageOf(eventSchema, 'EventPage') },
        ...commonReplies(),
      },
      async handle({ caller, query }) {
        const where = {
          id: idBounds('ev', query),
          ...(query.id === undefined ? {} : { event_id: query.id }),
          ...(query.type === undefined ? {} : { type: query.type }),
          ...(query.source === undefined ? {} : { source: query.source }),
        };
        const options = {
          orderBy: { id: 'desc' },
          limit: query.limit + 1,
          exclude: ['data', 'decisions', 'extensions'],
        } as const;
        const rows = await database.inNamespace(caller.namespace).find(Event, where, options);
        const page = toPage(rows, query.limit, (row) => row.id);
        return { status: 200, body: { ...page, items: page.items.map(present) } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/events/{id}',
      scope: 'deliveries:read',
      operationId: 'getEvent',
      summary: 'Get an event with the decisions and deliveries it led to',
      tag,
      params: idParams,
      query: z.strictObject({ source: z.string().optional().describe('Where several sources used this id') }),
      replies: { 200: { description: 'The event', schema: detailSchema }, ...commonReplies(404, 409) },
      async handle({ caller, params, query }) {
        const em = database.inNamespace(caller.namespace);
        const where = {
          event_id: params.id,
          ...(query.source === undefined ? {} : { source: query.source }),
        };
        // What was rejected carries whatever id its sender gave it; it must not hide the event that has it.
        const findBy = (status: Event['status'], more = {}) =>
          em.findOne(Event, { ...where, status, ...more }, { orderBy: { id: 'desc' } });
        // Of one source the newest: an id sent again after the idempotency memory has let it go is a new event.
        const event = (await findBy('recorded')) ?? (await findBy('rejected'));
        if (!event) throw notFound('event');
        const isRecorded = event.status === 'recorded' && query.source === undefined;
        if (isRecorded && (await findBy('recorded', { source: { $ne: event.source } }))) {
          throw new ApiError(
            409,
            'ambiguous_id',
            'Several sources used this id; add `?source=` with the one you mean.',
          );
        }
        const runId = event.workflow_run_id || null;
        const ofEvent = { event_ref: event.id };
        const shown = { orderBy: { id: 'asc' }, limit: SHOWN_DELIVERIES, exclude: ['body'] } as const;
        const deliveries = await em.find(Delivery, ofEvent, shown);
        // Where there are more than are shown, those that were held back may be among the rest.
        const suppressed =
          deliveries.length < SHOWN_DELIVERIES
            ? deliveries.filter(({ status }) => status === 'suppressed')
            : await em.find(Delivery, { ...ofEvent, status: 'suppressed' }, shown);
        return {
          status: 200,
          body: {
            ...present(event),
            data: parseLossless(event.data),
            extensions: parseLossless(event.extensions),
            workflow: { id: event.workflow_id, run_id: runId, url: deps.workflowLink(event.workflow_id, runId) },
            decisions: event.decisions,
            deliveries: deliveries.map(deliverySummary),
            suppressions: suppressed.map(suppressionOf),
          },
        };
      },
    }),
  ];
}

const suppressionOf = ({
  id,
  rule_id,
  rule_name,
  endpoint_id,
  reason,
}: Pick<Delivery, 'id' | 'rule_id' | 'rule_name' | 'endpoint_id' | 'reason'>): z.infer<typeof suppressionSchema> => ({
  delivery_id: id,
  rule_id,
  rule_name,
  endpoint_id,
  reason: reason ?? 'suppressed',
});

type EventView = z.infer<typeof eventSchema>;
type EventColumns = Pick<Event, Exclude<keyof EventView, 'id' | 'accepted_by'> | 'event_id' | 'created_by'>;

function present(event: EventColumns): EventView {
  const { event_id, source, type, subject = null, time, received_at, status, reason = null, created_by } = event;
  return { id: event_id, source, type, subject, time, received_at, status, reason, accepted_by: created_by };
}
