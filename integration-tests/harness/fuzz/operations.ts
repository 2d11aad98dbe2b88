import { describeApi } from '../../../src/api/index.ts';
import type { Schema } from './schema-values.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  schema: Schema;
}

/** One operation of the API, as its description tells it: that is written from the very routes that Express is wired from. */
export interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  /** The body's schema and the content types that are taken; undefined where it has none. */
  body: { schema: Schema; types: string[]; required: boolean } | undefined;
  /** The status codes that it is said to answer with. */
  statuses: number[];
}

interface Described {
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Record<string, Schema> };
}
interface DescribedOperation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
}

const described = describeApi() as unknown as Described;

/** Named schemas, which `$ref`s lead to. */
export const components = described.components.schemas;

/** Operations whose answer has no end, of which one request would be the last. */
export const ENDLESS = ['streamChanges'];

/** Every operation of the API that comes to an end. */
export const operations: Operation[] = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { operationId }]) => !ENDLESS.includes(operationId))
    .map(([method, { parameters = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody && {
        schema: Object.values(requestBody.content)[0]!.schema,
        types: Object.keys(requestBody.content),
        required: requestBody.required,
      },
      statuses: Object.keys(responses).map(Number),
    })),
);
