import { z } from 'zod';
import { version } from '../version.ts';
import type { Route } from './route.ts';

type JsonObject = Record<string, unknown>;

const COMPONENTS = '#/components/schemas/';

/**
 * The OpenAPI 3.1 document of these routes: what `/openapi.json` and `docs/openapi.json` are.
 *
 * Schemas with an id (`.meta({id})`) become components. A body's schema is told as it is taken, an answer's as it is given.
 */
export function createOpenApi(routes: Route[]): JsonObject {
  const schemas: JsonObject = {};
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    const operation = operationOf(route, (schema, io) => toSchema(schema, io, schemas));
    paths[route.path] = { ...paths[route.path], [route.method]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Exosphere Alerts',
      version,
      description: 'Webhook endpoints, alert rules, events, deliveries and dead letters. See docs/exosphere/alerts.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }, { bearer: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => a.localeCompare(b))),
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
        // What a browser has; no operation lists it, for a program is to send a key.
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-exosphere_session',
          description:
            'Of `POST /v1/session`, in place of a key; without `__Host-` by http. All but GET need `x-exosphere-csrf` too.',
        },
      },
    },
  };
}

type ToSchema = (schema: z.ZodType, io: 'input' | 'output') => JsonObject;

function operationOf(route: Route, schemaOf: ToSchema): JsonObject {
  const { operationId, summary, description, tag, scope } = route;
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    ...securityOf(scope),
    ...parametersOf(route, schemaOf),
    ...bodyOf(route, schemaOf),
    responses: Object.fromEntries(
      Object.entries(route.replies).map(([status, { description: text, schema, contentType }]) => [
        status,
        {
          description: text,
          ...(answerHeaders[status] ? { headers: answerHeaders[status] } : {}),
          ...(schema ? { content: contentOf(status, schemaOf(schema, 'output'), contentType) } : {}),
        },
      ]),
    ),
  };
}

/** For a scheme other than OAuth, a requirement may name what the key must be allowed to do; OpenAPI 3.1. */
function securityOf(scope: Route['scope']): JsonObject {
  if (scope === undefined) return { security: [] };
  if (scope === 'any') return {};
  return { security: [{ apiKey: [scope] }, { bearer: [scope] }], 'x-required-scope': scope };
}

const retryAfter = {
  'Retry-After': {
    description: 'Seconds after which to repeat the request',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
};

/** Headers of every answer with the status. */
const answerHeaders: Record<string, JsonObject> = {
  401: { 'WWW-Authenticate': { description: 'What to send a key as', required: true, schema: { type: 'string' } } },
  429: retryAfter,
  503: retryAfter,
};

// Errors are RFC 9457; the readiness probe's 503 is the one answer that is not.
const jsonType = (status: string, schema: JsonObject) =>
  Number(status) >= 400 && schema.$ref === `${COMPONENTS}Problem` ? 'application/problem+json' : 'application/json';

const contentOf = (status: string, schema: JsonObject, contentType = jsonType(status, schema)) => ({
  [contentType]: { schema },
});

function parametersOf({ params, query }: Route, schemaOf: ToSchema): JsonObject {
  const parameters = [
    ...(params ? list(schemaOf(params, 'input'), 'path') : []),
    ...(query ? list(schemaOf(query, 'input'), 'query') : []),
  ];
  return parameters.length > 0 ? { parameters } : {};

  function list(schema: JsonObject, place: 'path' | 'query'): JsonObject[] {
    const required = new Set((schema.required as string[] | undefined) ?? []);
    return Object.entries(schema.properties as Record<string, JsonObject>).map(([name, property]) => {
      const { description, ...rest } = property;
      return {
        name,
        in: place,
        required: place === 'path' || required.has(name),
        ...(description === undefined ? {} : { description }),
        schema: rest,
      };
    });
  }
}

function bodyOf({ body }: Route, schemaOf: ToSchema): JsonObject {
  if (!body) return {};
  const schema = schemaOf(body.documentAs ?? body.schema, 'input');
  const types = body.contentTypes ?? ['application/json'];
  return {
    requestBody: {
      required: !body.optional,
      content: Object.fromEntries(types.map((type) => [type, { schema }])),
    },
  };
}

/** zod's own JSON Schema, its definitions lifted into the document's components. */
function toSchema(schema: z.ZodType, io: 'input' | 'output', components: JsonObject): JsonObject {
  const {
    $schema: _,
    $defs = {},
    id,
    ...body
  } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // zod's pattern of a time says what its format says, in 300 characters.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      const replaced = (zodSchema as unknown as z.ZodType).meta()?.override as JsonObject | undefined;
      if (!replaced) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
      Object.assign(jsonSchema, replaced);
    },
  }) as JsonObject & { $defs?: Record<string, JsonObject>; id?: string };
  for (const [name, definition] of Object.entries($defs)) keep(name, definition);
  return id === undefined ? (relink(body) as JsonObject) : keep(id, body);

  function keep(name: string, definition: JsonObject): JsonObject {
    const { id: _id, ...rest } = definition;
    components[name] = relink(rest);
    return { $ref: COMPONENTS + name };
  }
}

/** Points `$ref`s at the document's components, and drops what only zod needs. */
function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      typeof member === 'string' ? relinkText(key, member) : relink(member),
    ]),
  );
}

function relinkText(key: string, text: string): string {
  if (key === '$ref') return text.replace('#/$defs/', COMPONENTS);
  // Not every language's regular expressions know Unicode's classes by name.
  return key === 'pattern' ? text.replaceAll('\\p{Cc}', '\\u0000-\\u001f\\u007f-\\u009f') : text;
}
