import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { components } from '@exosphere/alerts/openapi';
import { coversType } from './covers-type.ts';
import { isObject, type Json } from './draft.ts';

type EventType = components['schemas']['EventType'];

/** Functions of a value, then those that stand alone. */
const METHODS = {
  string: ['startsWith', 'endsWith', 'contains', 'matches', 'size'],
  timestamp: ['getHours', 'getMinutes', 'getDayOfWeek', 'getDate', 'getMonth', 'getFullYear'],
  map: ['exists', 'all', 'filter', 'map', 'size'],
} as const;
const FUNCTIONS = ['has', 'size', 'int', 'double', 'string', 'timestamp', 'duration', 'matches'];

/** The fields of `event` for these types (exact, `workflow.*` or `*`), by the schemas and samples that the API gives. */
export function fieldsOf(types: EventType[], wanted: string[]): Json {
  const built = types.filter(({ type }) => wanted.some((pattern) => coversType(pattern, type)));
  const used = built.length > 0 ? built : types.filter(({ type }) => type.startsWith('custom.'));
  const data: Json = {};
  for (const { schema, sample } of used) {
    const properties = (schema as Json).properties;
    const own = isObject(properties) && isObject(properties.data) ? properties.data : {};
    Object.assign(data, treeOf(own), { ...sampleTree(sample.data) }, treeOf(own));
  }
  return { type: 'string', id: 'string', source: 'string', subject: 'string', time: 'timestamp', data };
}

/** A JSON schema as names with types, an object as what is in it. */
function treeOf(schema: Json): Json {
  const properties = isObject(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => {
      if (!isObject(field)) return [name, 'any'];
      return [name, field.type === 'object' ? treeOf(field) : String(field.type ?? 'any')];
    }),
  );
}

const sampleTree = (value: unknown): Json =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).map(([name, inner]) => [
      name,
      isObject(inner) ? sampleTree(inner) : typeof inner,
    ]),
  );

/** Completes fields after a full stop, and `event` and the functions elsewhere. */
export const completeCel =
  (fields: Json) =>
  (context: CompletionContext): CompletionResult | null => {
    const chain = context.matchBefore(/\bevent(?:\.\w*)+/);
    if (chain) {
      const parts = chain.text.split('.');
      const typed = parts.at(-1) ?? '';
      const owner = parts
        .slice(1, -1)
        .reduce<unknown>((value, name) => (isObject(value) ? value[name] : 'any'), fields);
      return { from: context.pos - typed.length, options: optionsOf(owner), validFor: /^\w*$/ };
    }
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    if (word === null && !context.explicit) return null;
    const before = word === null ? '' : context.state.sliceDoc(Math.max(0, word.from - 1), word.from);
    if (before === '.') return null;
    const options = [
      { label: 'event', type: 'variable' },
      ...FUNCTIONS.map((label) => ({ label, type: 'function', apply: `${label}(` })),
    ];
    return { from: word?.from ?? context.pos, options, validFor: /^\w*$/ };
  };

function optionsOf(owner: unknown) {
  const method = (label: string) => ({ label, type: 'function', apply: `${label}(` });
  if (isObject(owner)) {
    const names = Object.entries(owner).map(([label, type]) => ({
      label,
      type: 'property',
      detail: typeof type === 'string' ? type : 'map',
    }));
    return [...names, ...METHODS.map.map(method)];
  }
  if (owner === 'timestamp') return METHODS.timestamp.map(method);
  return owner === 'string' || owner === 'any' ? METHODS.string.map(method) : [];
}
