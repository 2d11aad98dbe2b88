import fc from 'fast-check';

/** A JSON Schema, as far as zod writes it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** What the values of a schema are made with. */
export interface ValueSources {
  /** `components.schemas` of the document, which `$ref`s lead to. */
  components: Record<string, Schema>;
  /** Fields whose good values a schema cannot tell, by name. */
  hints: Record<string, fc.Arbitrary<unknown>>;
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
/** Lists and dictionaries are short: what is long is a mutation. */
const FEW = 3;
/** Of so many and one bodies, one leaves a field out that may be left out. */
const PRESENT = 3;

/**
 * Values that a schema allows, or nearly: a check that no schema tells may still refuse one.
 *
 * @param name of the field, for the hints
 */
export function valuesOf(schema: Schema, sources: ValueSources, name = ''): fc.Arbitrary<unknown> {
  const hint = sources.hints[name];
  if (hint) return hint;
  const { $ref, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return valuesOf(sources.components[$ref.split('/').at(-1)!] ?? {}, sources, name);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = anyOf ?? oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => valuesOf(choice, sources)));
  if (allOf) return valuesOf(Object.assign({}, ...allOf), sources, name);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return fc.oneof(...types.map((type) => valuesOfType(type, schema, sources)));
}

function valuesOfType(type: string | undefined, schema: Schema, sources: ValueSources): fc.Arbitrary<unknown> {
  const { minimum, maximum, items = {}, minItems = 0, maxItems = FEW } = schema;
  switch (type) {
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({ min: Math.max(minimum ?? 0, -(2 ** 31)), max: Math.min(maximum ?? 1_000, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: minimum ?? 0, max: maximum ?? 1_000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const maxLength = Math.max(minItems, Math.min(maxItems, FEW));
      return fc.array(valuesOf(items, sources), { minLength: minItems, maxLength });
    }
    case 'object':
      return objects(schema, sources);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function objects({ properties, required = [], additionalProperties }: Schema, sources: ValueSources) {
  if (!properties) {
    const member = typeof additionalProperties === 'object' ? additionalProperties : {};
    return fc.dictionary(text, valuesOf(member, sources), { maxKeys: FEW });
  }
  // Absent members are undefined: JSON leaves them out.
  const shape = Object.entries(properties).map(([name, property]) => {
    const values = valuesOf(property, sources, name);
    return [name, required.includes(name) ? values : fc.option(values, { nil: undefined, freq: PRESENT })] as const;
  });
  return fc.record(Object.fromEntries(shape), { noNullPrototype: true });
}

function texts({ format, pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  // Of durations: what people write of them.
  if (pattern?.includes('ms|s|m|h|d')) return fc.constantFrom('1s', '5s', '1m', '1h', '12h', '1d', '999ms', '7d');
  if (pattern !== undefined) {
    try {
      return fc.oneof(fc.stringMatching(new RegExp(pattern)), text);
    } catch {
      // A pattern of more than fast-check reads.
    }
  }
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) });
}
