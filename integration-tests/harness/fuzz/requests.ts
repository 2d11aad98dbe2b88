import fc from 'fast-check';
import { mutated, nastyKeys, nastyTexts } from './nasty.ts';
import { components, type Operation } from './operations.ts';
import { type Schema, type ValueSources, valuesOf } from './schema-values.ts';

/** What is done to a body's bytes or to how they are announced; `none` for most. */
type Spoiling = 'none' | 'cut' | 'not utf-8' | 'wrong type' | 'wrong charset' | 'not gzip' | 'twice' | 'deep' | 'empty';

/** A request as it is drawn. `EXISTING` among `params` stands for the id of something that is there. */
export interface FuzzRequest {
  params: Record<string, string>;
  /** Percent-encoded names and values. */
  query: [string, string][];
  headers: Record<string, string>;
  /** JSON text. */
  body: string | undefined;
  spoiling: Spoiling;
}

export const EXISTING = '{existing}';

/** Percent-encoded, all that a URL could be led astray by. */
const badParams = [
  ...['%', '%zz', '%00', 'a%00b', '%ff', '%c0%80', '%ED%A0%80', '%2e%2e%2f', '..', '%F0%9F%A6%8A', 'x'.repeat(9_000)],
  ...nastyTexts.filter((text) => text.isWellFormed() && text.length < 3_000).map(percentEncoded),
];

/** Requests to one operation: good ones, and ones with something wrong in path, query, headers, body or bytes. */
export function requestsTo(operation: Operation, hints: ValueSources['hints']): fc.Arbitrary<FuzzRequest> {
  const sources = { components, hints };
  const pathNames = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const param = fc.oneof({ weight: 6, arbitrary: fc.constant(EXISTING) }, fc.constantFrom(...badParams));
  return fc
    .record({
      params: fc.record(Object.fromEntries(pathNames.map((name) => [name, param])), { noNullPrototype: true }),
      query: queries(operation, sources),
      headers: fc.oneof(
        { weight: 5, arbitrary: fc.constant({}) },
        fc.constantFrom('', 'x'.repeat(201), 'caf\u00e9', ' ', 'key-1').map((value) => ({ 'idempotency-key': value })),
        fc.constantFrom('\u00e9', 'x'.repeat(1_000), '').map((value) => ({ 'x-exosphere-request-id': value })),
      ),
      body: bodies(operation, sources),
      spoiling: fc.oneof(
        { weight: 20, arbitrary: fc.constant<Spoiling>('none') },
        ...(['cut', 'not utf-8', 'wrong type', 'wrong charset', 'not gzip', 'twice', 'deep', 'empty'] as const).map(
          (way) => fc.constant<Spoiling>(way),
        ),
      ),
    })
    .map((request) => Object.assign(request, { [fc.toStringMethod]: () => shortened(operation, request) }));
}

function bodies({ body }: Operation, sources: ValueSources): fc.Arbitrary<string | undefined> {
  if (!body) return fc.constant(undefined);
  return mutated(valuesOf(body.schema, sources)).map((value) => JSON.stringify(value) as string | undefined);
}

function queries({ parameters }: Operation, sources: ValueSources): fc.Arbitrary<[string, string][]> {
  const known = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => {
      const good = valuesOf(schema, sources, name).map(String);
      return fc
        .oneof(good, fc.constantFrom(...nastyTexts.filter((text) => text.length < 3_000)))
        .map((value): [string, string] => [name, percentEncoded(value)]);
    });
  const unknown = fc
    .tuple(nastyKeys, fc.constantFrom('', '1', '%00', '%ED%A0%80', '%'))
    .map(([key, value]): [string, string] => [percentEncoded(key), value]);
  if (known.length === 0) return fc.array(unknown, { maxLength: 1 });
  return fc.array(fc.oneof({ weight: 6, arbitrary: fc.oneof(...known) }, unknown), { maxLength: 4 });
}

/** The bytes to send for a body, and the headers that announce them. */
export function spoilt({ body, spoiling }: FuzzRequest, types: string[]): { bytes?: Buffer; headers: object } {
  const announced = { 'content-type': types[0] ?? 'application/json' };
  const bytes = body === undefined ? undefined : Buffer.from(body);
  if (bytes === undefined) return { headers: spoiling === 'empty' ? announced : {} };
  const middle = Math.ceil(bytes.length / 2);
  switch (spoiling) {
    case 'cut':
      return { bytes: bytes.subarray(0, middle), headers: announced };
    case 'not utf-8':
      return {
        bytes: Buffer.concat([bytes.subarray(0, middle), Buffer.from([0xff]), bytes.subarray(middle)]),
        headers: announced,
      };
    case 'wrong type':
      return { bytes, headers: { 'content-type': 'text/plain' } };
    case 'wrong charset':
      return { bytes, headers: { 'content-type': `${types[0]}; charset=utf-16` } };
    case 'not gzip':
      return { bytes, headers: { ...announced, 'content-encoding': 'gzip' } };
    case 'twice':
      return {
        bytes: Buffer.from((body as string).replace(/^\{("(?:[^"\\]|\\.)*":)/, '{$1null,$1')),
        headers: announced,
      };
    case 'deep':
      return { bytes: Buffer.from('['.repeat(100_000)), headers: announced };
    case 'empty':
      return { bytes: Buffer.alloc(0), headers: announced };
    default:
      return { bytes, headers: announced };
  }
}

/**
 * Whether a request can never be right, whatever is there, so that nothing may come of it: its bytes are no JSON in
 * UTF-8, it holds what the contract refuses in any string, or a field that the operation does not know.
 */
export function mustBeRefused(request: FuzzRequest, { body: rules }: Operation): boolean {
  const { body, spoiling } = request;
  if (!rules || body === undefined) return false;
  if (['wrong type', 'wrong charset', 'not utf-8', 'not gzip', 'deep'].includes(spoiling)) return true;
  if (spoiling === 'empty') return rules.required;
  if (spoiling === 'cut') return !isJson(body.slice(0, Math.ceil(Buffer.byteLength(body) / 2)));
  const value = JSON.parse(body) as unknown;
  return holdsBadText(value) || hasUnknownField(value, rules.schema);
}

function hasUnknownField(value: unknown, schema: Schema): boolean {
  const { properties, additionalProperties, $ref } = schema;
  if ($ref !== undefined) return hasUnknownField(value, components[$ref.split('/').at(-1)!] ?? {});
  if (!properties || additionalProperties !== false || typeof value !== 'object' || value === null) return false;
  return Object.keys(value).some((key) => !Object.hasOwn(properties, key));
}

function holdsBadText(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => holdsBadText(key) || holdsBadText(member));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function percentEncoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9_.~-]/.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

function shortened({ method, path }: Operation, { body, ...request }: FuzzRequest): string {
  const text =
    body === undefined || body.length < 2_000 ? body : `${body.slice(0, 2_000)}… (${body.length} characters)`;
  return `${method} ${path} ${JSON.stringify(request).slice(0, 2_000)} ${text}`;
}
