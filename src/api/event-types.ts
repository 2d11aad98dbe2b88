import { z } from 'zod';
import { eventTypeOf, eventTypes } from '../domain/event-types.ts';
import { pageOf } from './page.ts';
import { notFound } from './problem.ts';
import { type Route, route } from './route.ts';
import { commonReplies } from './schemas.ts';

const eventTypeSchema = z
  .object({
    type: z.string(),
    description: z.string(),
    reserved: z.boolean().describe('Whether only the service itself sends it'),
    schema: z.record(z.string(), z.unknown()).describe('JSON Schema of such an event in the short form'),
    sample: z.record(z.string(), z.unknown()).describe('Such an event, in the short form'),
  })
  .meta({ id: 'EventType' });

/** `/v1/event-types`: what the built-in types are and look like. */
export function eventTypeRoutes(): Route[] {
  const tag = 'Events';
  return [
    route({
      method: 'get',
      path: '/v1/event-types',
      scope: 'any',
      operationId: 'listEventTypes',
      summary: 'List the built-in event types',
      description: 'All of them are on one page. Others may be sent too; `custom.<name>` is the form for those.',
      tag,
      replies: {
        200: { description: 'All of them', schema: pageOf(eventTypeSchema, 'EventTypePage') },
        ...commonReplies(),
      },
      async handle() {
        return { status: 200, body: { items: eventTypes, next_cursor: null } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/event-types/{type}',
      scope: 'any',
      operationId: 'getEventType',
      summary: 'Get a built-in event type with its schema and a sample',
      tag,
      params: z.object({ type: z.string() }),
      replies: { 200: { description: 'The type', schema: eventTypeSchema }, ...commonReplies(404) },
      async handle({ params }) {
        const known = eventTypeOf(params.type);
        if (!known) throw notFound('built-in event type');
        return { status: 200, body: known };
      },
    }),
  ];
}
