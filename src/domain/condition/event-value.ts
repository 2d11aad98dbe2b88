import { type CelInput, type CelMap, type CelValue, celEnv, celList, celMap, parse, plan } from '@bufbuild/cel';
import type { AcceptedEvent } from '../event.ts';
import { isRawNumber } from '../lossless-json.ts';
import { limits } from './limits.ts';

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;

/** What the common keys of `data` read as where they are absent or null; contract §5. */
const errorDefaults = new Map<string, CelValue>(['type', 'message', 'state_id', 'node_name'].map((key) => [key, '']));
const dataDefaults = new Map<string, CelValue>([
  ...['namespace', 'graph_name', 'run_id', 'status', 'started_at'].map((key): [string, CelValue] => [key, '']),
  ...['run_epoch', 'duration_ms'].map((key): [string, CelValue] => [key, 0n]),
  ...['labels', 'counts', 'links'].map((key): [string, CelValue] => [key, celMap(new Map())]),
  ['error', withDefaults(new Map(), errorDefaults)],
]);

/** The engine's own conversion makes the timestamp, so that its type is the engine's. */
const toTimestamp = plan(celEnv(), parse('timestamp(text)').expr);

/** One event meets many rules and is converted once. */
const converted = new WeakMap<AcceptedEvent, CelInput>();

/**
 * An event as the variable `event` of a condition: integers are ints and other numbers doubles, `subject` is "" where
 * there is none, and long lists and texts are cut to their bounds.
 */
export function toEventValue(event: AcceptedEvent): CelInput {
  const known = converted.get(event);
  if (known !== undefined) return known;
  const { type, id, source, subject, time, data } = event;
  const value = celMap(
    new Map<string, CelInput>([
      ['type', type],
      ['id', id],
      ['source', source],
      ['subject', subject ?? ''],
      ['time', toTimestamp({ text: time }) as CelInput],
      ['data', toDataValue(data)],
    ]),
  );
  converted.set(event, value);
  return value;
}

function toDataValue(data: unknown): CelMap {
  const members = new Map(isObject(data) ? entriesOf(data) : []);
  const error = isObject(data) ? data.error : undefined;
  if (isObject(error)) members.set('error', withDefaults(new Map(entriesOf(error)), errorDefaults));
  return withDefaults(members, dataDefaults);
}

/**
 * A map that reads an absent or null key as its default, if it has one. Whether a key is there, and which ones are,
 * stays the truth: `has(event.data.error)` asks whether the sender gave one.
 */
function withDefaults(members: Map<string, CelInput>, defaults: ReadonlyMap<string, CelValue>): CelMap {
  const map = celMap(members);
  const get = map.get.bind(map);
  return Object.assign(map, {
    get: (key: Parameters<CelMap['get']>[0]) => {
      const value = get(key);
      return value ?? (typeof key === 'string' ? defaults.get(key) : undefined) ?? value;
    },
    has: (key: Parameters<CelMap['has']>[0]) => (get(key) ?? null) !== null,
  });
}

function toValue(value: unknown): CelInput {
  if (typeof value === 'string') return value.slice(0, limits.eventStringCharacters);
  if (typeof value === 'number') return Number.isInteger(value) ? integerOr(value, BigInt(value)) : value;
  if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
  if (isRawNumber(value)) {
    // `1.0` was written as a double and is one; `-0` is the integer 0.
    const source = value.rawJSON;
    return /^-?\d+$/.test(source) ? integerOr(Number(source), BigInt(source)) : Number(source);
  }
  if (Array.isArray(value)) return celList(value.slice(0, limits.eventListItems).map(toValue));
  return isObject(value) ? celMap(new Map(entriesOf(value))) : null;
}

/** CEL's ints have 64 bits; an integer beyond them is the nearest double. */
const integerOr = (double: number, integer: bigint): bigint | number =>
  integer >= MIN_INT && integer <= MAX_INT ? integer : double;

const entriesOf = (value: Record<string, unknown>): [string, CelInput][] =>
  Object.entries(value).map(([key, member]) => [key, toValue(member)]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
