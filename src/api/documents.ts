import { z } from 'zod';
import { alertBodySchema } from '../domain/alert-body-schema.ts';
import { createOpenApi } from './openapi.ts';
import { type Route, route } from './route.ts';

/**
 * The documents that programs read: the API's own description, and the schema that a delivery's `dataschema` names.
 *
 * @param routes all other routes
 */
export function documentRoutes(routes: Route[]): Route[] {
  const tag = 'Documents';
  const ours = [
    route({
      method: 'get',
      path: '/openapi.json',
      operationId: 'getOpenApi',
      summary: 'This description, OpenAPI 3.1',
      tag,
      authenticated: false,
      replies: { 200: { description: 'An OpenAPI document', schema: z.record(z.string(), z.unknown()) } },
      handle: async () => ({ status: 200, body: document }),
    }),
    route({
      method: 'get',
      path: '/schemas/alert.v1.json',
      operationId: 'getAlertSchema',
      summary: "JSON Schema of what receivers get, the `dataschema` of a delivery's body",
      tag,
      authenticated: false,
      replies: { 200: { description: 'A JSON Schema', schema: z.record(z.string(), z.unknown()) } },
      handle: async () => ({ status: 200, body: alertSchema }),
    }),
  ];
  const alertSchema = z.toJSONSchema(alertBodySchema);
  const document = createOpenApi([...routes, ...ours]);
  return ours;
}
